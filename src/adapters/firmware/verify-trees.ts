import { realpath } from 'node:fs/promises';
import { sep } from 'node:path';
import type { FileFacts } from '../../core/firmware/inspect-file.ts';
import { readFacts } from './read-facts.ts';
import { fileKey, VerdictIndex } from './verdict-index.ts';
import type { Tree, TreeFile } from './walk-tree.ts';

/** Which trees are verified, and how. */
export interface VerifyOptions {
  /** Trees with firmware; every folder below that holds load files is a package. Never written to. */
  readonly roots: readonly string[];
  /** Where facts about files are remembered between runs; null remembers nothing. Lies beside the database, not in a root. */
  readonly indexPath: string | null;
  /** True where nothing may be written, the index included. */
  readonly isOnlyLooking?: boolean;
  /** Ends a verification, which then rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: FirmwareProgress) => void;
}

/** How far a verification has come; told a few times a second at most. */
export interface FirmwareProgress {
  readonly file: string;
  readonly files: number;
  readonly ofFiles: number;
  readonly bytes: number;
  readonly ofBytes: number;
}

const PROGRESS_MS = 250;

/** The facts about every file of the trees. Files that are new or changed since they were verified last are read. */
export async function factsOf(trees: readonly Tree[], options: VerifyOptions): Promise<(file: TreeFile) => FileFacts> {
  const index = new VerdictIndex(options.indexPath);
  await index.load();
  const files = trees.flatMap((tree) => tree.folders.flatMap((folder) => folder.files));
  const facts = new Map<string, FileFacts>();
  const toRead: TreeFile[] = [];
  for (const file of files) {
    const recalled = index.recall(file.path, file.name, file.stamp);
    if (recalled === null) toRead.push(file);
    else facts.set(fileKey(file.path, file.name), recalled);
  }
  const progress = progressTeller(toRead, options.onProgress);
  for (const file of toRead) {
    options.signal?.throwIfAborted();
    const read = await readFacts(file.name, file.path, file.stamp.sizeBytes);
    facts.set(fileKey(file.path, file.name), read);
    // Remembered under the stamp from before the reading: a change meanwhile is seen next time.
    index.remember(file.path, file.stamp, read);
    progress(file);
  }
  const present = new Set(files.map((file) => fileKey(file.path, file.name)));
  for (const root of options.roots) {
    const real = await realpath(root).catch(() => null);
    if (real !== null) index.prune(real + sep, present);
  }
  if (options.isOnlyLooking !== true) await index.save();
  return (file) => factsFor(facts, file);
}

function factsFor(facts: ReadonlyMap<string, FileFacts>, file: TreeFile): FileFacts {
  const found = facts.get(fileKey(file.path, file.name));
  if (found === undefined) throw new Error(`no facts were made about ${file.path}`);
  return found;
}

function progressTeller(files: readonly TreeFile[], tell: VerifyOptions['onProgress']): (file: TreeFile) => void {
  const ofBytes = files.reduce((sum, file) => sum + file.stamp.sizeBytes, 0);
  let done = 0;
  let bytes = 0;
  let lastAt = 0;
  return (file) => {
    done++;
    bytes += file.stamp.sizeBytes;
    const now = Date.now();
    if (tell === undefined || (now - lastAt < PROGRESS_MS && done < files.length)) return;
    lastAt = now;
    tell({ file: file.name, files: done, ofFiles: files.length, bytes, ofBytes });
  };
}
