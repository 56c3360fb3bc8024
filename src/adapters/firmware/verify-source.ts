import { mkdir, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assembleFolder } from '../../core/firmware/assemble-folder.ts';
import { verdictOf } from '../../core/firmware/finding.ts';
import type { FileFacts } from '../../core/firmware/inspect-file.ts';
import { indexHashes, type KnownHash } from '../../core/firmware/known-hash.ts';
import { type VerifyRecord, verifyPackages } from '../../core/firmware/report.ts';
import { IMPORT_LIMITS } from './import-limits.ts';
import { readFacts } from './read-facts.ts';
import { takeSource } from './take-source.ts';
import { type UnpackedGroup, Unpacker } from './unpacker.ts';

export interface VerifySourceOptions {
  readonly matrixHashes?: readonly KnownHash[];
  readonly signal?: AbortSignal;
  readonly onProgress?: (source: string, bytes: number) => void;
}

/**
 * Checks an archive or a single file as an import would, without a store: it is unpacked into a temporary folder of the
 * machine, which is removed again. Files are judged under the names they carry in the archive.
 */
export async function verifySource(path: string, options: VerifySourceOptions = {}): Promise<VerifyRecord[]> {
  const staging = await mkdtemp(join(tmpdir(), 'loadstep-verify-'));
  try {
    const unpacking = join(staging, 'unpacked');
    await mkdir(unpacking);
    const { signal, onProgress } = options;
    const unpacker = new Unpacker({
      staging: unpacking,
      limits: IMPORT_LIMITS,
      ...(signal && { signal }),
      ...(onProgress && { onProgress }),
    });
    await takeSource(path, unpacker);
    const known = indexHashes(options.matrixHashes ?? []);
    const records: VerifyRecord[] = [];
    for (const group of unpacker.groups) {
      const { packages, strays } = assembleFolder('', await factsOfGroup(group, signal), known);
      const placed = <T extends object>(found: T) => ({ ...found, folder: group.source });
      records.push(...verifyPackages(packages.map(placed), strays.map(placed)));
    }
    const refused = unpacker.refusals.map(({ source, finding }): VerifyRecord => {
      const verdict = verdictOf([finding]);
      return { load: null, family: null, protocol: null, path: source, verdict, findings: [finding] };
    });
    return [...records, ...refused];
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

async function factsOfGroup(group: UnpackedGroup, signal: AbortSignal | undefined): Promise<FileFacts[]> {
  const facts = new Map<string, FileFacts>();
  for (const { was, path } of group.files) {
    signal?.throwIfAborted();
    const { size } = await stat(path);
    if (!facts.has(was)) facts.set(was, await readFacts(was, path, size));
  }
  return [...facts.values()];
}
