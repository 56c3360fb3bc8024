import { BoundedMap } from '../../core/bounded-map.ts';
import { AppError } from '../../core/errors.ts';
import { assembleFolder, type StrayGroup } from '../../core/firmware/assemble-folder.ts';
import { effectOf, finding } from '../../core/firmware/finding.ts';
import type { FileFacts } from '../../core/firmware/inspect-file.ts';
import { indexHashes, type KnownHash, type KnownHashes } from '../../core/firmware/known-hash.ts';
import type { FirmwareIndex, FirmwarePackage } from '../../core/firmware/package.ts';
import type { FirmwareFiles } from '../../ports/firmware-files.ts';
import { bytesToSend } from '../bytes-to-send.ts';
import { comparedWithImport, isImportOf, readImports } from './import-log.ts';
import { readWhole, sha1 } from './read-facts.ts';
import { fileKey } from './verdict-index.ts';
import { factsOf, type VerifyOptions } from './verify-trees.ts';
import { type FileStamp, isSameStamp, noFirmware, stampOf, type Tree, type TreeFile, walkTree } from './walk-tree.ts';

/** What the store is made of. */
export interface FirmwareStoreOptions extends VerifyOptions {
  /** Published hashes; without them no package is `known-good`. */
  readonly matrixHashes?: readonly KnownHash[];
  /** Loads that the operator wants published although they are incomplete or mixed; never covers `damaged`. */
  readonly allowUnverified?: readonly string[];
  /** True where a missing or empty tree is no mistake, as before the first import. */
  readonly mayBeEmpty?: boolean;
}

/** A package with the place where it lies. */
export interface StoredPackage extends FirmwarePackage {
  readonly root: string;
  /** Absolute path. */
  readonly folder: string;
  /** The archive or folder it was imported from; null when it was found in the tree. */
  readonly source: string | null;
}

/** Load files that belong to no package, with what is wrong with them. */
export interface StrayFiles extends StrayGroup {
  readonly root: string;
  readonly folder: string;
}

/** The store: the port the app uses, and what the firmware commands show. */
export interface FirmwareStore extends FirmwareFiles {
  /** Every package, whatever its verdict. */
  packages(): readonly StoredPackage[];
  /** Load files that make no package. */
  strays(): readonly StrayFiles[];
  /** Looks at the trees again; unchanged files are not read. */
  reload(): Promise<void>;
  /** The same; what was found is taken over when the returned function is called. */
  look(): Promise<() => void>;
}

/** Several packages' worth of files, so that a bench of phones is served from memory (invented). */
const CACHE_BYTES = 64 * 1024 * 1024;

/**
 * Opens the store: walks the roots, verifies what is new or changed, and keeps the facts in the index file. Rejects with
 * AppError `E_NO_FIRMWARE` when a root is missing or no root holds firmware, `E_FIRMWARE_UNREADABLE` when one cannot be read.
 */
export async function openFirmwareStore(options: FirmwareStoreOptions): Promise<FirmwareStore> {
  const store = new TreeStore(options);
  await store.reload();
  return store;
}

interface Located {
  readonly file: TreeFile;
  readonly facts: FileFacts;
}

class TreeStore implements FirmwareStore {
  readonly #options: FirmwareStoreOptions;
  readonly #known: KnownHashes;
  readonly #cache = new BoundedMap<string, Uint8Array>(CACHE_BYTES, (content) => content.length);
  /** Stamps under which a path was found to hold the verified bytes. */
  readonly #proven = new Map<string, FileStamp>();
  readonly #reading = new Map<string, Promise<Uint8Array>>();
  #packages: readonly StoredPackage[] = [];
  #strays: readonly StrayFiles[] = [];
  #located = new Map<string, Located>();
  #index: FirmwareIndex = { packages: [] };

  constructor(options: FirmwareStoreOptions) {
    this.#options = options;
    this.#known = indexHashes(options.matrixHashes ?? []);
  }

  index(): FirmwareIndex {
    return this.#index;
  }

  packages(): readonly StoredPackage[] {
    return this.#packages;
  }

  strays(): readonly StrayFiles[] {
    return this.#strays;
  }

  async reload(): Promise<void> {
    (await this.look())();
  }

