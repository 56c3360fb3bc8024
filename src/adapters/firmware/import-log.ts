import { appendFile, mkdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** What is remembered of one imported package: where it came from, and which bytes it had then. */
export interface ImportRow {
  readonly at: string;
  readonly load: string;
  /** The package's folder at that time. */
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
