import { type Hold, type PhoneContext, presentHop } from '../../../machines/phone-context.ts';
import { adviceOn } from '../../core/explain/hold-advice.ts';
import type { Verdict } from '../../core/identify/judge.ts';
import type { Hop } from '../../core/plan/plan.ts';
import { UNREADABLE } from '../memory/kept-phone.ts';

/** Its record cannot be read by this version. */
export function unreadable(why: string): Hold {
  return {
    code: UNREADABLE,
    reason: `its record cannot be read by this version: ${why}`,
    advice: 'look at its screen; when it is not upgrading, run: loadstep retry',
    isResumable: false,
  };
}

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

/** Images reached the phone whole, more than once, and it runs what it ran before. */
export function refusedWhole(hop: Hop, { mac }: PhoneContext, reason: string): Hold {
  const isJava = hop.kind === 'java-load' || hop.kind === 'boot-loader';
  // Unsigned software looks at no signature: why it does not run what it gets is not known.
  const isUnsigned = hop.from.every((one) => one.generation === 'G1');
  const code = isJava ? 'P_ROUND_RESTARTED' : isUnsigned ? 'P_UNEXPECTED_LOAD' : 'P_IMAGE_AUTHENTICATION_FAILED';
  const advice = `run: loadstep firmware verify; when every file is genuine the phone does not take this release: loadstep enroll --mac ${mac} --target <another load>, or loadstep retry --mac ${mac}`;
  return {
    code,
    reason: `${reason}; that was not the first time, so it refuses what it gets`,
    advice,
    isResumable: false,
  };
}

/** It keeps asking, and nothing that it asks brings it further. */
export function askedOn(state: 'identifying' | 'downloading' | 'confirming', context: PhoneContext, ms: number): Hold {
  const { mac, target } = context;
  const load = presentHop(context)?.load ?? target;
  const span = ms >= 120_000 ? `${Math.round(ms / 60_000)} minutes` : `${Math.round(ms / 1000)} seconds`;
  if (state === 'downloading') {
    const reason = `the phone asks on, but for ${span} for no file of ${load}`;
    return { code: 'P_STALLED', reason, advice: adviceOn('P_STALLED'), isResumable: true };
  }
  const what = state === 'confirming' ? `took ${load} and came back; since then it` : 'is heard, but';
  const reason = `the phone ${what} has asked for ${span} what does not show which load it runs`;
  const advice = `read the load on its display and say it: loadstep enroll --mac ${mac} --target ${target} --from <that load>; then restart the phone`;
  return { code: 'P_UNPROVEN', reason, advice, isResumable: false };
}

/** The hold of a phone for what it does. */
export function holdFor(
  { code, reason }: { readonly code: string; readonly reason: string },
  isResumable: boolean,
): Hold {
  return { code, reason, advice: adviceOn(code), isResumable };
}
