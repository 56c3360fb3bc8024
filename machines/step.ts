import { type ActorScope, type AnyStateMachine, createActor, type SnapshotFrom } from 'xstate';
import type { PhoneState } from '../src/core/phone-states.ts';
import type { PhoneContext } from './phone-context.ts';
import type { PhoneEvent } from './phone-event.ts';
import { phoneMachine } from './phone-machine.ts';

/** Where one phone stands: a value, never a live actor. */
export interface Phone {
  readonly state: PhoneState;
  readonly context: PhoneContext;
}

/** The result of one event. */
export interface Step {
  readonly next: Phone;
  /** True when the event means nothing in this state; `next` is then the unchanged phone. */
  readonly ignored: boolean;
}

/** A phone that was just enrolled. */
export function begin(context: PhoneContext): Phone {
  return { state: 'waiting', context };
}

/** What one event makes of a phone. Runs nothing, waits for nothing. */
export function step(phone: Phone, event: PhoneEvent): Step {
  const before = resolve(phone);
  if (!before.can(event)) return { next: phone, ignored: true };
  const after = phoneMachine.transition(before, event, nobody());
  const next = { state: after.value as PhoneState, context: after.context };
  return { next, ignored: false };
}

let scope: ActorScope<SnapshotFrom<typeof phoneMachine>, PhoneEvent> | null = null;

/**
 * The scope in which a transition is computed; it carries nothing out. It is the scope that xstate's own `transition`
 * builds for each call around an actor that is never started; built only once, a step costs half as much.
 */
function nobody(): NonNullable<typeof scope> {
  if (scope !== null) return scope;
  // Without input, as xstate does: a state it never enters needs no context.
  const self = createActor(phoneMachine as AnyStateMachine);
  const nothing = () => {};
  scope = {
    self,
    id: '',
    sessionId: '',
    system: self.system,
    logger: nothing,
    defer: nothing,
    emit: nothing,
    stopChild: nothing,
    actionExecutor: nothing,
  };
  return scope;
}

const resolved = new Map<PhoneState, SnapshotFrom<typeof phoneMachine>>();

/** What xstate works out of a state is the same for every phone in it. */
function resolve({ state, context }: Phone): SnapshotFrom<typeof phoneMachine> {
  const known = resolved.get(state);
  if (known !== undefined) return { ...known, context } as SnapshotFrom<typeof phoneMachine>;
  const fresh = phoneMachine.resolveState({ value: state, context });
  resolved.set(state, fresh);
  return fresh;
}
