import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { FileFacts } from '../../core/firmware/inspect-file.ts';
import { type FileStamp, isSameStamp } from './walk-tree.ts';

/** Grows when parsers or checks change, so that remembered facts are found out again. */
const FACTS_VERSION = 3;

interface Remembered {
  readonly stamp: FileStamp;
  readonly facts: FileFacts;
}

/** Facts about files by path, kept between runs in one JSON file; a lost or damaged index costs time only. */
export class VerdictIndex {
  readonly #path: string | null;
  /** By path and, behind a NUL, the name under which the file is found: a link may give it another one. */
  readonly #files = new Map<string, Remembered>();
  #isChanged = false;

  constructor(path: string | null) {
    this.#path = path;
  }

  /** Reads what an earlier run remembered. */
  async load(): Promise<void> {
    if (this.#path === null) return;
    try {
      const read = JSON.parse(await readFile(this.#path, 'utf8')) as { version?: unknown; files?: unknown };
      if (read.version !== FACTS_VERSION || !Array.isArray(read.files)) return;
      for (const row of read.files as unknown[]) {
        if (isRow(row)) this.#files.set(fileKey(row.path, row.facts.name), { stamp: row.stamp, facts: row.facts });
      }
    } catch {
      // Missing or damaged: everything is verified again and the index written anew.
    }
  }

  /** The facts of a file, when it is unchanged since they were made. */
  recall(path: string, name: string, stamp: FileStamp): FileFacts | null {
    const found = this.#files.get(fileKey(path, name));
    if (found === undefined || !isSameStamp(found.stamp, stamp)) return null;
    return found.facts;
  }

  remember(path: string, stamp: FileStamp, facts: FileFacts): void {
    // A file that could not be read may be readable next time without having changed.
    if (facts.sha1 === null) return;
    this.#files.set(fileKey(path, facts.name), { stamp, facts });
    this.#isChanged = true;
  }

  /** Writes what was learnt; a folder that cannot be written to is no reason to fail. */
  async save(): Promise<void> {
    if (this.#path === null || !this.#isChanged) return;
    const files = [...this.#files].map(([key, { stamp, facts }]) => ({ path: key.split('\0')[0], stamp, facts }));
    const draft = `${this.#path}.${process.pid}.new`;
    try {
      await mkdir(dirname(this.#path), { recursive: true });
      await writeFile(draft, JSON.stringify({ version: FACTS_VERSION, files }));
      await rename(draft, this.#path);
      this.#isChanged = false;
    } catch {
      await rm(draft, { force: true }).catch(() => undefined);
    }
  }

  /** Forgets files below a folder that are not among those still there (as `fileKey`s). */
  prune(folder: string, present: ReadonlySet<string>): void {
    for (const key of this.#files.keys()) {
      if (!key.startsWith(folder) || present.has(key)) continue;
      this.#files.delete(key);
      this.#isChanged = true;
    }
  }
}

/** One key for a file found at a path under a name. */
export function fileKey(path: string, name: string): string {
  return `${path}\0${name}`;
}

function isRow(row: unknown): row is { path: string; stamp: FileStamp; facts: FileFacts } {
  if (typeof row !== 'object' || row === null) return false;
  const { path, stamp, facts } = row as { path?: unknown; stamp?: Partial<FileStamp>; facts?: Partial<FileFacts> };
  return (
    typeof path === 'string' &&
    typeof stamp?.ino === 'string' &&
    typeof stamp.mtimeNs === 'string' &&
    typeof facts?.name === 'string' &&
    Array.isArray(facts.findings)
  );
}
