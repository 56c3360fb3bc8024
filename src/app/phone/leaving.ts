import { isBusy } from '../../../machines/phone-states.ts';
import { restore } from '../../../machines/snapshot.ts';
import type { PhoneRecord } from '../../ports/store.ts';

/** Whether a phone that was released is still kept, since it may be writing flash. */
export function isLeaving(record: PhoneRecord): boolean {
  if (record.enrolment?.status !== 'released' || record.snapshot === null) return false;
  const phone = restore(record.snapshot);
  return phone.ok && isBusy(phone.value);
}
