import { type SnapshotFrom, transition } from 'xstate';
import type { PhoneContext } from './phone-context.ts';
import type { PhoneEvent } from './phone-event.ts';
import { phoneMachine } from './phone-machine.ts';
import type { PhoneState } from './phone-states.ts';

/** Where one phone stands: a value, never a live actor. */
export interface Phone {
  readonly state: PhoneState;
  readonly context: PhoneContext;
}

/** What a step asks of the app. */
export type PhoneCommand =
  /** Work out what the phone runs and which road leads to its target, then report `plan.made` or `plan.refused`. */
  { readonly kind: 'make-plan' };

export interface Step {
  readonly next: Phone;
  readonly commands: readonly PhoneCommand[];
  /** True when the event means nothing in this state; `next` is then the phone as it was. */
  readonly ignored: boolean;
}

/** A phone that was just enrolled. */
export function begin(context: PhoneContext): Phone {
  return { state: 'waiting', context };
}

/** What one fact makes of a phone. Runs nothing, waits for nothing. */
export function step(phone: Phone, event: PhoneEvent): Step {
  const before = resolve(phone);
  if (!before.can(event)) return { next: phone, commands: [], ignored: true };
  const [after] = transition(phoneMachine, before, event);
  const next = { state: after.value as PhoneState, context: after.context };
  const asksForPlan = next.state === 'identifying' && phone.state !== 'identifying';
  return { next, commands: asksForPlan ? [{ kind: 'make-plan' }] : [], ignored: false };
}

function resolve(phone: Phone): SnapshotFrom<typeof phoneMachine> {
  return phoneMachine.resolveState({ value: phone.state, context: phone.context });
}
