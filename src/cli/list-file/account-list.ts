import type { ListedPhone, MapRow } from '../../core/account/assign.ts';
import type { PbxUser } from '../../core/account/asterisk-users.ts';
import type { AccountRow, RowNote } from '../../core/account/collect.ts';
import { type LineCells, readLine } from '../../core/account/line-wish.ts';
import { AppError } from '../../core/errors.ts';
import { type MacAddress, parseMac } from '../../core/names/mac-address.ts';
import type { Result } from '../../core/result.ts';
import { live } from '../output/csv.ts';
import { printable } from '../output/printable.ts';
import { columnsOf, separatorOf } from './list-header.ts';
import { readCsv, readList } from './read-csv.ts';

const PART = ['extension', 'name', 'authname', 'password'] as const;
/** Further lines of a phone in the same row: extension2 to extension8. */
const FURTHER = ['2', '3', '4', '5', '6', '7', '8'] as const;
type Part = (typeof PART)[number];
type Column = 'mac' | 'label' | 'line' | `${Part}${'' | (typeof FURTHER)[number]}`;

const OTHER_WORDS: Readonly<Record<string, string>> = {
  macaddress: 'mac',
  ext: 'extension',
  displayname: 'name',
  authuser: 'authname',
  username: 'authname',
  secret: 'password',
};

/** A row of a list with the cells of its columns. */
interface Row {
  readonly at: number;
  readonly cell: (column: string) => string;
}

interface Rows<C extends string> {
  readonly rows: readonly Row[];
  readonly places: ReadonlyMap<C, number>;
  readonly ignored: readonly string[];
  readonly problems: readonly (RowNote & { readonly lines?: number })[];
}

function readRows<C extends string>(text: string, file: string, columnOf: (word: string) => C | null): Rows<C> {
  const { records, faults } = readList(text, separatorOf(text));
  const [header, ...rows] = records;
  const [first] = faults;
  if (first !== undefined && first.line < (header?.line ?? Number.POSITIVE_INFINITY)) {
    throw new AppError('E_BAD_USAGE', `${file} line ${first.line}, the header line: ${first.why}`);
  }
  const { places, ignored } = columnsOf(header?.fields ?? [], file, columnOf);
  return {
    rows: rows.map(({ line, fields }) => ({
      at: line,
      cell: (column) => live(fields[places.get(column as C) ?? -1]?.trim() ?? ''),
    })),
    places,
    ignored,
    problems: faults,
  };
}

function columnOf(word: string): Column | null {
  const [, base = word, number = ''] = /^(.*?)([2-8]?)$/.exec(word) ?? [];
  const column = OTHER_WORDS[base] ?? base;
  if (number === '' && (column === 'mac' || column === 'label' || column === 'line')) return column;
  return PART.some((part) => part === column) ? (`${column}${number}` as Column) : null;
}

/** What was read of a list of accounts. */
interface AccountList {
  readonly rows: readonly AccountRow[];
  readonly problems: readonly RowNote[];
  readonly notes: readonly RowNote[];
  /** What is to be said of the file as a whole. */
  readonly remark: string | null;
}

/** Reads our own list: a phone by `mac` or `label`, and its lines. */
export function readAccountList(
  text: string,
  file: string,
  phones: readonly ListedPhone[],
  isMending: boolean,
): AccountList {
  const { rows, places, ignored, problems: faults } = readRows(text, file, columnOf);
  if (!places.has('extension') || !(places.has('mac') || places.has('label'))) {
    throw new AppError(
      'E_BAD_USAGE',
      `${file} is no list of accounts: it needs a header line with mac (or label) and extension, such as mac,extension,name,password`,
    );
  }
  if (places.has('line') && FURTHER.some((number) => places.has(`extension${number}`))) {
    throw new AppError(
      'E_BAD_USAGE',
      `${file} has both line and extension2: write each line in a row of its own, or all lines of a phone in one row`,
    );
  }
  const read: AccountRow[] = [];
  const problems: RowNote[] = [...faults];
  const notes: RowNote[] = [];
  for (const { at, cell } of rows) {
    const phone = phoneOf(cell('mac'), cell('label'), phones);
    if (!phone.ok) {
      problems.push({ line: at, why: phone.error });
      continue;
    }
    for (const cells of linesOf(cell)) {
      const line = readLine(cells, isMending);
      if (!line.ok) problems.push({ line: at, why: line.error });
      else {
        read.push({ at, ...phone.value, wish: line.value.wish });
        for (const doubt of line.value.doubts) notes.push({ line: at, why: `${cells.extension}: ${doubt}` });
      }
    }
  }
  return { rows: read, problems, notes, remark: ignored.length === 0 ? null : ignoredText(ignored) };
}

