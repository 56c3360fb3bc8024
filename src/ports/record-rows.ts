import type { BatchEvent, HistoryEvent } from '../core/history/event.ts';
import type { WallMs } from '../core/moment.ts';
import type { MacAddress } from '../core/names/mac-address.ts';
import type { PhoneRecord } from './store.ts';

/** How far somebody has read: the number of the newest row of a phone, and of the newest about all phones. */
export interface RecordPlace {
  readonly phones: number;
  readonly batch: number;
}

/** A row with the place at which the reading goes on after it. */
export interface PlacedRow {
  readonly place: RecordPlace;
  readonly row: HistoryEvent | BatchEvent;
}

/** Where a page of a phone's history ends: rows are in the order of time, and of their numbers at the same time. */
export interface PageEdge {
  readonly at: WallMs;
  readonly sequence: number;
}

/** How far a reading of rows in the order of time has come: no row committed after it began appears in it. */
export interface ReadingPlace extends PageEdge {
  /** The newest row when the reading began. */
  readonly last: number;
}

/** Rows in the order of time, with where the reading goes on; null when this was the end. */
export interface ReadingPage {
  readonly rows: readonly HistoryEvent[];
  readonly next: ReadingPlace | null;
}

/** One page of a phone's history. */
export interface HistoryPage {
  /** In the order of time. */
  readonly rows: readonly HistoryEvent[];
  /** Where the page before this one ends; null when this is the first. */
  readonly before: PageEdge | null;
}

/** The record row by row, for readers that come back later and want to miss nothing. */
export interface RecordRows {
  /** The place of the newest rows. */
  newestPlace(): RecordPlace;
  /** Rows after a place, in the order of commit of each kind, at most `most`; cheap where there is none. */
  rowsAfter(place: RecordPlace, most: number): readonly PlacedRow[];
  /** `phones` of a store for somebody who reads again and again: what has not changed is the same object as before. */
  phonesAgain(): () => readonly PhoneRecord[];
  /** Another text as soon as anything has changed, whoever wrote it. */
  changeMark(): string;
  /** Which phones have rows after a number, of the next `most` rows, and the number of the last of these; cheap where there is none. */
  phonesAfter(sequence: number, most: number): { readonly sequence: number; readonly macs: readonly MacAddress[] };
  /** The newest rows of one phone before an edge, or the newest of all without one; at most `most`. */
  pageOf(mac: MacAddress, before: PageEdge | null, most: number): HistoryPage;
  /** Rows of one phone, or of all for null, after a place of the reading, or since a moment; at most `most`. */
  readOn(mac: MacAddress | null, from: ReadingPlace | { readonly since: WallMs | null }, most: number): ReadingPage;
}
