import type { MacAddress } from '../../core/names/mac-address.ts';
import { DEFAULT_BATCH, type Enrolment } from '../../ports/store.ts';

/** A column of an enrolment. */
interface Column {
  readonly field: Exclude<keyof Enrolment, 'mac'>;
  readonly name: string;
  /** The version of the schema that brought it; absent where it was there from the start. */
  readonly since?: number;
  /** What a reader of an older database takes in its place, as SQL. */
  readonly before?: string;
}

/** Everything that is kept of an enrolment; its phone, and the number that tells changes apart, stand beside it. */
const COLUMNS: readonly Column[] = [
  { field: 'target', name: 'target' },
  { field: 'from', name: 'from_load' },
  { field: 'model', name: 'model' },
  { field: 'label', name: 'label' },
  { field: 'batch', name: 'batch', since: 2, before: `'${DEFAULT_BATCH}'` },
  { field: 'port', name: 'port', since: 2, before: 'NULL' },
  { field: 'serial', name: 'serial', since: 2, before: 'NULL' },
  { field: 'extension', name: 'extension', since: 3, before: 'NULL' },
  { field: 'enrolledAt', name: 'enrolled_at' },
  { field: 'revision', name: 'revision' },
  { field: 'status', name: 'status' },
  { field: 'isCancelled', name: 'is_cancelled', since: 4, before: '0' },
  { field: 'beganWith', name: 'began_with', since: 7, before: 'NULL' },
];

/** How many cells of a row are the enrolment's: its phone first, `changed` last. */
export const ENROLMENT_CELLS = COLUMNS.length + 2;

/** A row as `enrolmentCells` selects it; null in every cell but the first where the phone is not enrolled. */
export type EnrolmentRow = readonly [mac: string, ...cells: (string | number | null)[]];

/** The cells of an enrolment `e` of a phone `p`. A reader changes nothing, so it may meet a schema of any version. */
export function enrolmentCells(version: number): string {
  const cells = COLUMNS.map(({ name, since = 1, before = 'NULL' }) => (version >= since ? `e.${name}` : before));
  return ['p.mac', ...cells, 'e.changed'].join(', ');
}

/** The number of the change that made this row what it is. */
export function changedOf(row: EnrolmentRow): number {
  return Number(row[ENROLMENT_CELLS - 1] ?? 0);
}

/** The enrolment that a row holds. */
export function enrolmentFrom([mac, ...cells]: EnrolmentRow): Enrolment {
  const fields = Object.fromEntries(COLUMNS.map(({ field }, i) => [field, cells[i]]));
  const { isCancelled, beganWith, ...rest } = fields as Omit<Enrolment, 'mac' | 'isCancelled' | 'beganWith'> & {
    readonly isCancelled: 0 | 1;
    readonly beganWith: number | null;
  };
  const stay = beganWith === null ? {} : { beganWith };
  return { mac: mac as MacAddress, ...rest, ...stay, ...(isCancelled === 1 ? { isCancelled: true } : {}) };
}

/** Writes an enrolment over what was there; its parameters are those of `enrolmentParameters`. */
export const UPSERT_ENROLMENT = `INSERT INTO enrolments (phone, ${COLUMNS.map(({ name }) => name).join(', ')}, changed)
  VALUES (@phone, ${COLUMNS.map(({ field }) => `@${field}`).join(', ')},
    (SELECT ifnull(max(changed), 0) + 1 FROM enrolments))
  ON CONFLICT (phone) DO UPDATE SET ${[...COLUMNS.map(({ name }) => name), 'changed'].map((name) => `${name} = excluded.${name}`).join(', ')}`;

/** An enrolment as the parameters of `UPSERT_ENROLMENT`; `phone` is the number of its row in `phones`. */
export function enrolmentParameters({ mac: _, isCancelled = false, ...rest }: Enrolment, phone: number): object {
  return { extension: null, beganWith: null, ...rest, isCancelled: isCancelled ? 1 : 0, phone };
}
