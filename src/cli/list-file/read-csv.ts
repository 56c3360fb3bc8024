import { type CsvError, parse } from 'csv-parse/sync';

/** One record of a CSV text: the number of the line it begins on, and its cells as text. */
interface CsvRecord {
  readonly line: number;
  readonly fields: readonly string[];
}

/** A place where quotation marks are not as RFC 4180 has them. */
interface CsvFault {
  readonly line: number;
  readonly why: string;
  /** How many lines with text cannot be read for it, its own included. */
  readonly lines: number;
}

export interface CsvText {
  readonly records: readonly CsvRecord[];
  readonly faults: readonly CsvFault[];
}

/** In this order: the first that fits ends a record. */
const LINE_ENDS = ['\r\n', '\n', '\r'];

/**
 * Reads RFC 4180 text, its cells separated by commas or another sign. A mark inside a bare cell costs its record. A quoted cell that does
 * not end as it should costs everything from its line on: where the next record begins is a guess then.
 */
export function readCsv(text: string, separator = ','): CsvText {
  const bytes = Buffer.from(text);
  const lines = new LineCounter(bytes);
  const records: CsvRecord[] = [];
  const faults: CsvFault[] = [];
  let readTo = 0;
  /** The line on which the record after the last sound one begins; null while nobody asked. */
  let next: number | null = null;
  const nextLine = () => {
    next ??= lines.ofNext(readTo);
    return next;
  };
  try {
    parse(bytes, {
      delimiter: separator,
      record_delimiter: LINE_ENDS,
      bom: true,
      trim: true,
      skip_empty_lines: true,
      relax_column_count: true,
      skip_records_with_error: true,
      on_skip(error) {
        if (error === undefined || error.code !== ('INVALID_OPENING_QUOTE' as string)) throw error;
        const line = next === null ? nextLine() : lines.ofNext(bytesOf(error));
        if (faults.at(-1)?.line !== line) faults.push({ line, why: MARK_INSIDE, lines: 1 });
      },
      on_record(fields: string[], info: { readonly bytes: number }) {
        [readTo, next] = [info.bytes, null];
        // Nothing is gathered by the reader: the records are here.
        if (fields.some((field) => field.trim() !== '')) {
          records.push({ line: lines.ofEnd(info.bytes) - breaksIn(fields.join('')), fields });
        }
        return null;
      },
    });
  } catch (error) {
    if (!isCsvError(error)) throw error;
    const line = nextLine();
    const lost = text.split(LINE_END).slice(line - 1);
    const what = error.code === 'CSV_QUOTE_NOT_CLOSED' ? NOT_CLOSED : AFTER_CLOSING;
    while ((faults.at(-1)?.line ?? 0) >= line) faults.pop();
    faults.push({ line, why: `${what}; this row and all below it are left out`, lines: lost.filter(hasText).length });
  }
  return { records, faults };
}

/** Reads a list with a header: a row that has text beyond its columns is a fault, since nobody knows which cells have moved. */
export function readList(text: string, separator: string): CsvText {
  const { records, faults } = readCsv(text, separator);
  const width = records[0]?.fields.length ?? 0;
  const isLong = ({ fields }: CsvRecord) => fields.slice(width).some(hasText);
  const long = records.filter(isLong).map(({ line, fields }) => {
    const why = `it has ${fields.length} cells, and the header has ${width}; put a cell with "${separator}" in it in quotation marks`;
    return { line, why, lines: 1 };
  });
  return {
    records: records.filter((one) => !isLong(one)),
    faults: [...faults, ...long].toSorted((a, b) => a.line - b.line),
  };
}

const MARK_INSIDE =
  'a quotation mark stands inside a cell; put the whole cell in quotation marks, and write the one inside it twice';
const NOT_CLOSED = 'a quotation mark that opens a cell is never closed';
const AFTER_CLOSING = 'a cell in quotation marks goes on after its closing mark';

const LINE_END = /\r\n|\n|\r/;

function breaksIn(text: string): number {
  return text.split(LINE_END).length - 1;
}

function hasText(line: string): boolean {
  return line.trim() !== '';
}

function isCsvError(error: unknown): error is CsvError {
  return error instanceof Error && 'code' in error && /^(CSV|INVALID)_/.test(String(error.code));
}

/** How far the reader had come when it met the fault: to the end of the last cell that was sound. */
function bytesOf(error: CsvError): number {
  return Number(error.bytes ?? 0);
}

/** Numbers lines by place; the reader's own count takes CR LF inside a cell for two. Places only grow. */
class LineCounter {
  readonly #bytes: Buffer;
  #counted = 0;
  #line = 1;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  /** The line on which a record ends whose last byte, its line end included, is before this place. */
  ofEnd(place: number): number {
    const line = this.#at(place);
    const last = this.#bytes[place - 1];
    return last === 10 || last === 13 ? line - 1 : line;
  }

  /** The line of the first text from this place on. */
  ofNext(place: number): number {
    let at = place;
    while (at < this.#bytes.length && (this.#bytes[at] ?? 0) <= 32) at++;
    return this.#at(at);
  }

  #at(place: number): number {
    this.#line += breaksIn(this.#bytes.toString('latin1', this.#counted, place));
    this.#counted = place;
    return this.#line;
  }
}
