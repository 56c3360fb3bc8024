import { link, mkdir, realpath, rename } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import type { FileFacts } from '../../core/firmware/inspect-file.ts';
import { type FirmwarePackage, isPublishable } from '../../core/firmware/package.ts';
import type { FirmwareStore, StoredPackage } from './firmware-store.ts';
import { appendImport } from './import-log.ts';
import { moveIntoPlace } from './staging.ts';
import { VerdictIndex } from './verdict-index.ts';
import { stampOf } from './walk-tree.ts';

/** A file of an import, not yet in the store. */
export interface StagedFile {
  readonly path: string;
  /** What it was called in its source. */
  readonly was: string;
  readonly facts: FileFacts;
}

/** A package as the store or this import holds it. */
type Held = Pick<StoredPackage, 'load' | 'folder' | 'files' | 'verdict'> & { readonly isAlone: boolean };

/** What the store has of a load that is to be imported. */
export type Standing =
  | { readonly kind: 'present'; readonly folder: string }
  | { readonly kind: 'other-bytes'; readonly folder: string }
  | { readonly kind: 'free'; readonly replaces: Held | null };

/** Where a package came from, for the log of imports. */
export interface Origin {
  readonly source: string;
  readonly isArchiveKnown: boolean;
}

export interface Placed {
  readonly path: string;
  /** Files that the store had already, and that take no room of their own. */
  readonly linked: number;
}

/** Puts finished packages into the store, each by one rename; files that the store has already are linked to. */
export class PackageShelf {
  readonly #root: string;
  readonly #staging: string;
  readonly #indexPath: string | null;
  readonly #held: Held[] = [];
  /** Where the store has a file with these bytes, by SHA-1. */
  readonly #bySha1 = new Map<string, string>();
  #moved = 0;
  #real = '';

  constructor(options: { root: string; staging: string; indexPath: string | null }) {
    this.#root = options.root;
    this.#staging = options.staging;
    this.#indexPath = options.indexPath;
  }

  /** Learns what the store holds. */
  async remember(store: FirmwareStore): Promise<void> {
    this.#real = await realpath(this.#root);
    const folders = new Map<string, number>();
    for (const { folder } of [...store.packages(), ...store.strays()])
      folders.set(folder, (folders.get(folder) ?? 0) + 1);
    for (const pack of store.packages()) {
      this.#held.push({ ...pack, isAlone: folders.get(pack.folder) === 1 });
      this.#rememberFiles(pack.folder, pack.files);
    }
  }

