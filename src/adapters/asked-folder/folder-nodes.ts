import type { MacAddress } from '../../core/names/mac-address.ts';
import type { Clock } from '../../ports/clock.ts';
import type { FuseNode } from './fuse-wire.ts';
import type { GivenFile } from './given-file.ts';
import type { GivenQuestion } from './given-question.ts';

/** Whose folder it is. */
export interface FolderOwner {
  /** What the folder is called. */
  readonly folder: string;
  /** Null where the folder is that of an address, whoever has it. */
  readonly mac: MacAddress | null;
  /** Null where the folder is that of a phone, wherever it is. */
  readonly address: string | null;
}

interface Node {
  readonly node: number;
  readonly owner: FolderOwner;
}

export interface FolderNode extends Node {
  /** What stands before the names in it. */
  readonly prefix: string;
  /** How often the kernel was told of it and has not forgotten that. */
  lookUps: number;
}

/** One file for one opening: who opens the name again is told of another one. */
export interface FileNode extends Node {
  readonly question: GivenQuestion;
  readonly file: GivenFile;
  /** Who asked for it: a server that gives out its own files only takes it for one of these. */
  readonly uid: number;
}

export const ROOT = 1;
/** The file into which is told what was sent. */
export const EAR = 2;
/** What was sent may be heard so long after a file was given (invented). */
const LATE_MS = 60_000;
/** Folders, and files, at a time (invented). */
const MOST = 4_096;

/** What the kernel knows of a folder that is asked, bounded. */
export class FolderNodes {
  readonly #folders = new Map<number, FolderNode>();
  readonly #numbers = new Map<string, number>();
  readonly #files = new Map<number, FileNode>();
  readonly #clock: Clock;
  #last = EAR;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  folder(node: number): FolderNode | undefined {
    return this.#folders.get(node);
  }

  file(node: number): FileNode | undefined {
    return this.#files.get(node);
  }

  /** In the order in which they were given. */
  files(): readonly FileNode[] {
    return [...this.#files.values()];
  }

  get isFull(): boolean {
    const before = this.#clock.now() - LATE_MS;
    this.#clear(({ file }) => !file.isOpen && file.at.steady < before);
    if (this.#files.size >= MOST) this.#clear(() => true);
    return this.#files.size >= MOST;
  }

  /** The folder as the kernel is told of it now; null where there are too many. */
  tellFolder(owner: FolderOwner, prefix: string): FuseNode | null {
    const key = `${owner.folder}/${prefix}`;
    let folder = this.#folders.get(this.#numbers.get(key) ?? ROOT);
    if (folder === undefined) {
      if (this.#folders.size >= MOST) return null;
      this.#last++;
      folder = { node: this.#last, owner, prefix, lookUps: 0 };
      this.#numbers.set(key, folder.node);
      this.#folders.set(folder.node, folder);
    }
    folder.lookUps++;
    return { node: folder.node, kind: 'folder', sizeBytes: 0, uid: 0 };
  }

  addFile(owner: FolderOwner, question: GivenQuestion, uid: number): FuseNode {
    this.#last++;
    const one = { node: this.#last, owner, question, file: question.addFile(), uid };
    this.#files.set(one.node, one);
    return tellFile(one);
  }

  /** What is told of something that the kernel was told of before; null where it is nothing. */
  known(node: number): FuseNode | null {
    if (node === ROOT || this.#folders.has(node)) return { node, kind: 'folder', sizeBytes: 0, uid: 0 };
    if (node === EAR) return { node, kind: 'ear', sizeBytes: 0, uid: 0 };
    const given = this.#files.get(node);
    return given === undefined ? null : tellFile(given);
  }

  /** The kernel keeps it for so many times less. */
  forget(node: number, lookUps: number): void {
    const folder = this.#folders.get(node);
    if (folder === undefined) return;
    folder.lookUps -= lookUps;
    if (folder.lookUps > 0) return;
    this.#folders.delete(node);
    this.#numbers.delete(`${folder.owner.folder}/${folder.prefix}`);
  }

  /** The kernel knows nothing any more of what it was told. */
  forgetAll(): void {
    for (const all of [this.#folders, this.#numbers, this.#files]) all.clear();
  }

  /** The kernel may go on knowing a file of which nothing will come any more; whoever opens the name asks again. */
  #clear(isDue: (one: FileNode) => boolean): void {
    for (const [node, one] of this.#files) if (one.file.hasEnded && isDue(one)) this.#files.delete(node);
  }
}

/** The file as the kernel is told of it. */
export function tellFile({ node, file, uid }: FileNode): FuseNode {
  return { node, kind: 'file', sizeBytes: file.length, uid };
}