/** The first line of a row, and those behind it that have an extension. */
function linesOf(cell: Row['cell']): readonly LineCells[] {
  const cells = (number: string, line: string): LineCells => ({
    line,
    extension: cell(`extension${number}`),
    name: cell(`name${number}`),
    authName: cell(`authname${number}`),
    password: cell(`password${number}`),
  });
  const further = FURTHER.filter((number) => cell(`extension${number}`) !== '');
  return [cells('', cell('line')), ...further.map((number) => cells(number, number))];
}

/** The phone that a row names; by its label it is found among those on the list. */
function phoneOf(
  macText: string,
  label: string,
  phones: readonly ListedPhone[],
): Result<{ readonly mac: MacAddress; readonly label: string | null }, string> {
  if (macText !== '') {
    const mac = parseMac(macText);
    if (!mac.ok) return mac;
    const listed = phones.find((phone) => phone.mac === mac.value);
    return { ok: true, value: { mac: mac.value, label: label === '' ? (listed?.label ?? null) : label } };
  }
  if (label === '') return { ok: false, error: 'it names no phone; fill mac or label' };
  const its = phones.filter((phone) => phone.label?.trim().toLowerCase() === label.toLowerCase());
  const [phone] = its;
  if (phone !== undefined && its.length === 1) return { ok: true, value: { mac: phone.mac, label: phone.label } };
  if (phone === undefined) return { ok: false, error: `no phone on the list has the label "${label}"; write its MAC` };
  return { ok: false, error: `${its.length} phones on the list have the label "${label}"; write the MAC` };
}

function ignoredText(ignored: readonly string[]): string {
  const names = ignored.map((name) => `"${printable(name)}"`).join(', ');
  return `${ignored.length === 1 ? `column ${names} is` : `columns ${names} are`} not used; there are mac, label, line, extension, name, authname, password, and extension2 to password8`;
}

/** Whether a text is the list of extensions that FreePBX exports (Admin, Bulk Handler). */
export function isFreepbxList(text: string): boolean {
  const [header] = readCsv(text.slice(0, 64 * 1024), separatorOf(text)).records;
  const words = (header?.fields ?? []).map((field) => field.trim().toLowerCase());
  return words.includes('extension') && words.includes('secret') && !words.includes('mac') && !words.includes('label');
}

/** Reads FreePBX's list: `secret` is the password of SIP, and `password` is another one. */
export function readFreepbxList(
  text: string,
  file: string,
): { users: readonly PbxUser[]; problems: readonly RowNote[] } {
  const columns = ['extension', 'name', 'secret', 'description'] as const;
  const { rows, problems } = readRows(text, file, (word) => columns.find((column) => column === word) ?? null);
  const users = rows.map(({ at, cell }) => ({
    at,
    cells: {
      extension: cell('extension'),
      name: cell('name') || cell('description'),
      authName: '',
      password: cell('secret'),
    },
    fault: null,
  }));
  return { users, problems };
}

/** Reads which phone gets which extension: columns mac (or label), extension and, where it is not the first, line. */
export function readMap(
  text: string,
  file: string,
  phones: readonly ListedPhone[],
): { rows: readonly MapRow[]; problems: readonly RowNote[] } {
  const { rows, places, problems: faults } = readRows(text, file, columnOf);
  if (!places.has('extension') || !(places.has('mac') || places.has('label'))) {
    throw new AppError(
      'E_BAD_USAGE',
      `${file} needs a header line with mac (or label) and extension, such as mac,extension`,
    );
  }
  const problems: RowNote[] = [...faults];
  const read = rows.flatMap(({ at, cell }): MapRow[] => {
    const phone = phoneOf(cell('mac'), cell('label'), phones);
    if (phone.ok) return [{ at, ...phone.value, line: cell('line'), extension: cell('extension') }];
    problems.push({ line: at, why: phone.error });
    return [];
  });
  return { rows: read, problems };
}
