import { telnetReset } from '../adapters/restart/telnet-reset.ts';
import type { SentRung } from '../core/restart/ladder.ts';
import type { Clock } from '../ports/clock.ts';
import type { RestartSender, RestartSent, RestartTarget } from '../ports/restarts.ts';
import type { OpenWitnesses } from './witnesses.ts';

/** What telnet of phones is opened with. */
export interface TelnetWish {
  readonly password: string;
  readonly port: number;
}

interface SenderParts {
  /** Null where phones are not heard, or not yet. */
  readonly witnesses: () => Pick<OpenWitnesses, 'sip' | 'sccp'> | null;
  /** Null where nobody gave a password. */
  readonly telnet: TelnetWish | null;
  readonly clock: Clock;
}

const DEAF = 'phones are not heard here (`serve --witness`)';
const NO_PASSWORD = 'no password for its telnet was given (`--restart-telnet-password-file`)';

/** Tells phones to restart, each in the way that is asked for. */
export function restartSender({ witnesses, telnet, clock }: SenderParts): RestartSender {
  const lacks = (rung: SentRung, target: RestartTarget): string | null => {
    if (rung === 'telnet') return telnet === null ? NO_PASSWORD : null;
    const heard = witnesses();
    if (heard === null) return DEAF;
    return rung === 'sccp-reset' ? heard.sccp.lacks(target) : heard.sip.lacks(rung, target);
  };
  const send = async (rung: SentRung, target: RestartTarget, signal: AbortSignal): Promise<RestartSent> => {
    const lack = lacks(rung, target);
    const heard = witnesses();
    if (lack !== null) return { isTaken: false, text: lack };
    if (rung === 'telnet') {
      return telnet === null
        ? { isTaken: false, text: NO_PASSWORD }
        : telnetReset({ ...telnet, address: target.address }, clock, signal);
    }
    if (heard === null) return { isTaken: false, text: DEAF };
    return rung === 'sccp-reset' ? heard.sccp.reset(target) : heard.sip.send(rung, target, signal);
  };
  return { lacks, send };
}
