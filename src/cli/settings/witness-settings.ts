import { err, ok, type Result } from '../../core/result.ts';
import { type ListenAddress, parseListen } from '../../server/listen-address.ts';
import type { WitnessPlaces } from '../../server/witnesses.ts';
import type { Settings } from './layers.ts';

/** The settings of `serve` about what phones say of themselves. */
export const WITNESS_KEYS = ['witness', 'witness-sip', 'witness-sccp', 'witness-page', 'witness-sccp-answer'] as const;

const SIP_PORT = 5060;
const SCCP_PORT = 2000;
const PAGE_PORT = 80;

/** Where phones are heard that say what they run; absent where they are not. Throws AppError where the rest is said without `--witness`. */
export function readWitness(settings: Settings, { address }: ListenAddress): { readonly witness?: WitnessPlaces } {
  if (!settings.isOn('witness')) {
    for (const key of WITNESS_KEYS) {
      if (key !== 'witness' && settings.has(key))
        throw settings.refuse(key, 'does nothing without witness; give that too, or leave this out');
    }
    return {};
  }
  const at = (port: number) => (text: string) =>
    parseListen(text, { address, port }, `such as ${port} or 192.168.1.5:${port}`);
  return {
    witness: {
      sip: settings.read('witness-sip', at(SIP_PORT)) ?? { address, port: SIP_PORT },
      sccp: settings.read('witness-sccp', at(SCCP_PORT)) ?? { address, port: SCCP_PORT },
      pagePort: settings.read('witness-page', readPort) ?? PAGE_PORT,
      sccpAnswers: SCCP_ANSWERS[settings.text('witness-sccp-answer') ?? 'yes'] ?? 'reject',
    },
  };
}

/** Each word of `--witness-sccp-answer`. */
const SCCP_ANSWERS: Readonly<Record<string, WitnessPlaces['sccpAnswers']>> = {
  yes: 'reject',
  no: 'nothing',
  register: 'register',
};

/** A port as people write it. */
export function readPort(text: string): Result<number, string> {
  const port = /^\d{1,5}$/.test(text.trim()) ? Number(text) : 0;
  return port >= 1 && port <= 65_535 ? ok(port) : err(`"${text}" is no port; write a number from 1 to 65535`);
}
