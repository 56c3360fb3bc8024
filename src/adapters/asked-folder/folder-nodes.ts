import type { MacAddress } from '../../core/names/mac-address.ts';
import type { FuseNode } from './fuse-wire.ts';
import type { GivenFile } from './given-file.ts';

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
  /** How often the kernel was told of it and has not forgotten that. */
  lookUps: number;
}

export interface FolderNode extends Node {
  /** What stands before the names in it. */
  readonly prefix: string;
}

export interface FileNode extends Node {
  readonly file: GivenFile;
  /** Who asked for it: a server that gives out its own files only takes it for one of these. */
  readonly uid: number;
}

export const ROOT = 1;
/** The file into which is told what was sent. */
export const EAR = 2;
/** Folders, and files, at a time (invented). */
const MOST = 4_096;

/** What the kernel knows of a folder that is asked, bounded. */
export class FolderNodes {
  readonly #folders = new Map<number, FolderNode>();
  readonly #numbers = new Map<string, number>();
  readonly #files = new Map<number, FileNode>();
  #last = EAR;

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

  addFile(owner: FolderOwner, file: GivenFile, uid: number): FuseNode {
    this.#last++;
    const one = { node: this.#last, owner, file, uid, lookUps: 0 };
    this.#files.set(one.node, one);
    return this.tellFile(one);
  }

  /** The file as the kernel is told of it, once more. */
  tellFile(one: FileNode): FuseNode {
    one.lookUps++;
    return { node: one.node, kind: 'file', sizeBytes: one.file.length, uid: one.uid };
  }

  /** What is told of something that the kernel was told of before; null where it is nothing. */
  known(node: number): FuseNode | null {
    if (node === ROOT || this.#folders.has(node)) return { node, kind: 'folder', sizeBytes: 0, uid: 0 };
    if (node === EAR) return { node, kind: 'ear', sizeBytes: 0, uid: 0 };
    const given = this.#files.get(node);
    return given === undefined ? null : { node, kind: 'file', sizeBytes: given.file.length, uid: given.uid };
  }

  /** The kernel keeps it for so many times less. */
  forget(node: number, lookUps: number): void {
    const one = this.#files.get(node) ?? this.#folders.get(node);
    if (one === undefined) return;
    one.lookUps -= lookUps;
    if (one.lookUps > 0) return;
    const given = this.#files.get(node);
    void given?.file.ended.then(() => this.#files.delete(node));
    const folder = this.#folders.get(node);
    if (folder === undefined) return;
    this.#folders.delete(node);
    this.#numbers.delete(`${folder.owner.folder}/${folder.prefix}`);
  }
}
