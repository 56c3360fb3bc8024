import type { SteadyMs } from '../src/core/moment.ts';
import type { LoadName } from '../src/core/names/load-name.ts';
import type { MacAddress } from '../src/core/names/mac-address.ts';
import type { Hop, Plan } from '../src/core/plan/plan.ts';

/** Why a phone stopped, and what a person can do about it. */
export interface Hold {
  readonly code: string;
  /** Left empty by the rules of the machine: they name the code, and the app finds the words. */
  readonly reason: string;
  readonly advice: string;
  /** True when the phone goes on by itself as soon as it shows a sign of life. */
  readonly isResumable: boolean;
}

/** How long each state may last before it counts as stalled, in milliseconds. */
export interface StateBudgets {
  readonly identifying: number;
  readonly offered: number;
  readonly downloading: number;
  readonly flashing: number;
  readonly confirming: number;
}

/** How often something may go wrong before the next thing is tried. */
export interface Patience {
  /** Full rounds without the expected request before the next trigger is published. */
  readonly roundsPerTrigger: number;
  /** Manifest requests in a row without an image: two rejected pairs (java-phones 4.4). */
  readonly manifestsWithoutImage: number;
  /** Times one image may be begun from block 1 in one hop. */
  readonly imageStarts: number;
  /** Times a hop may turn out not to have worked before another road is tried. */
  readonly denials: number;
  /** Roads that may be tried for one phone before it is held. */
  readonly roads: number;
}

/** Everything the machine of one phone remembers: plain JSON, stored with every transition. */
export interface PhoneContext {
  readonly mac: MacAddress;
  readonly target: LoadName;
  readonly plan: Plan | null;
  /** Counts from 1; 0 before the first offer. */
  readonly hop: number;
  /** Which of the present hop's trigger files is in use, counted from 0 (a rung of its ladder). */
  readonly trigger: number;
  /** Rounds the phone went through since the present trigger was published. */
  readonly rounds: number;
  /** Whether the present trigger was shown to the phone since it last began its list. */
  readonly isShown: boolean;
  /** Times each file of the hop was asked for. */
  readonly asked: Readonly<Record<string, number>>;
  /** Manifest requests since the last image request. */
  readonly manifestsInRow: number;
  /** Images of the hop that reached the phone whole in the present round, each as often as it did. */
  readonly fetched: readonly string[];
  /** The same for the last earlier round in which any did. */
  readonly fetchedBefore: readonly string[];
  /** Images that were asked for in the present round, whatever became of them. */
  readonly begun: readonly string[];
  /**
   * Images that reached the phone whole since it last began to take any: nothing resumes, so a round in which it takes images begins
   * with none, and an image that is asked for again counts as missing until it has arrived whole again.
   */
  readonly taken: readonly string[];
  /** Images of which the phone acknowledged all but the last block: it may or may not have them. */
  readonly unacked: readonly string[];
  /** Those of them whose end nobody has seen, since the server was killed meanwhile: they may have broken off anywhere. */
  readonly unseen?: readonly string[];
  /** Images whose transfer ended earlier than that. */
  readonly broken: readonly string[];
  /** Whether any image of the hop ever reached the phone whole. */
  readonly hasTaken: boolean;
  /** Times the hop turned out not to have worked. */
  readonly denials: number;
  /** Hops that the phone refused, as `<kind>:<load>`. */
  readonly avoid: readonly string[];
  readonly since: SteadyMs;
  readonly deadlineAt: SteadyMs | null;
  readonly hold: Hold | null;
  readonly witnesses: readonly string[];
  readonly budgets: StateBudgets;
  readonly patience: Patience;
}

/** A quarter of an hour: generous while no history of this hop exists (java-phones 3.5 R12, legacy-79x0 Q11). */
const GENEROUS_MS = 15 * 60_000;

/** A quarter of an hour in every state. */
export const GENEROUS_BUDGETS: StateBudgets = {
  identifying: GENEROUS_MS,
  offered: GENEROUS_MS,
  downloading: GENEROUS_MS,
  flashing: GENEROUS_MS,
  confirming: GENEROUS_MS,
};

/** Two rounds for each trigger are the design's, four manifests the source's; the other numbers are invented. */
export const DEFAULT_PATIENCE: Patience = {
  roundsPerTrigger: 2,
  manifestsWithoutImage: 4,
  imageStarts: 12,
  denials: 2,
  roads: 6,
};

/** What a hop begins with: nothing shown, asked or taken in it. */
export const CLEAN_SLATE = {
  rounds: 0,
  isShown: false,
  asked: {},
  manifestsInRow: 0,
  fetched: [],
  fetchedBefore: [],
  begun: [],
  taken: [],
  unacked: [],
  broken: [],
  hasTaken: false,
  denials: 0,
} as const satisfies Partial<PhoneContext>;

/** The context of a phone that was just enrolled. */
export function freshContext(
  mac: MacAddress,
  target: LoadName,
  at: SteadyMs,
  budgets: StateBudgets = GENEROUS_BUDGETS,
  patience: Patience = DEFAULT_PATIENCE,
): PhoneContext {
  return {
    mac,
    target,
    plan: null,
    hop: 0,
    trigger: 0,
    ...CLEAN_SLATE,
    avoid: [],
    since: at,
    deadlineAt: null,
    hold: null,
    witnesses: [],
    budgets,
    patience,
  };
}

/** The hop that is being taken, or the last one after landing; null before the first offer. */
export function presentHop(context: PhoneContext): Hop | null {
  return context.plan?.hops[context.hop - 1] ?? null;
}

/** The hop after the present one; null on the last. */
export function nextHop(context: PhoneContext): Hop | null {
  return context.plan?.hops[context.hop] ?? null;
}
