import type { AskedKind } from '../names/asked-name.ts';
import { type Evidence, isUnheard } from './evidence.ts';
import type { Trace } from './trace.ts';

/** What an application that is up asks for again and again (legacy-79x0 11.1 H). */
const POLLED: ReadonlySet<AskedKind> = new Set(['sep-xml', 'sip-phone', 'mgc-phone', 'service', 'locale']);

/**
 * Names with which a boot begins, as far as it is heard from its beginning (legacy-79x0 2, 3.1, 5; java-phones 4.1, 4.3), and those of
 * firmware: a phone that takes that, from wherever, is not to be restarted.
 */
const BEGINS: ReadonlySet<AskedKind> = new Set(['os79xx', 'ctl-phone', 'term-default', 'manifest', 'image']);

/** Whether nothing that was heard is from the beginning of a boot, or firmware: a phone whose application runs and polls. */
export function isUpAlready({ steps, isAfterLoader, afterManifest, isAfterImage }: Trace): boolean {
  const isGoingOn = isAfterLoader === true || isAfterImage === true || afterManifest !== undefined;
  return steps.length > 0 && !isGoingOn && !steps.some(({ kind }) => BEGINS.has(kind));
}

/** Whether it asks for what a phone polls alone. A boot begins with other names. */
export function isOnlyPolling({ steps }: Trace): boolean {
  return steps.length > 0 && steps.every(({ kind }) => POLLED.has(kind));
}

/** Whether a phone that is in this state is up, was heard since it was to start again, and has to be restarted to show what it runs. */
export function showsMoreWhenItBoots(state: string, evidence: Evidence): boolean {
  return state === 'identifying' && isUpAlready(evidence.trace) && !isUnheard(evidence);
}
