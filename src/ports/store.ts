import type { HistoryEvent } from '../core/history/event.ts';
import type { WallMs } from '../core/moment.ts';
import type { ModelId } from '../core/names/family.ts';
import type { LoadName } from '../core/names/load-name.ts';
import type { MacAddress } from '../core/names/mac-address.ts';

/** A machine's snapshot as it is kept: migrated and validated by `machines` when read back. */
export interface StoredSnapshot {
  readonly machine: string;
  readonly version: number;
  readonly value: string;
  readonly context: unknown;
}

/** What an operator asked for one phone. */
export interface Enrolment {
  readonly mac: MacAddress;
  readonly target: LoadName;
  /** The operator's word on what runs; overruled by what the phone shows. */
  readonly from: LoadName | null;
  readonly model: ModelId | null;
  readonly label: string | null;
  /** Name of the list that the phone belongs to; `default` unless the operator gave one. */
  readonly batch: string;
  /** Switch port, in the operator's words; given to the command that switches power. */
  readonly port: string | null;
  /** Serial number, as the operator read it off the label. */
  readonly serial: string | null;
  /** The extension that the phone is to have, for the one who provisions it after landing. */
  readonly extension?: string | null;
  readonly enrolledAt: WallMs;
  /** Grows with every enrol, release and retry of this phone, so that a running server notices. */
  readonly revision: number;
  readonly status: 'enrolled' | 'released';
  /** True when it was released since its conversion was cancelled. */
  readonly isCancelled?: boolean;
  /** The revision with which its present stay on the list began; absent for a phone that was never let go. */
  readonly beganWith?: number;
}

/** The batch of phones that were enrolled without one. */
export const DEFAULT_BATCH = 'default';

/** What it takes to enrol a phone; parts that are left out are the default batch, and unknown. */
export type EnrolmentWish = Omit<
  Enrolment,
  'revision' | 'status' | 'isCancelled' | 'beganWith' | 'batch' | 'port' | 'serial'
> &
  Partial<Pick<Enrolment, 'batch' | 'port' | 'serial'>>;

/** Everything kept about one phone beside its history. */
export interface PhoneRecord {
  readonly mac: MacAddress;
  readonly enrolment: Enrolment | null;
  /** Null until the first event. */
  readonly snapshot: StoredSnapshot | null;
  /** What identification remembers (plain JSON); a text that is no JSON is given as it stands, so that no reader takes it for nothing. */
  readonly evidence: unknown;
  /** What the session remembers (plain JSON with its version); null before, and in records that kept it with the evidence. */
  readonly memory: unknown;
  readonly firstSeenAt: WallMs | null;
  readonly lastSeenAt: WallMs | null;
  /** The switch and the port at which a switch saw it last, such as `sw1 Gi0/17`; absent where none did. */
  readonly hangsAt?: string;
}

/** A change that becomes durable as a whole or not at all: state and history are one transaction. */
export interface Change {
  readonly mac: MacAddress;
  /** Set when the machine moved. */
  readonly snapshot?: StoredSnapshot;
  /** Set when identification learnt something. */
  readonly evidence?: unknown;
  /** Set when the session remembers something else. */
  readonly memory?: unknown;
  readonly seenAt?: WallMs;
  readonly events: readonly HistoryEvent[];
}

/** Which rows of the record. */
export interface HistoryQuery {
  readonly mac?: MacAddress;
  /** Inclusive. */
  readonly since?: WallMs;
  /** The newest so many rows, still in the order of time. */
  readonly limit?: number;
}

/** A tie between an address and a MAC, as it was learnt: one for each address, MAC and source. */
export interface AddressBinding {
  readonly address: string;
  readonly mac: MacAddress;
  /** The newest for this address, MAC and source is kept. */
  readonly learntAt: WallMs;
  /** `name`; `told` where a lease or the neighbour table had the phone there, too. */
  readonly source: string;
}

/** Everything that is kept of phones: enrolments, snapshots, what identification remembers, and the record. */
export interface Store {
  /**
   * Resolves once the change is durable. Changes handed over in one turn of the event loop share one transaction, in the
   * order given. Rejects with AppError `E_DISK_FULL`, `E_DB_LOCKED` or `E_DB_FAILED`; then nothing of the change is kept.
   */
  commit(change: Change): Promise<void>;
  /**
   * Enrols or re-enrols; durable on return. The history row `phone.enrolled` is written with it. With `isLasting` false it may be kept
   * no sooner than the next `commit` that is handed over, and before that: for a phone that enrols itself again at its next boot.
   */
  enrol(enrolment: EnrolmentWish, isLasting?: boolean): Enrolment;
  /** Releases, or cancels; durable on return; false when the phone was not enrolled. Writes `phone.released`. */
  release(mac: MacAddress, at: WallMs, isCancelled?: boolean): boolean;
  /** Bumps the revision so that the server starts this phone anew; false when it is not enrolled. */
  retry(mac: MacAddress, at: WallMs): boolean;
  /** Every phone that was ever enrolled or heard. */
  phones(): readonly PhoneRecord[];
  /** One phone; null when it was never enrolled nor heard. */
  phone(mac: MacAddress): PhoneRecord | null;
  /** Enrolments whose revision is newer than the given one was seen; cheap enough to call twice a second. */
  enrolmentsChangedSince(sequence: number): { readonly sequence: number; readonly enrolments: readonly Enrolment[] };
  /** Rows in the order of time. */
  history(query: HistoryQuery): Iterable<HistoryEvent>;
  /**
   * Keeps a binding. It shares the transaction of the commits of this turn, so that it costs no transaction of its own;
   * trouble is logged, since a lost binding is learnt again.
   */
  saveBinding(binding: AddressBinding): void;
  /** Every binding kept, oldest first. */
  bindings(): readonly AddressBinding[];
  /** In which run of the machine a server wrote here last; null when that was not kept. */
  lastBoot?(): string | null;
  /** Keeps in which run of the machine a server writes here now; durable on return. */
  keepBoot?(boot: string): void;
  /** Writes what is under way, and keeps nothing from then on. */
  close(): void;
}

/** The record in the order of its commits, for what follows it, whichever process writes. */
export interface RecordFeed {
  /**
   * Rows committed after the given sequence number, in the order of commit, at most 10,000 at a time, and the number to
   * ask with next time. Cheap enough to call four times a second. With `kinds` only rows of these events need to be among them.
   */
  historyAfter(
    sequence: number,
    kinds?: readonly HistoryEvent['event'][],
  ): { readonly sequence: number; readonly events: readonly HistoryEvent[] };
  /** The number of the newest row; 0 while there is none. */
  lastSequence(): number;
}
