import {
  DEFAULT_PATIENCE,
  GENEROUS_BUDGETS,
  type Patience,
  type StateBudgets,
} from '../../../machines/phone-context.ts';

/** Every span of time the fleet decides by, in milliseconds. */
export interface FleetTiming {
  /** How long each state may last before it counts as stalled, while no history says better. */
  readonly budgets: StateBudgets;
  readonly patience: Patience;
  /** Silence after which a phone that was shown its load and took nothing counts as running it (invented). */
  readonly quietMs: number;
  /** For so long a phone may ask for the load that its configuration names: a loader and SIP 8.12 ask for a file whose datagrams are lost for 39 s (legacy-79x0 11.2); of others that is assumed. */
  readonly asksForLoadMs: number;
  /** How long nameless requests of an address are kept for the phone that names itself next (invented). */
  readonly anonymousMs: number;
  /** Silence of a phone that was never heard, after which that is worth a word (invented). */
  readonly firstRequestMs: number;
  /** How often changes of the list of phones, made by other processes, are looked for. */
  readonly enrolmentPollMs: number;
}

export const DEFAULT_TIMING: FleetTiming = {
  budgets: GENEROUS_BUDGETS,
  patience: DEFAULT_PATIENCE,
  quietMs: 60_000,
  asksForLoadMs: 39_000,
  anonymousMs: 60_000,
  firstRequestMs: 10 * 60_000,
  enrolmentPollMs: 500,
};
