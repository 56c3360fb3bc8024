import { appendFile, mkdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { finding } from '../../core/firmware/finding.ts';
import type { FirmwarePackage } from '../../core/firmware/package.ts';

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
export function importLogPath(indexPath: string): string {
  return join(dirname(indexPath), 'firmware-imports.jsonl');
}

/** Adds a row; a log that cannot be written to costs the package's origin only. */
export async function appendImport(indexPath: string, row: ImportRow): Promise<void> {
  try {
    await mkdir(dirname(indexPath), { recursive: true });
    await appendFile(importLogPath(indexPath), `${JSON.stringify(row)}\n`);
  } catch {
    // The package is in the store; only where it came from is not known later.
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
