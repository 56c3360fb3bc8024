import { createHash } from 'node:crypto';
import { mkdir, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { assembleFolder, type StrayGroup } from '../../core/firmware/assemble-folder.ts';
import { effectOf, FINDINGS } from '../../core/firmware/finding.ts';
import type { ImportEvent, ImportSummary } from '../../core/firmware/import-event.ts';
import { LOAD_FILE } from '../../core/firmware/inspect-file.ts';
import { indexHashes, type KnownHash, type KnownHashes } from '../../core/firmware/known-hash.ts';
import { type FirmwareFinding, type FirmwarePackage, isPublishable } from '../../core/firmware/package.ts';
import { fileStream } from './byte-stream.ts';
import { openFirmwareStore } from './firmware-store.ts';
import { IMPORT_LIMITS, type ImportLimits } from './import-limits.ts';
import { PackageShelf, type StagedFile } from './package-shelf.ts';
import { readFacts } from './read-facts.ts';
import { asStoreError, makeStaging } from './staging.ts';
import { takeSource } from './take-source.ts';
import { type UnpackedGroup, Unpacker } from './unpacker.ts';

export interface ImportOptions {
  /** Files and folders of the operator. */
  readonly paths: readonly string[];
  /** The store's folder; made when missing. */
  readonly root: string;
  /** Where facts about files are remembered; the log of imports lies beside it. Null remembers nothing. */
  readonly indexPath: string | null;
  readonly matrixHashes?: readonly KnownHash[];
  /** Loads to take although they are incomplete or mixed; never covers `damaged`. */
  readonly allowUnverified?: readonly string[];
  readonly limits?: Partial<ImportLimits>;
  readonly signal?: AbortSignal;
  readonly onEvent?: (event: ImportEvent) => void;
  readonly onProgress?: (progress: ImportProgress) => void;
}

/** How far an import has come; told as often as bytes arrive. */
export interface ImportProgress {
  readonly step: 'unpacking' | 'checking';
  readonly source: string;
  readonly bytes: number;
}

/**
 * Brings packages into the store: takes the sources apart, checks each package, and moves whole ones into place, each by one
 * rename, so that the store never holds half a package. Rejects with AppError `E_FIRMWARE_UNWRITABLE` or `E_DISK_FULL`, and
 * with the signal's reason when it is aborted; packages that were moved before stay.
 */
export async function importFirmware(options: ImportOptions): Promise<ImportSummary> {
  const staging = await makeStaging(options.root);
  try {
    return await new Import(options, staging).run();
  } catch (cause) {
    throw asStoreError(options.root, cause);
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

class Import {
  readonly #options: ImportOptions;
  readonly #staging: string;
  readonly #known: KnownHashes;
  readonly #shelf: PackageShelf;
  readonly #archives = new Map<string, boolean>();
  readonly #counts = { imported: 0, present: 0, refused: 0 };

  constructor(options: ImportOptions, staging: string) {
    this.#options = options;
    this.#staging = staging;
    this.#known = indexHashes(options.matrixHashes ?? []);
    this.#shelf = new PackageShelf({ root: options.root, staging, indexPath: options.indexPath });
  }

  async run(): Promise<ImportSummary> {
    const { root, indexPath, matrixHashes, paths, signal, onProgress } = this.#options;
    const hashes = matrixHashes === undefined ? {} : { matrixHashes };
    const storeOptions = { roots: [root], indexPath, mayBeEmpty: true, ...hashes, ...(signal && { signal }) };
    await this.#shelf.remember(await openFirmwareStore(storeOptions));
    await this.#shelf.tidy();
    for (const [n, sources] of (await taken(paths)).entries()) {
      const staging = join(this.#staging, `source-${n}`);
      await mkdir(staging);
      const unpacker = new Unpacker({
        staging,
        limits: { ...IMPORT_LIMITS, ...this.#options.limits },
        ...(signal && { signal }),
        onProgress: (source, bytes) => onProgress?.({ step: 'unpacking', source, bytes }),
      });
      for (const path of sources) await takeSource(path, unpacker);
      const before = this.#told;
      for (const group of unpacker.groups) await this.#group(group);
      // Beside firmware, files of other makes are passed over; alone, they are what was to be imported.
      if (this.#told === before && unpacker.refusals.length === 0)
        for (const group of unpacker.groups) refuseForeign(group, unpacker);
      for (const { source, files, finding: found } of unpacker.refusals) {
        this.#tell({
          event: 'package.refused',
          load: null,
          source,
          files,
          code: found.code,
          message: found.message,
          advice: found.advice,
        });
      }
      await rm(staging, { recursive: true, force: true });
    }
    // Linking changed the times of files that were there: they are looked at once more now, not at the next command.
    if (indexPath !== null && this.#counts.imported > 0) await openFirmwareStore(storeOptions);
    return this.#counts;
  }

  /** How many packages something was said of. */
  get #told(): number {
    const { imported, present, refused } = this.#counts;
    return imported + present + refused;
  }

  async #group(group: UnpackedGroup): Promise<void> {
    const staged = await this.#inspect(group);
    const facts = [...staged.values()].map((file) => file.facts);
    const { packages, strays } = assembleFolder('', facts, this.#known);
    for (const pack of packages) {
      this.#options.signal?.throwIfAborted();
      await this.#package(group, pack, staged);
    }
    for (const stray of strays) this.#refuseStray(group, stray);
  }

  /** Facts about every file of a group, by name; two files made under one name keep apart by what they were called. */
  async #inspect(group: UnpackedGroup): Promise<Map<string, StagedFile>> {
    const staged = new Map<string, StagedFile>();
    for (const { name, path, was } of group.files) {
      this.#options.signal?.throwIfAborted();
      this.#options.onProgress?.({ step: 'checking', source: group.source, bytes: staged.size });
      const { size } = await stat(path);
      const facts = await readFacts(name, path, size);
      const other = staged.get(name);
      if (other === undefined) staged.set(name, { path, was, facts });
      else if (other.facts.sha1 !== facts.sha1) {
        const loser =
          other.was === name ? { path, was, size } : { path: other.path, was: other.was, size: other.facts.sizeBytes };
        if (loser.path !== path) staged.set(name, { path, was, facts });
        if (!staged.has(loser.was)) {
          staged.set(loser.was, { ...loser, facts: await readFacts(loser.was, loser.path, loser.size) });
        }
      }
    }
    return staged;
  }

  async #package(group: UnpackedGroup, pack: FirmwarePackage, staged: ReadonlyMap<string, StagedFile>): Promise<void> {
    const files = pack.files.map((file) => file.name);
    const told = { load: pack.load, source: group.source, files };
    const refuse = (code: string, message: string, advice: string) =>
      this.#tell({ event: 'package.refused', ...told, code, message, advice });
    if (!this.#mayTake(pack)) {
      const [worst, more] = worstFinding(pack);
      refuse(
        worst?.code ?? pack.verdict,
        `${pack.load} is ${pack.verdict}: ${worst?.message ?? ''}${more}`,
        worst?.advice ?? '',
      );
      return;
    }
    const standing = this.#shelf.standing(pack);
    if (standing.kind === 'present') {
      this.#tell({ event: 'package.present', ...told, path: standing.folder });
      return;
    }
    if (standing.kind === 'other-bytes') {
      refuse(
        'other-bytes',
        `the store holds ${pack.load} with other bytes in ${standing.folder}`,
        FINDINGS['other-bytes'].advice,
      );
      return;
    }
    const isArchiveKnown = await this.#isArchiveKnown(group.origin);
    const { path, linked } = await this.#shelf.place(pack, staged, standing.replaces, {
      source: group.source,
      isArchiveKnown,
    });
    this.#tell({
      event: 'package.imported',
      ...told,
      verdict: isArchiveKnown && pack.verdict === 'complete' ? 'known-good' : pack.verdict,
      path,
      bytes: pack.files.reduce((sum, file) => sum + file.sizeBytes, 0),
      linked,
      renamed: files.flatMap((to) => {
        const from = staged.get(to)?.was ?? to;
        return from === to ? [] : [{ from, to }];
      }),
      findings: pack.findings,
      ...(pack.isSynthetic === true ? { isSynthetic: true as const } : {}),
    });
  }

  #mayTake(pack: FirmwarePackage): boolean {
    if (isPublishable(pack.verdict)) return true;
    const isAllowed = (this.#options.allowUnverified ?? []).some(
      (load) => load.toLowerCase() === pack.load.toLowerCase(),
    );
    return isAllowed && pack.verdict !== 'damaged';
  }

  /** Whether the file on disk that a group came from is an archive with a published hash. */
  async #isArchiveKnown(origin: string): Promise<boolean> {
    const remembered = this.#archives.get(origin);
    if (remembered !== undefined) return remembered;
    const isKnown = await isPublishedArchive(origin, this.#options.matrixHashes ?? []);
    this.#archives.set(origin, isKnown);
    return isKnown;
  }

  #refuseStray(group: UnpackedGroup, stray: StrayGroup): void {
    const [worst, more] = worstFinding(stray);
    this.#tell({
      event: 'package.refused',
      load: stray.load,
      source: group.source,
      files: stray.files,
      code: worst?.code ?? stray.verdict,
      message: `${worst?.message ?? `${stray.files.join(', ')} make no package`}${more}`,
      advice: worst?.advice ?? '',
    });
  }

  #tell(event: ImportEvent): void {
    if (event.event === 'package.imported') this.#counts.imported++;
    else if (event.event === 'package.present') this.#counts.present++;
    else this.#counts.refused++;
    this.#options.onEvent?.(event);
  }
}