  /**
   * Ends what a killed import began: where it left a package beside the one that it replaces, the old one goes and the new
   * one gets its name.
   */
  async tidy(): Promise<void> {
    for (const load of new Set(this.#held.map((held) => held.load))) {
      const own = this.#held.filter((held) => held.load === load && held.isAlone && this.#isOwnFolder(held));
      for (const old of own) {
        const newer = own.find((held) => held !== old && this.#held.includes(held) && this.#outlives(held, old));
        if (newer === undefined) continue;
        this.#renamed(newer, await this.#replace(old, newer.folder, load));
      }
    }
    for (const held of this.#held.filter((each) => each.isAlone && this.#isOwnFolder(each))) {
      if (held.folder !== join(this.#real, held.load))
        this.#renamed(held, await moveIntoPlace(held.folder, this.#real, held.load));
    }
  }

  /** Of two packages with the same bytes, as two imports at once leave them, the one under the plain name stays. */
  #outlives(fresh: Held, old: Held): boolean {
    const isCopy = contains(fresh, old) && contains(old, fresh);
    return isCopy ? fresh.folder === join(this.#real, fresh.load) : supersedes(fresh, old);
  }

  #renamed(held: Held, folder: string): void {
    this.#held.splice(this.#held.indexOf(held), 1, { ...held, folder });
    this.#rememberFiles(folder, held.files);
  }

  /** Whether a folder has the name that an import gives. */
  #isOwnFolder({ load, folder }: Held): boolean {
    const name = relative(this.#real, folder);
    return name === load || (name.startsWith(`${load}~`) && !name.includes(sep));
  }

  /** How the store stands to a package: has it, has another one of its name, or has room for it. */
  standing(pack: FirmwarePackage): Standing {
    const same = this.#held.filter((held) => held.load === pack.load);
    const isGood = isPublishable(pack.verdict);
    const holder = same.find((held) => contains(held, pack) && (isPublishable(held.verdict) || !isGood));
    if (holder !== undefined) return { kind: 'present', folder: holder.folder };
    const replaces =
      same.find((held) => held.isAlone && (contains(pack, held) || !isPublishable(held.verdict))) ?? null;
    const [first] = same;
    if (first !== undefined && replaces === null) return { kind: 'other-bytes', folder: first.folder };
    return { kind: 'free', replaces };
  }

  /** Moves a package into the store; the package it replaces goes when the new one stands beside it. */
  async place(
    pack: FirmwarePackage,
    staged: ReadonlyMap<string, StagedFile>,
    replaces: Held | null,
    origin: Origin,
  ): Promise<Placed> {
    const draft = join(this.#staging, `package-${this.#moved++}`);
    await mkdir(draft);
    let linked = 0;
    for (const { name, sha1 } of pack.files) {
      const file = staged.get(name);
      if (file === undefined) throw new Error(`${name} of ${pack.load} was not staged`);
      if (await this.#linked(sha1, join(draft, name))) linked++;
      // A file that two packages share is needed again, so it is linked where that works.
      else await link(file.path, join(draft, name)).catch(() => rename(file.path, join(draft, name)));
    }
    // Logged before it is there: a package without a row would be compared with the one that lay here before.
    if (this.#indexPath !== null) await this.#log(this.#indexPath, pack, origin);
    let path = await moveIntoPlace(draft, this.#real, pack.load);
    if (replaces !== null) path = await this.#replace(replaces, path, pack.load);
    this.#rememberFiles(path, pack.files);
    this.#held.push({ load: pack.load, folder: path, files: pack.files, verdict: pack.verdict, isAlone: true });
    if (this.#indexPath !== null) await this.#record(this.#indexPath, pack, path, staged);
    return { path, linked };
  }

  #rememberFiles(folder: string, files: Held['files']): void {
    for (const { name, sha1 } of files) if (sha1 !== null) this.#bySha1.set(sha1, join(folder, name));
  }

  /** Links to the file with the same bytes that the store holds; false where there is none or the disk has no links. */
  async #linked(sha1: string | null, path: string): Promise<boolean> {
    const held = sha1 === null ? undefined : this.#bySha1.get(sha1);
    if (held === undefined) return false;
    return link(held, path).then(
      () => true,
      () => false,
    );
  }

  /** Whenever this ends, the old package or the new one is there. */
  async #replace(old: Held, fresh: string, load: string): Promise<string> {
    await rename(old.folder, join(this.#staging, `replaced-${this.#moved++}`));
    this.#held.splice(this.#held.indexOf(old), 1);
    for (const [sha1, path] of this.#bySha1) if (path.startsWith(old.folder + sep)) this.#bySha1.delete(sha1);
    const wanted = join(this.#real, load);
    if (fresh === wanted) return fresh;
    return rename(fresh, wanted).then(
      () => wanted,
      () => fresh,
    );
  }

  async #record(
    indexPath: string,
    pack: FirmwarePackage,
    folder: string,
    staged: ReadonlyMap<string, StagedFile>,
  ): Promise<void> {
    const real = await realpath(folder);
    const index = new VerdictIndex(indexPath);
    await index.load();
    for (const { name } of pack.files) {
      const stamp = await stampOf(join(real, name));
      const facts = staged.get(name)?.facts;
      if (stamp !== null && facts !== undefined) index.remember(join(real, name), stamp, facts);
    }
    await index.save();
  }

  async #log(indexPath: string, pack: FirmwarePackage, origin: Origin): Promise<void> {
    const folder = join(this.#real, pack.load);
    const files = Object.fromEntries(pack.files.map(({ name, sha1 }) => [name, sha1 ?? '']));
    await appendImport(indexPath, { at: new Date().toISOString(), load: pack.load, folder, ...origin, files });
  }
}

/** Whether a package may take the place of another of the same load. */
function supersedes(fresh: Pick<Held, 'files' | 'verdict'>, old: Pick<Held, 'files' | 'verdict'>): boolean {
  return (
    (contains(fresh, old) && !contains(old, fresh)) || (isPublishable(fresh.verdict) && !isPublishable(old.verdict))
  );
}

/** Whether one package holds every file of another, byte for byte. */
function contains(whole: Pick<Held, 'files'>, part: Pick<Held, 'files'>): boolean {
  const hashes = new Map(whole.files.map(({ name, sha1 }) => [name, sha1]));
  return part.files.every(({ name, sha1 }) => sha1 !== null && hashes.get(name) === sha1);
}
