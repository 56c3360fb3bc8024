import { extendPower, FRESH_POWER, type PowerRecord } from '../../core/power/power-record.ts';
import { ReadRecords, type RecordParts } from './read-records.ts';

/** What the records of phones say about their power. */
export function powerRecords({
  historyOf,
  clock,
  log,
}: Pick<RecordParts<PowerRecord>, 'historyOf' | 'clock' | 'log'>): ReadRecords<PowerRecord> {
  return new ReadRecords<PowerRecord>({
    ...{ historyOf, clock, log, fresh: FRESH_POWER, failure: 'power.failed' },
    extend: (record, row, at) => extendPower(record, { ...row, at }),
  });
}
