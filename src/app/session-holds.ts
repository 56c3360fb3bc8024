import type { Hold } from '../../machines/phone-context.ts';
import { adviceOn } from '../core/explain/hold-advice.ts';
import type { Verdict } from '../core/identify/judge.ts';
import type { Hop } from '../core/plan/plan.ts';

/** A nameless request that the hop needs came from an address which several phones share. */
export function sharedAddress(file: string): Hold {
  return {
    code: 'P_AMBIGUOUS_ADDRESS',
    reason: `${file} was asked from an address that several phones share, so it cannot be told whose it would be`,
    advice: 'give each phone an address of its own or connect them one at a time, then run: loadstep retry',
    isResumable: false,
  };
}

/** Everything was sent and the old software still runs. */
export function notTaken(hop: Hop, { code, reason }: Extract<Verdict, { kind: 'denied' }>): Hold {
  const advice = `keep its power on while ${hop.load} is written; see: loadstep explain ${code}`;
  return { code, reason, advice, isResumable: false };
}

/** The hold of a phone for what it does. */
export function holdFor(
  { code, reason }: { readonly code: string; readonly reason: string },
  isResumable: boolean,
): Hold {
  return { code, reason, advice: adviceOn(code), isResumable };
}
