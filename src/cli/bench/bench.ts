import type { BatchPause } from '../../app/batch/batch-status.ts';
import type { Enrolled, Wish } from '../../app/list/enrol.ts';
import type { BenchLayout } from '../../app/told/bench-layout.ts';
import type { PhoneReport } from '../../app/told/phone-line.ts';
import type { RecordRow } from '../../core/history/merge-rows.ts';
import type { WallMs } from '../../core/moment.ts';
import type { LoadName } from '../../core/names/load-name.ts';
import type { MacAddress } from '../../core/names/mac-address.ts';
import type { BatchReport } from '../../core/report/report.ts';
import type { Enrolment } from '../../ports/store.ts';
import type { ReadingQuery } from './read-here.ts';

/** Which phones a command is about; all of them where both are null. */
export interface Which {
  readonly mac: MacAddress | null;
  readonly batch: string | null;
}

/** Where phones are, at one moment. */
export interface Looked {
  readonly now: WallMs;
  readonly reports: readonly PhoneReport[];
  readonly pause: BatchPause | null;
  /** How many batches the record has. */
  readonly batches: number;
  readonly atOnce: number | null;
  /** Phones of which only the address is known, a sentence each. */
  readonly nameless: readonly string[];
  /** That phones which are to get on are not answered, in words; null where they are. */
  readonly unserved: string | null;
}

/** What the record tells, in the order of time. */
export interface Reading {
  /** Phones with what the operator calls them. */
  readonly names: ReadonlyMap<MacAddress, string>;
  readonly rows: Iterable<RecordRow> | AsyncIterable<RecordRow>;
}

/** What became of phones. */
export interface Reported {
  readonly now: WallMs;
  readonly found: BatchReport;
  readonly pause: BatchPause | null;
  readonly batches: number;
}

/** A phone that a command is to change. */
export interface ListedPhone {
  readonly mac: MacAddress;
  readonly state: string;
  readonly isListed: boolean;
}

/** What came of changing one phone; null where it is not on the list. */
export type Changed = { readonly wasBusy: boolean; readonly hasAsked: boolean } | null;

/** The firmware store that its server reads, as far as it says what a target lacks. */
export interface StoreSeen {
  /** Null where it cannot be looked at. */
  readonly packages: readonly { readonly load: LoadName; readonly loader: LoadName | null }[] | null;
  /** Where it is, in words. */
  readonly place: string;
  /** The words that lead an import into it. */
  readonly flags: readonly string[];
}

/**
 * The bench that a command is about: the record of this machine, or that of a server on another one. Both tell the same, so that what is shown
 * does not know which it is. Everything rejects with AppError.
 */
export interface Bench {
  look(which: Which): Promise<Looked>;
  read(query: ReadingQuery): Promise<Reading>;
  report(which: Which): Promise<Reported>;
  /** Which phone hangs at which port. */
  layout(): Promise<BenchLayout>;
  /** The phones of a batch; rejects where no phone was ever in it. */
  phonesOf(batch: string): Promise<readonly ListedPhone[]>;
  release(mac: MacAddress): Promise<Changed>;
  retry(mac: MacAddress): Promise<Changed>;
  enrolmentOf(mac: MacAddress): Promise<Enrolment | null>;
  enrol(wish: Wish): Promise<Enrolled>;
  /** That phones on the list share a switch port, of the ports of these phones. */
  doublePorts(macs: ReadonlySet<MacAddress>): Promise<readonly string[]>;
  storeSeen(): Promise<StoreSeen>;
  /** Whether a server answers phones from this record, and whether it does so beside another one. */
  serving(): Promise<{ readonly isThere: boolean; readonly isBeside: boolean }>;
}
