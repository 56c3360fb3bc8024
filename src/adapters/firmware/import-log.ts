import { mkdir, open, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { AppError } from '../../core/errors.ts';
import { finding } from '../../core/firmware/finding.ts';
import type { FirmwarePackage } from '../../core/firmware/package.ts';
import { syncFolder } from './staging.ts';

/** What is remembered of one imported package: where it came from, and which bytes it had then. */
export interface ImportRow {
  readonly at: string;
  readonly load: string;
  /** The folder that the package was meant for. */
  readonly folder: string;
  readonly source: string;
  /** True when the archive it came in has a published hash. */
  readonly isArchiveKnown: boolean;
  /** SHA-1 by file name. */
  readonly files: Readonly<Record<string, string>>;
}

/** The imports' log lies beside the index of verdicts and only grows. */
function importLogPath(indexPath: string): string {
  return join(dirname(indexPath), 'firmware-imports.jsonl');
}

/**
 * Adds a row that outlives a power cut. Rejects with AppError `E_FIRMWARE_UNWRITABLE` or `E_DISK_FULL`: a package that takes the place of
 * another without a row would be taken for that one, changed.
 */
export async function appendImport(indexPath: string, row: ImportRow): Promise<void> {
  const path = importLogPath(indexPath);
  try {
    await mkdir(dirname(path), { recursive: true });
    const file = await open(path, 'a');
    try {
      await file.appendFile(`${(await needsLineEnd(path)) ? '\n' : ''}${JSON.stringify(row)}\n`);
      await file.datasync();
    } finally {
      await file.close();
    }
    await syncFolder(dirname(path));
  } catch (cause) {
    throw unwritable(path, cause);
  }
}

function unwritable(path: string, cause: unknown): AppError {
  const code = (cause as NodeJS.ErrnoException | null)?.code ?? String(cause);
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new AppError('E_DISK_FULL', `the disk with ${path} is full; make room and import again`, { cause });
  }
  const message = `the log of imports ${path} cannot be written (${code}), so nothing is taken; change its permissions, or name another place with --db`;
  return new AppError('E_FIRMWARE_UNWRITABLE', message, { cause });
}

/** Whether a crash left the last line without its end: the next one must not be lost with it. */
async function needsLineEnd(path: string): Promise<boolean> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    const { buffer } = await file.read(Buffer.alloc(1), 0, 1, Math.max(0, size - 1));
    return size > 0 && buffer[0] !== 10;
  } finally {
    await file.close();
  }
}

/** Every row that can be read, oldest first; a line cut off by a crash is passed over. */
export async function readImports(indexPath: string): Promise<ImportRow[]> {
  const text = await readFile(importLogPath(indexPath), 'utf8').catch(() => '');
  return text.split('\n').flatMap((line) => {
    try {
      const row = JSON.parse(line) as Partial<ImportRow> | null;
      const isRow = typeof row?.load === 'string' && typeof row.source === 'string' && typeof row.files === 'object';
      return isRow ? [row as ImportRow] : [];
    } catch {
      return [];
    }
  });
}

/** Whether a package is what was imported then, byte for byte. */
export function isImportOf(row: ImportRow, pack: FirmwarePackage): boolean {
  return row.load === pack.load && pack.files.every((file) => file.sha1 !== null && row.files[file.name] === file.sha1);
}

/** A package that lies where it was imported to must still have the bytes of then. */
export function comparedWithImport(
  pack: FirmwarePackage,
  folder: string,
  imports: readonly ImportRow[],
): FirmwarePackage {
  if (imports.some((row) => isImportOf(row, pack))) return pack;
  const row = imports.findLast((each) => each.load === pack.load && each.folder === folder);
  const changed = pack.files.filter(({ name, sha1: now }) => now !== null && (row?.files[name] || now) !== now);
  if (changed.length === 0) return pack;
  const findings = changed.map(({ name }) =>
    finding('changed', name, null, `${name} is not the file that was imported: it changed in the store`),
  );
  return { ...pack, verdict: 'damaged', findings: [...findings, ...pack.findings] };
}
