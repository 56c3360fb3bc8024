import type { SteadyMs, WallMs } from '../moment.ts';
import type { FamilyId } from '../names/family.ts';
import type { MacAddress } from '../names/mac-address.ts';

/** Names of what is recorded and, with the two live-only ones, of what `--json` prints. Never renamed, never reused. */
export const HISTORY_EVENTS = [
  'phone.seen',
  'phone.enrolled',
  'phone.finding',
  'phone.planned',
  'phone.state',
  'phone.decision',
  'load.offered',
  'file.requested',
  'file.sent',
  'file.refused',
  'file.failed',
  'phone.landed',
  'phone.held',
  'phone.released',
] as const;
/** The `finding` of a decision that a phone waits until others are done: the time it waits teaches nothing. */
export const WAITS = 'waits-for-turn';
/** The `finding` of a `phone.released` by which a conversion was cancelled. */
export const CANCELLED = 'cancelled';
/** The `finding` of a decision that the operator made: a phone starts anew. */
export const RETRIED = 'retried';
/** The `finding` of a decision that the power of a phone is to be switched by a program of the operator's, which goes on when its server is killed. */
export const POWER_BY_COMMAND = 'power-by-command';
/** The `finding` of a decision that the power of a phone was switched, after the one that it is to be. */
export const POWER_SWITCHED = 'power-switched';
/** The `finding` of a decision that the power of a phone was not switched, although it was to be. */
export const POWER_NOT_SWITCHED = 'power-not-switched';
/** The `finding` of a row that says at which switch port a phone hangs, or what it says of itself there. */
export const SEEN_AT_PORT = 'switch-port';
/** The `finding` of a decision about a phone that is on nobody's list, where whatever comes is to be enrolled. */
export const NOT_ENROLLED = 'not-enrolled';
/** The `finding` of a row about a phone of which only the address is known. */
export const NAMELESS = 'nameless-phone';
/** The `finding` of a row about phones on nobody's list that are too many to be recorded one by one. */
export const MORE_STRANGERS = 'more-strangers';
export const LIVE_ONLY_EVENTS = ['server.listening', 'file.progress'] as const;
/** Names of rows about all phones together: they carry no MAC. */
export const BATCH_EVENTS = ['batch.paused', 'batch.resumed', 'batch.decision', 'batch.finished'] as const;
/** One of `BATCH_EVENTS`. */
export type BatchEventName = (typeof BATCH_EVENTS)[number];
/** One of `HISTORY_EVENTS`. */
export type HistoryEventName = (typeof HISTORY_EVENTS)[number];

/** One row of a phone's record. Optional keys are absent, not null. */
export interface HistoryEvent<At extends SteadyMs | WallMs = WallMs> {
  readonly event: HistoryEventName;
  /** Printed as ISO 8601. */
  readonly at: At;
  readonly mac: MacAddress;
  readonly state?: string;
  readonly previous?: string;
  /** Counts from 1; 0 before the first offer; equals `hops` when landed. */
  readonly hop?: number;
  readonly hops?: number;
  readonly load?: string;
  readonly target?: string;
  /** For `file.*`: the name as the phone spelled it. For `load.offered`: the trigger file. */
  readonly file?: string;
  readonly bytes?: number;
  readonly size?: number;
  /** The phone's `address:port`. */
  readonly peer?: string;
  /** Milliseconds a transfer took. */
  readonly tookMs?: number;
  readonly reason?: string;
  readonly code?: string;
  readonly advice?: string;
  readonly witnesses?: readonly string[];
  /** For `phone.planned`: the loads of the hops in order. */
  readonly road?: readonly string[];
  /** For `phone.finding`, and for decisions that others build on: its kind. */
  readonly finding?: string;
  /** For `file.sent` of a firmware file: hash of the bytes that were sent, lower-case hex. */
  readonly sha1?: string;
  /** For `phone.planned`: what the phone was believed to run, in words. */
  readonly from?: string;
  /** For `phone.enrolled`: the batch that the phone belongs to, unless it is the default one. */
  readonly batch?: string;
}

/** A row as it is decided; it gets the wall's time when it is recorded. */
export type DecidedRow = HistoryEvent<SteadyMs>;

/** One row about all phones together. Optional keys are absent, not null. */
export interface BatchEvent {
  readonly event: BatchEventName;
  /** Printed as ISO 8601. */
  readonly at: WallMs;
  readonly mac?: never;
  readonly reason: string;
  /** For `batch.finished` and a batch that paused itself: phones of the batch, landed, held, cancelled where there are some. */
  readonly phones?: number;
  readonly landed?: number;
  readonly held?: number;
  readonly cancelled?: number;
  /** For `batch.finished`: phones on the list that never asked for anything, where there are some. */
  readonly missing?: readonly MacAddress[];
  /** What to do about those, and under which code `explain` tells more. */
  readonly code?: string;
  readonly advice?: string;
  /** For a row about a phone of which nothing else is known: `nameless-phone`, and where it asks from. */
  readonly finding?: string;
  readonly address?: string;
  /** The family of such a phone. */
  readonly family?: FamilyId;
  /** The MAC that a lease or the neighbour table has there, which may be that of a router, or of a phone that was heard elsewhere since. */
  readonly told?: MacAddress;
  /** Present where that one is on the list. */
  readonly isListed?: true;
}
