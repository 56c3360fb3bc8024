import type { MacAddress } from '../names/mac-address.ts';
import type { Needs } from '../needs.ts';

/** What a report is told of one phone beside its history; everything that nobody said is null. */
export interface ReportPhone {
  readonly mac: MacAddress;
  readonly label: string | null;
  readonly model: string | null;
  readonly serial: string | null;
  readonly batch: string;
  /** Switch port, as the list says, or else where a switch saw it. */
  readonly port: string | null;
  /** What it is at the PBX, one extension or several; absent where nobody said. */
  readonly extension?: string;
  readonly target: string;
  /** The operator's word on what ran. */
  readonly statedFrom: string | null;
  readonly isReleased: boolean;
  /** Where its machine stands now. */
  readonly state: string;
  readonly code: string | null;
  readonly reason: string | null;
  readonly advice: string | null;
  /** What it needs that only a person can give; absent where it goes on by itself. */
  readonly needs?: Needs;
}

/** One firmware file that reached the phone whole. */
export interface SentFile {
  readonly name: string;
  readonly bytes: number;
  /** Hash of the bytes that were sent; null where the record is older than hashes. */
  readonly sha1: string | null;
  /** Whether it is the hash that is published for this file; null where nothing is published or no hash is known. */
  readonly isPublished: boolean | null;
  /** When it arrived last. */
  readonly sentAt: number;
  readonly tookMs: number | null;
  /** How often it was sent whole. */
  readonly times: number;
}

/** `given up`: another road or another try followed. `stopped`: the phone is held, or was released, in it. */
export type HopOutcome = 'proven' | 'under way' | 'stopped' | 'given up';

/** One step of a phone's road, as it went. */
export interface HopStory {
  readonly hop: number;
  readonly load: string;
  readonly startedAt: number;
  readonly endedAt: number | null;
  readonly outcome: HopOutcome;
  /** Files through which the load was published, in the order in which the phone read them. */
  readonly through: readonly string[];
  readonly files: readonly SentFile[];
  /** Transfers of firmware files that ended before their end. */
  readonly brokenOff: number;
  readonly witnesses: readonly string[];
}

/** One time at which the phone stopped and waited. */
export interface HoldStory {
  readonly heldAt: number;
  readonly code: string;
  readonly reason: string;
  readonly advice: string | null;
}

/**
 * How it ended, or stands: `never-seen` are enrolled phones that asked nothing yet; `cancelled` were taken off the list before they
 * landed, `released` whenever.
 */
export type PhoneOutcome = 'landed' | 'held' | 'under-way' | 'never-seen' | 'cancelled' | 'released';

/** Everything that the record says of one phone since it came into its batch. */
export interface PhoneStory extends ReportPhone {
  readonly outcome: PhoneOutcome;
  /** What it was first believed to run, in words; null while nothing was found out. */
  readonly from: string | null;
  readonly enrolledAt: number | null;
  /** Its first request. */
  readonly startedAt: number | null;
  /** When it landed; stays when the phone is let go, or shows its load once more. */
  readonly landedAt: number | null;
  /** When it was taken off the list. */
  readonly letGoAt: number | null;
  readonly lastSeenAt: number | null;
  /** From the first request to the landing. */
  readonly tookMs: number | null;
  readonly hops: readonly HopStory[];
  /** What proves the landing. */
  readonly witnesses: readonly string[];
  readonly holds: readonly HoldStory[];
  readonly retries: number;
  readonly powerCycles: number;
}

/** How long phones took for the hop to one load. */
export interface HopTimes {
  readonly load: string;
  readonly phones: number;
  readonly medianMs: number;
  readonly slowestMs: number;
  readonly slowestMac: MacAddress;
}

/** How long whole conversions took. */
export interface RoadTimes {
  readonly phones: number;
  readonly medianMs: number;
  readonly slowestMs: number;
  readonly slowestMac: MacAddress;
}

/** A batch as it stands. */
export interface BatchReport {
  /** Null when the report spans every batch. */
  readonly batch: string | null;
  readonly reportedAt: number;
  readonly startedAt: number | null;
  /** When the last phone landed, was held or was let go; null while one is under way, or one that was never seen is still waited for. */
  readonly finishedAt: number | null;
  readonly counts: Readonly<Record<PhoneOutcome, number>>;
  readonly total: number;
  /** Of those that are under way how many a person has to help; held ones and those that were never seen are counted by their outcomes. */
  readonly needsHand: number;
  /** Phones that were seen and belong to nobody's list; none of them was shown a load. */
  readonly bystanders: number;
  readonly hopTimes: readonly HopTimes[];
  readonly roadTimes: RoadTimes | null;
  readonly phones: readonly PhoneStory[];
}
