import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { type ImportOptions, importFirmware } from '../../src/adapters/firmware/import-firmware.ts';
import { sha1 } from '../../src/adapters/firmware/read-facts.ts';
import type { ImportEvent, ImportSummary } from '../../src/core/firmware/import-event.ts';
import type { Files } from './builders.ts';
import { tempFolder, writeFiles } from './trees.ts';

export interface ImportRun {
  readonly root: string;
  readonly events: ImportEvent[];
  readonly summary: ImportSummary;
}

/** Imports paths into a store; a fresh one unless a root is given. */
export async function runImport(paths: readonly string[], options: Partial<ImportOptions> = {}): Promise<ImportRun> {
  const root = options.root ?? join(await tempFolder(), 'store');
  const events: ImportEvent[] = [];
  const summary = await importFirmware({
    indexPath: null,
    ...options,
    paths,
    root,
    onEvent: (event) => events.push(event),
  });
  return { root, events, summary };
}

/** Writes source files and imports them by name, in order. */
export async function importFiles(files: Files, options: Partial<ImportOptions> = {}): Promise<ImportRun> {
  const folder = await writeFiles(await tempFolder(), files);
  return runImport(
    Object.keys(files).map((name) => join(folder, name)),
    options,
  );
}

/** Every file below a folder with its SHA-1, by relative path. */
export async function treeOf(root: string): Promise<Record<string, string>> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const found: Record<string, string> = {};
  for (const entry of entries) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile()) found[relative(root, path)] = sha1(await readFile(path));
    else if (!entry.isDirectory()) found[relative(root, path)] = 'no file';
  }
  return found;
}

/** The tree that a store of these packages has. */
export function treeOfPackages(packages: Readonly<Record<string, Files>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(packages).flatMap(([load, files]) =>
      Object.entries(files).map(([name, bytes]) => [`${load}/${name}`, sha1(bytes)] as const),
    ),
  );
}

/** What was told, in short: event, load, code. */
export function told(run: ImportRun): string[] {
  return run.events.map((event) =>
    [event.event.slice(8), event.load, event.event === 'package.refused' ? event.code : ''].join(' ').trim(),
  );
}
