import type { WallMs } from '../moment.ts';
import type { MacAddress } from '../names/mac-address.ts';
import type { GateRules } from './gate.ts';

/** How many failures stop a batch: a number of phones, or a share of them. */
export type FailureLimit =
  | { readonly kind: 'count'; readonly count: number }
  | { readonly kind: 'percent'; readonly percent: number };

/** What holds a batch back; each part stays in force until another is given. */
export interface BatchLimits {
  /** Most phones in hops that write flash at a time; null is as many as come. */
  readonly atOnce: number | null;
  /** So many phones go first, and the rest waits until they are over; 0 is none. */
  readonly canary: number;
  /** Null never stops. */
  readonly stopAfter: FailureLimit | null;
}

/** Everything a server must remember of its batch beside its phones: plain JSON, kept over restarts. */
export interface BatchState {
  /** Grows with every change, so that other processes notice. */
  readonly revision: number;
  readonly limits: BatchLimits;
  readonly isPaused: boolean;
  /** Why it is paused or was resumed; null when it never was. */
  readonly reason: string | null;
  /** When it was paused or resumed. */
  readonly turnedAt: WallMs | null;
  /** The phones that went first, in the order in which they went. */
  readonly canaries: readonly MacAddress[];
  /** Those of them that had landed or failed when they were seen on the list last: they have shown what they can; absent is none. */
  readonly canariesOver?: readonly MacAddress[];
  /** Whether the phones that went first are over, and the rest may go. */
  readonly isCanaryOver: boolean;
  /** Failures that stood when the batch was resumed: they stop it no second time. */
  readonly excused: readonly MacAddress[];
  /** Phones whose conversion was cancelled since the batch was last finished. */
  readonly cancelled: readonly MacAddress[];
  /** Whether every phone that is waited for is landed or held, and that was told. */
  readonly isFinished: boolean;
  /** Phones that never asked for anything and that nobody waits for any more. */
  readonly missing: readonly MacAddress[];
}

export const NO_LIMITS: BatchLimits = { atOnce: null, canary: 0, stopAfter: null };

export const FRESH_BATCH: BatchState = {
  revision: 0,
  limits: NO_LIMITS,
  isPaused: false,
  reason: null,
  turnedAt: null,
  canaries: [],
  isCanaryOver: false,
  excused: [],
  cancelled: [],
  isFinished: false,
  missing: [],
};

/** Limits in words, for people; null when there are none. */
export function limitsText({ atOnce, canary, stopAfter }: BatchLimits): string | null {
  const parts = [
    ...(atOnce === null ? [] : [`at most ${atOnce} at once`]),
    ...(canary === 0 ? [] : [`${canary} ${canary === 1 ? 'canary' : 'canaries'} first`]),
    ...(stopAfter === null ? [] : [`stop after ${failureLimitText(stopAfter)}`]),
  ];
  return parts.length === 0 ? null : parts.join(', ');
}

export function failureLimitText(limit: FailureLimit): string {
  if (limit.kind === 'percent') return `${limit.percent} % failures`;
  return limit.count === 1 ? '1 failure' : `${limit.count} failures`;
}

/** New limits. Another number of phones that go first begins that trial anew. */
export function withLimits(state: BatchState, limits: BatchLimits): BatchState {
  if (JSON.stringify(state.limits) === JSON.stringify(limits)) return state;
  const isSameTrial = state.limits.canary === limits.canary;
  return isSameTrial ? { ...state, limits } : { ...state, limits, canaries: [], canariesOver: [], isCanaryOver: false };
}

export function paused(state: BatchState, at: WallMs, reason: string): BatchState {
  return { ...state, isPaused: true, reason, turnedAt: at };
}

/** Goes on; what had failed by now is known and stops the batch no second time. */
export function resumed(state: BatchState, at: WallMs, reason: string, failed: readonly MacAddress[]): BatchState {
  return { ...state, isPaused: false, reason, turnedAt: at, excused: [...failed] };
}

/** The conversion of a phone was cancelled; it counts as that when the batch is finished. */
export function withCancelled(state: BatchState, mac: MacAddress): BatchState {
  return { ...state, cancelled: [...state.cancelled.filter((one) => one !== mac), mac] };
}

/** What the gate has to keep to, as the batch stands. */
export function gateRulesOf({ limits, isPaused, canaries, isCanaryOver }: BatchState): GateRules {
  return { atOnce: limits.atOnce, canary: limits.canary, isPaused, canaries, isCanaryOver };
}