  async look(): Promise<() => void> {
    const trees = await this.#walk();
    const facts = await factsOf(trees, this.#options);
    const imports = this.#options.indexPath === null ? [] : await readImports(this.#options.indexPath);
    const packages: StoredPackage[] = [];
    const strays: StrayFiles[] = [];
    const located = new Map<string, Located>();
    const taken = new Set<string>();
    for (const tree of trees) {
      for (const { root, folder, relative, files } of tree.folders) {
        const byName = new Map(files.map((file) => [file.name, { file, facts: facts(file) }]));
        const report = assembleFolder(
          relative,
          [...byName.values()].map((entry) => entry.facts),
          this.#known,
        );
        for (const assembled of report.packages) {
          const found = comparedWithImport(assembled, folder, imports);
          const row = imports.findLast((imported) => isImportOf(imported, found));
          const verdict = row?.isArchiveKnown === true && found.verdict === 'complete' ? 'known-good' : found.verdict;
          const pack = { ...found, verdict, id: freeId(found.id, taken), root, folder, source: row?.source ?? null };
          packages.push(pack);
          for (const { name } of pack.files) {
            const entry = byName.get(name);
            if (entry !== undefined) located.set(fileKey(pack.id, name), entry);
          }
        }
        strays.push(...report.strays.map((group) => ({ ...group, root, folder })));
      }
      strays.push(...tree.unreadable.map(unreadableFolder));
    }
    if (packages.length + strays.length === 0 && this.#options.mayBeEmpty !== true) {
      throw noFirmware(`there is no firmware in ${this.#options.roots.join(', ')}`);
    }
    return () => {
      this.#packages = packages;
      this.#strays = strays;
      this.#located = located;
      this.#index = { packages: packages.map((pack) => this.#allowed(pack)) };
    };
  }

  async read(packageId: string, name: string): Promise<Uint8Array> {
    const found = this.#located.get(fileKey(packageId, name));
    if (found === undefined) {
      throw new AppError(
        'E_FIRMWARE_UNREADABLE',
        `the firmware store has no ${name} in ${packageId}; import its archive again`,
      );
    }
    const { path } = found.file;
    const running = this.#reading.get(path);
    if (running !== undefined) return running;
    const reading = this.#readVerified(found).finally(() => this.#reading.delete(path));
    this.#reading.set(path, reading);
    return reading;
  }

  async #readVerified({ file, facts }: Located): Promise<Uint8Array> {
    const { path, name } = file;
    const wanted = facts.sha1;
    if (wanted === null) throw unreadable(name, path);
    const damage = facts.findings.find((found) => effectOf(found) === 'damaged');
    if (damage !== undefined) {
      throw new AppError('E_FIRMWARE_UNREADABLE', `${name} is never served: ${damage.message}; ${damage.advice}`);
    }
    const before = await stampOf(path);
    if (before === null) throw unreadable(name, path);
    const proven = this.#proven.get(path);
    const held = this.#cache.use(wanted);
    if (held !== undefined && proven !== undefined && isSameStamp(proven, before)) return held;
    let bytes: Uint8Array;
    try {
      bytes = await readWhole(path, bytesToSend);
    } catch (cause) {
      throw unreadable(name, path, cause);
    }
    // The bytes that are handed out are the ones hashed here: nothing can change between the check and the use.
    if (sha1(bytes) !== wanted) {
      const message = `${name} in ${path} is not the file that was verified any more; run "loadstep firmware verify" and import it again`;
      throw new AppError('E_FIRMWARE_CHANGED', message);
    }
    this.#proven.set(path, before);
    const content = held ?? bytes;
    this.#cache.set(wanted, content);
    return content;
  }

  async #walk(): Promise<readonly Tree[]> {
    const trees: Tree[] = [];
    for (const root of new Set(this.#options.roots)) {
      try {
        trees.push(await walkTree(root));
      } catch (cause) {
        const isMissing = cause instanceof AppError && cause.code === 'E_NO_FIRMWARE';
        if (!isMissing || this.#options.mayBeEmpty !== true) throw cause;
      }
    }
    return trees;
  }

  #allowed(pack: StoredPackage): FirmwarePackage {
    const isWanted = (this.#options.allowUnverified ?? []).some(
      (load) => load.toLowerCase() === pack.load.toLowerCase(),
    );
    const isCovered = pack.verdict === 'incomplete' || pack.verdict === 'mixed' || pack.verdict === 'unknown';
    if (!isWanted || !isCovered) return pack;
    const message = `${pack.load} is ${pack.verdict} and published all the same, on the operator's word`;
    return {
      ...pack,
      verdict: 'complete',
      findings: [...pack.findings, finding('allowed-unverified', null, null, message)],
    };
  }
}

/** Two roots may hold a folder of the same name: the later one's packages are numbered. */
function freeId(id: string, taken: Set<string>): string {
  let free = id;
  for (let n = 2; taken.has(free); n++) free = `${id}@${n}`;
  taken.add(free);
  return free;
}

function unreadableFolder({ root, folder }: { root: string; folder: string }): StrayFiles {
  const message = `the folder ${folder} cannot be listed`;
  const findings = [finding('unreadable', null, null, message)];
  return { root, folder, load: null, family: null, protocol: null, verdict: 'unknown', files: [], findings };
}

function unreadable(name: string, path: string, cause?: unknown): AppError {
  const message = `${name} in ${path} cannot be read; check its permissions, or import it again`;
  return new AppError('E_FIRMWARE_UNREADABLE', message, { cause });
}
