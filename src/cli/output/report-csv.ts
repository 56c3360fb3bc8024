import type { PhoneStory } from '../../core/report/report.ts';
import { csvRecord } from './csv.ts';

/** Columns of `report --csv`, in order; new ones are only ever added at the end. */
const COLUMNS = [
  'mac',
  'label',
  'model',
  'serial',
  'batch',
  'port',
  'from',
  'target',
  'outcome',
  'enrolledAt',
  'startedAt',
  'landedAt',
  'tookMs',
  'hops',
  'files',
  'witnesses',
  'code',
  'reason',
  'advice',
  'holds',
  'retries',
  'powerCycles',
  'letGoAt',
  'needs',
] as const;

export function reportCsvHeader(): string {
  return csvRecord(COLUMNS);
}

/** One phone as RFC 4180; lists are joined by `; `, what is not known is empty. */
export function reportCsvRecord(phone: PhoneStory): string {
  const cells: Readonly<Record<(typeof COLUMNS)[number], string | number | null>> = {
    ...phone,
    enrolledAt: iso(phone.enrolledAt),
    startedAt: iso(phone.startedAt),
    landedAt: iso(phone.landedAt),
    letGoAt: iso(phone.letGoAt),
    hops: phone.hops.map(({ load, outcome }) => (outcome === 'proven' ? load : `${load} (${outcome})`)).join('; '),
    files: phone.hops
      .flatMap(({ files }) => files)
      .map(({ name, bytes, sha1 }) => `${name} ${bytes} ${sha1 ?? '-'}`)
      .join('; '),
    witnesses: phone.witnesses.join('; '),
    holds: phone.holds.length,
    needs: phone.needs ?? '',
  };
  return csvRecord(COLUMNS.map((column) => cells[column]));
}

function iso(at: number | null): string {
  return at === null ? '' : new Date(at).toISOString();
}
