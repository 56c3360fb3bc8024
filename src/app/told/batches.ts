import type { PhoneRecord } from '../../ports/store.ts';

/** The batches that any phone was ever enrolled in, by name. */
export function batchesOf(phones: readonly PhoneRecord[]): readonly string[] {
  return [...new Set(phones.flatMap(({ enrolment }) => (enrolment === null ? [] : [enrolment.batch])))].sort();
}
