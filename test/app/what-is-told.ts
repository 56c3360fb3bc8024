import { type PhoneStatus, statusOf } from '../../src/app/told/phone-status.ts';
import type { HistoryEvent } from '../../src/core/history/event.ts';
import type { MacAddress } from '../../src/core/names/mac-address.ts';
import type { Bench } from '../support/bench.ts';

/** What the status says of a phone of the bench. */
export function statusIn(bench: Bench, mac: MacAddress): PhoneStatus {
  const record = bench.store.phone(mac);
  if (record === null) throw new Error(`nothing is known of ${mac}`);
  return statusOf(record);
}

/** The rows of one event that the record has of a phone. */
export function rowsIn(bench: Bench, mac: MacAddress, event: string): readonly HistoryEvent[] {
  return [...bench.store.history({ mac })].filter((row) => row.event === event);
}
