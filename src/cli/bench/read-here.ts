import type { SqliteStore } from '../../adapters/sqlite/open-store.ts';
import { mergeRows, type RecordRow } from '../../core/history/merge-rows.ts';
import type { WallMs } from '../../core/moment.ts';
import type { MacAddress } from '../../core/names/mac-address.ts';
import type { PhoneRecord } from '../../ports/store.ts';
import { nothingKnownOf } from '../settings/values.ts';
import type { Reading } from './bench.ts';

/** Which rows of the record are read. */
export interface ReadingQuery {
  readonly mac: MacAddress | null;
  readonly since: WallMs | null;
}

/** Reads the record of this machine: with nothing that only other commands need, so that it begins at once. */
export function readHere(store: SqliteStore, { mac, since }: ReadingQuery): Reading {
  if (mac !== null && store.phone(mac) === null) throw nothingKnownOf(mac);
  // Read before the rows are: one connection does not answer two questions at once.
  const names = new Map(store.phones().map((phone) => [phone.mac, nameOf(phone)]));
  const query = { ...(mac === null ? {} : { mac }), ...(since === null ? {} : { since }) };
  const own = store.history(query);
  const rows: Iterable<RecordRow> = mac !== null ? own : mergeRows(own, store.batchHistory(since ?? undefined));
  return { names, rows };
}

function nameOf({ mac, enrolment }: PhoneRecord): string {
  return enrolment?.label ? `${mac} ${enrolment.label}` : mac;
}
