/** What is true of a phone in one state, no matter who asks. */
export interface StateFacts {
  /** It may be writing flash: nothing may be sent to it that would make it restart. */
  readonly busy: boolean;
  /** A hop is under way. */
  readonly underWay: boolean;
  /** Its machine waits for nothing any more. */
  readonly over: boolean;
  /** Nothing moves until somebody does something: the time spent here is not compared with the usual time. */
  readonly settled: boolean;
  /** A phone that comes here has got further: the time that the state before took is worth learning. */
  readonly goesOn: boolean;
}

/** Where a phone is on its road. */
export type PhoneState =
  | 'waiting'
  | 'identifying'
  | 'offered'
  | 'downloading'
  | 'flashing'
  | 'confirming'
  | 'landed'
  | 'held'
  | 'cancelled';

const moving: StateFacts = { busy: false, underWay: false, over: false, settled: false, goesOn: false };

/** Every state of a phone, and the one table of what is true in each. */
export const PHONE_TABLE: Readonly<Record<PhoneState, StateFacts>> = {
  waiting: { ...moving, settled: true },
  identifying: moving,
  offered: { ...moving, underWay: true, goesOn: true },
  downloading: { ...moving, busy: true, underWay: true, goesOn: true },
  flashing: { ...moving, busy: true, underWay: true, goesOn: true },
  confirming: { ...moving, underWay: true, goesOn: true },
  landed: { ...moving, over: true, settled: true, goesOn: true },
  held: { ...moving, over: true, settled: true },
  cancelled: { ...moving, over: true, settled: true },
};

/** The names of every state, in the order of the road. */
export const PHONE_STATES = Object.keys(PHONE_TABLE) as readonly PhoneState[];

/** Where a phone stands that is on no list; all that is true there is that nothing moves. */
const ELSEWHERE: StateFacts = { ...moving, settled: true };

/** What is true in a state, as a record or a report names it, also for a phone that was released or never enrolled. */
export function factsOf(state: string | null | undefined): StateFacts {
  return Object.hasOwn(PHONE_TABLE, state ?? '') ? PHONE_TABLE[state as PhoneState] : ELSEWHERE;
}

/** Whether the phone may be writing flash; the machine's tag `busy`, known without the machine. */
export function isBusy({ state }: { readonly state: string | null }): boolean {
  return factsOf(state).busy;
}

/** Whether the machine waits for nothing any more; its tag `over`. */
export function isOver({ state }: { readonly state: string | null }): boolean {
  return factsOf(state).over;
}

/** Whether a hop is under way. */
export function isUnderWay({ state }: { readonly state: string | null }): boolean {
  return factsOf(state).underWay;
}
