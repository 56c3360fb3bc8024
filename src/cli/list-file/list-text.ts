import { readFileSync } from 'node:fs';
import { AppError } from '../../core/errors.ts';

/** A list as text, with what is to be said about how it was read. */
export interface ListText {
  readonly text: string;
  readonly notes: readonly string[];
}

/** Reads a list of phones from a file as spreadsheets write it; a file that cannot be read is refused. */
export function readListText(file: string, wayOut = 'check --from-csv'): ListText {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(file);
  } catch (cause) {
    throw unreadableList(file, wayOut, cause);
  }
  return listTextOf(bytes, file);
}

/** The bytes of a list as text; a workbook is refused. */
export function listTextOf(bytes: Uint8Array, file: string): ListText {
  // A workbook is a zip archive.
  if (Buffer.from(bytes.subarray(0, 4)).toString('latin1') === 'PK\u0003\u0004') {
    throw new AppError('E_BAD_USAGE', workbook(file));
  }
  return decodeList(bytes);
}

/** What the operator is told of a file that cannot be read. */
export function unreadableList(file: string, wayOut: string, cause: unknown): AppError {
  const code = (cause as NodeJS.ErrnoException).code;
  const why = code === 'ENOENT' ? 'there is no such file' : code === 'EISDIR' ? 'it is a folder' : String(code);
  return new AppError('E_BAD_USAGE', `cannot read ${file}: ${why}; ${wayOut}`, { cause });
}

function workbook(file: string): string {
  return `${file} is a workbook (Excel or LibreOffice) or another archive: save the sheet as CSV, and name that file`;
}

/** UTF-8, or UTF-16 with its mark; anything else is taken for Windows-1252, which spreadsheets of the West write, and that is said. */
function decodeList(bytes: Uint8Array): ListText {
  const mark = (bytes[0] ?? 0) * 256 + (bytes[1] ?? 0);
  if (mark === 0xfffe) return { text: decoded('utf-16le', bytes), notes: [] };
  if (mark === 0xfeff) return { text: decoded('utf-16be', bytes), notes: [] };
  try {
    return { text: decoded('utf-8', bytes, true), notes: [] };
  } catch {
    const text = decoded('windows-1252', bytes);
    return {
      text,
      notes: [`it is not UTF-8 and was read as Windows-1252 (${firstOdd(bytes, text)}); check the labels`],
    };
  }
}

function decoded(encoding: string, bytes: Uint8Array, isStrict = false): string {
  return new TextDecoder(encoding, { fatal: isStrict }).decode(bytes);
}

/** The first line with a letter beyond ASCII, with its number. */
function firstOdd(bytes: Uint8Array, text: string): string {
  const at = bytes.findIndex((byte) => byte > 127);
  const line = bytes.subarray(0, at).reduce((lines, byte) => lines + (byte === 10 ? 1 : 0), 1);
  return `line ${line}: "${text.split('\n')[line - 1]?.trim() ?? ''}"`;
}