/** So many files are named that are none of these phones (invented). */
const MOST_NAMED = 3;

/** None of these files is of a load that loadstep knows. */
function refuseForeign({ source, files }: UnpackedGroup, unpacker: Unpacker): void {
  const names = files.map(({ was }) => was);
  const more = names.length > MOST_NAMED ? ` and ${names.length - MOST_NAMED} more` : '';
  const what =
    names.length === 1 ? `${names[0]} is not a file` : `${names.slice(0, MOST_NAMED).join(', ')}${more} are no files`;
  unpacker.refuse(source, names, 'no-firmware', `${what} of a load that loadstep knows`);
}

/** What is taken at once: load files that are named one by one belong together, as `folder/*` names them. */
async function taken(paths: readonly string[]): Promise<readonly (readonly string[])[]> {
  const isLoose = await Promise.all(
    paths.map(
      async (path) =>
        LOAD_FILE.test(path) &&
        (await stat(path).then(
          (found) => found.isFile(),
          () => false,
        )),
    ),
  );
  const loose = paths.filter((_, at) => isLoose[at]);
  const rest = paths.filter((_, at) => !isLoose[at]).map((path) => [path]);
  return loose.length === 0 ? rest : [loose, ...rest];
}

/** The finding that decided the verdict, and how many more of that weight there are, in words. */
function worstFinding(judged: {
  verdict: string;
  findings: readonly FirmwareFinding[];
}): [FirmwareFinding | undefined, string] {
  const grave = judged.findings.filter((found) => effectOf(found) === judged.verdict);
  return [grave[0], grave.length > 1 ? ` (and ${grave.length - 1} more)` : ''];
}

async function isPublishedArchive(path: string, hashes: readonly KnownHash[]): Promise<boolean> {
  const found = await stat(path).catch(() => null);
  if (found === null || !found.isFile()) return false;
  const name = basename(path).toLowerCase();
  const rows = hashes.filter(
    (row) => row.isArchive && (row.sizeBytes === found.size || row.name.toLowerCase() === name),
  );
  if (rows.length === 0) return false;
  const [sha1, md5] = [createHash('sha1'), createHash('md5')];
  for await (const chunk of fileStream(path)) {
    sha1.update(chunk);
    md5.update(chunk);
  }
  const sums = [sha1.digest('hex'), md5.digest('hex')];
  return rows.some((row) => (row.sha1 !== null && row.sha1 === sums[0]) || (row.md5 !== null && row.md5 === sums[1]));
}
