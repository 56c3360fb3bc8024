import type { PhoneEvent } from '../../../machines/phone-event.ts';
import type { Hop } from '../../core/plan/plan.ts';
import type { BehaviourWatch } from './behaviour-watch.ts';
import { askedOn, refusedWhole } from './holds.ts';
import { UNDER_WAY } from './offers.ts';
import type { SessionState } from './session-state.ts';

/** A name asked so often with nothing in between is asked for ever (invented; lost datagrams repeat a name a few times). */
const POLLS = 6;
/** An image that a phone had whole so often and asks for once more is refused (invented; power may go while it writes). */
const MOST_WHOLE = 4;

const wholeImage = (file: string) => `had ${file} whole`;

/**
 * Whether a phone only repeats one name, as an unprovisioned one does for ever: that moves nothing, so it neither puts off the
 * deadline of an offer nor brings back a phone that was held until it is restarted.
 */
export function isPolling({ phone, evidence }: SessionState, name: string): boolean {
  const { state, context } = phone;
  if (state !== 'offered' && !(state === 'held' && context.hold?.code === 'P_NEEDS_RESTART')) return false;
  const last = evidence.trace.steps.at(-1);
  return last?.name === name && last.times >= POLLS;
}

/** The fact that a phone asked for something, with how long that may put its deadline off. */
export function seenAt({ latest }: SessionState, at: number): PhoneEvent {
  return { type: 'phone.seen', at, ...(latest === undefined ? {} : { latest }) };
}

/** Its deadline has passed: the phone was not heard for too long, or it asks on and gets no further. */
export function stall(state: SessionState, behaviour: BehaviourWatch, heardAt: number, now: number): void {
  const { state: name, context } = state.phone;
  if (name === 'offered') state.passOver();
  const isSlow = name === 'identifying' || name === 'downloading' || name === 'confirming';
  const asksOn = isSlow && now - heardAt < context.budgets[name];
  const ms = now - Math.max(context.since, state.evidence.movedAt ?? 0);
  const hold = asksOn ? { hold: askedOn(name, context, ms) } : behaviour.hold(true);
  state.apply({ type: 'deadline.passed', at: now, ...hold });
}

/** An image reached the phone whole. */
export function countWhole(state: SessionState, file: string): void {
  state.countVain(wholeImage(file));
}

/** Refuses the hop of an image that the phone asks for again though it had it whole too often; false when it did not. */
export function refuseWhole(state: SessionState, hop: Hop, file: string, at: number): boolean {
  const times = state.evidence.vainly?.[wholeImage(file)] ?? 0;
  if (times < MOST_WHOLE || !UNDER_WAY.has(state.phone.state)) return false;
  const reason = `${file} reached the phone whole ${MOST_WHOLE} times and is asked for again`;
  const hold = refusedWhole(hop, state.context, reason);
  // It asks for an image: so it writes nothing any more.
  state.apply({ type: 'image.requested', at, file });
  state.apply({ type: 'hop.refused', at, hold });
  return true;
}
