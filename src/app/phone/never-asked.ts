import { behaviourOf } from '../../core/identify/behaviour.ts';
import { has, imageUnderWay, isSoonAfter, wasGiven } from '../../core/identify/trace.ts';
import { protocolSpeaking } from '../../core/identify/verdict-of-application.ts';
import type { AskedName } from '../../core/names/asked-name.ts';
import type { SessionState } from './session-state.ts';

/** A boot loader that refuses a manifest asks for it again within a second, and then after 90 s to 180 s (java-phones 4.4); what lies between is invented. */
const PAIR_MS = 30_000;

/**
 * Whether a boot loader had its manifest and asked for no image that anybody heard, and begins anew with this question: it took and wrote nothing. `before`
 * is when it asked last; null where that was before the server was started.
 */
export function hasRefused(state: SessionState, asked: AskedName, at: number, before: number | null): boolean {
  const { phone, context, evidence } = state;
  if (phone.state !== 'downloading' || asked.kind !== 'term-default' || context.begun.length > 0) return false;
  return (before === null || at - before >= PAIR_MS) && !has(evidence.trace, 'image');
}

/**
 * A phone with a loader has the manifest of its load, asked for no image that anybody heard, and its application runs: its question was lost for 39 s, and
 * it started what it had (W710; legacy-79x0 3.3, 11.2). It takes and writes nothing, and its next boot may go for the load. What goes on at once after the
 * manifest the judge has a word for.
 */
export function endUnasked(state: SessionState, asked: AskedName, at: number): void {
  const { phone, hop, context, evidence } = state;
  const { trace, pattern } = evidence;
  if (phone.state !== 'downloading' || hop?.kind !== 'application' || context.begun.length > 0) return;
  const file = `${hop.load}.loads`;
  if (!wasGiven(trace, file) || has(trace, 'image') || imageUnderWay(trace) !== null) return;
  const isHeard = protocolSpeaking({ asked, trace, hop }) !== null && !isSoonAfter(trace, file);
  if (!isHeard && !polls(state, asked, at, pattern)) return;
  state.apply({ type: 'download.broken', at, file });
}

/** Whether it polls its own file, as a SIP application does that has no lines. */
function polls({ evidence: { trace } }: SessionState, asked: AskedName, at: number, pattern: string | null): boolean {
  const question = {
    asked,
    at,
    isNewRound: false,
    before: trace,
    trace,
    pattern,
    hop: null,
    isShown: false,
    taken: {},
  };
  return behaviourOf(question)?.code === 'P_SIP_POLL_31S';
}
