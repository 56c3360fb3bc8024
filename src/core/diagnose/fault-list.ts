import type { HeardAt } from '../heard/heard.ts';
import type { Fault, Weight } from './diagnosis.ts';

/** How much each code matters; what is not named here is worth knowing. */
const WEIGHTS: Readonly<Record<string, Weight>> = Object.fromEntries([
  ...[
    'P_APPLICATION_REJECTED',
    'P_APP_BIN_ASKED',
    'P_CONFIG_ROUND_REPEATS',
    'P_CTLSEP_LOOP',
    'P_ENCRYPTED_CONFIG_ASKED',
    'P_FILE_REFUSED',
    'P_IMAGE_AUTHENTICATION_FAILED',
    'P_IMAGE_LOOP',
    'P_INVALID_DEFAULT_LOAD_NAME',
    'P_LOADER_NAMED_AS_LOAD',
    'P_LOADER_TOO_EARLY',
    'P_LOAD_NAME_BLANK',
    'P_MANIFEST_LOOP',
    'P_MANIFEST_MISSING',
    'P_NAME_CUT_OFF',
    'P_NO_VALID_LOAD',
    'P_OS79XX_TRAILING_BLANK',
    'P_ROUND_RESTARTED',
    'P_SEPDEFAULT_ONLY',
    'P_TRIGGER_NOT_TAKEN',
    'P_SIGNED_CONFIG_ASKED',
    'P_TFTP_FILE_NOT_FOUND',
    'P_WRONG_CASE',
  ].map((code) => [code, 'stuck' as const]),
  ...[
    'P_AMBIGUOUS_ADDRESS',
    'P_EXPANSION_MODULE',
    'P_HUNT_ONLY',
    'P_OTHER_PHONE',
    'P_SEP_REFUSED',
    'P_SILENT_AFTER_FLASH',
    'P_TRANSFER_BROKEN_OFF',
  ].map((code) => [code, 'look' as const]),
]);

/** In place of a round: later questions of the phone show that it is over. */
export const OVER = -2;

/** Faults of one phone, each code once. */
export class FaultList {
  /** How many rounds the phone went. */
  readonly #rounds: number;
  readonly #found = new Map<string, { about: string; at: HeardAt; times: number; round: number }>();

  constructor(rounds: number) {
    this.#rounds = rounds;
  }

  /** `round` is the last one that shows it; -1 where it is of no round. */
  add(code: string, about: string, at: HeardAt, round: number, times = 1): void {
    const known = this.#found.get(code);
    if (known === undefined) this.#found.set(code, { about, at, times, round });
    else this.#found.set(code, { ...known, about, times: known.times + times, round: Math.max(round, known.round) });
  }

  /** Worst first, what is over last. */
  all(): readonly Fault[] {
    const order: readonly Weight[] = ['stuck', 'look', 'remark'];
    const faults = [...this.#found].map(([code, { about, at, times, round }]) => {
      const weight = (Object.hasOwn(WEIGHTS, code) ? WEIGHTS[code] : undefined) ?? 'remark';
      return { code, weight, about, at, times, isPast: round === OVER || (round >= 0 && round < this.#rounds - 2) };
    });
    return faults.sort(
      (a, b) => Number(a.isPast) - Number(b.isPast) || order.indexOf(a.weight) - order.indexOf(b.weight),
    );
  }
}
