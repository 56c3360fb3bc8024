import { AppError } from '../../core/errors.ts';

/** The columns that a list may have. */
export const LIST_COLUMNS = [
  'mac',
  'target',
  'model',
  'from',
  'label',
  'extension',
  'batch',
  'port',
  'serial',
] as const;
export type ListColumn = (typeof LIST_COLUMNS)[number];

/** Other words for a column, without blanks and signs. */
const OTHER_WORDS: Readonly<Record<string, ListColumn>> = {
  macaddress: 'mac',
  targetload: 'target',
  targetfirmware: 'target',
  switchport: 'port',
  serialnumber: 'serial',
  serialno: 'serial',
  ext: 'extension',
};

const SEPARATORS = [',', ';', '\t'] as const;

/** What parts the cells of a list: of comma, semicolon and tab the one that its first line has most of. */
export function separatorOf(text: string): string {
  const [head = ''] = text
    .replace(/^\uFEFF/, '')
    .trimStart()
    .split(/\r?\n/, 1);
  const bare = head.replace(/"[^"]*"/g, '');
  const count = (separator: string) => bare.split(separator).length;
  return SEPARATORS.reduce((best, one) => (count(one) > count(best) ? one : best), ',');
}

/** Where each column stands, and the headings that nothing is read from. */
export interface ListHeader<C extends string = ListColumn> {
  readonly places: ReadonlyMap<C, number>;
  readonly ignored: readonly string[];
}

/** Reads the header line of a list, whatever the case, blanks and signs in its words; one without `mac` or with a column twice is refused. */
export function readHeader(fields: readonly string[], file: string): ListHeader {
  const header = columnsOf(fields, file, columnOf);
  if (header.places.has('mac')) return header;
  throw new AppError(
    'E_BAD_USAGE',
    `${file} needs a header line with at least mac, such as mac,target,model,from,label (separated by commas, semicolons or tabs)`,
  );
}

/** Finds columns by their headings, which `columnOf` is given in small letters and without blanks and signs; a column twice is refused. */
export function columnsOf<C extends string>(
  fields: readonly string[],
  file: string,
  columnOf: (word: string) => C | null,
): ListHeader<C> {
  const places = new Map<C, number>();
  const ignored: string[] = [];
  for (const [place, field] of fields.entries()) {
    const column = columnOf(field.toLowerCase().replace(/[^a-z0-9]/g, ''));
    if (column === null) {
      if (field.trim() !== '') ignored.push(field.trim());
      continue;
    }
    const earlier = places.get(column);
    if (earlier !== undefined) {
      throw new AppError(
        'E_BAD_USAGE',
        `${file} has two columns for ${column}, "${fields[earlier]?.trim()}" and "${field.trim()}"; leave one of them out`,
      );
    }
    places.set(column, place);
  }
  return { places, ignored };
}

function columnOf(word: string): ListColumn | null {
  return LIST_COLUMNS.find((column) => column === word) ?? OTHER_WORDS[word] ?? null;
}
