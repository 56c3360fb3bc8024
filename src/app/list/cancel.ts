import { withCancelled } from '../../core/batch/batch-state.ts';
import type { MacAddress } from '../../core/names/mac-address.ts';
import type { BatchStore } from '../../ports/batch-store.ts';
import type { PhoneRecord, Store } from '../../ports/store.ts';
import { isBusyIn } from '../batch/batch-status.ts';
import { statusOf } from '../told/phone-status.ts';

export type Cancelled = 'cancelled' | 'after-next-boot' | 'landed' | 'unknown';

export function cancelOne(store: Store & BatchStore, mac: MacAddress, now: number): Cancelled {
  const record = store.phone(mac);
  if (record === null || !isListed(record)) return 'unknown';
  if (statusOf(record).state === 'landed') return 'landed';
  const isWriting = isBusyIn(record);
  if (!store.release(mac, now, true)) return 'unknown';
  store.changeBatch((was) => ({ state: withCancelled(was, mac), events: [] }));
  return isWriting ? 'after-next-boot' : 'cancelled';
}

export function isListed(record: PhoneRecord): boolean {
  return record.enrolment?.status === 'enrolled';
}
