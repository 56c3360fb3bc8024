import type { FileOnDisk } from './tftp.ts';

/** An existing TFTP tree, served read-only to everybody. */
export interface StaticRoot {
  /** Reads the tree's names; rejects with AppError `E_ROOT_UNREADABLE` when the folder cannot be read. */
  start(): Promise<void>;
  /** Ends watching the tree. */
  stop(): Promise<void>;
  /**
   * What the file has that a requested name means: exact spelling first, then a case-insensitive match; null when
   * the tree has no such file (or it left the tree). A large file is not read but named. Never rejects, whatever the name.
   */
  read(name: string): Promise<Uint8Array | LargeFile | null>;
  /** What `read` would give now, where that is known without a look at the disk; undefined where it is not. */
  known?(name: string): Uint8Array | LargeFile | null | undefined;
  /** Whether no tree is given out at all; absent where one is. */
  isNone?(): boolean;
  /** Whether the tree has the file that a requested name means; reads nothing of it. Never rejects. */
  has(name: string): Promise<boolean>;
  /** What the operator should know of the tree before phones ask for it. Never rejects. */
  survey(): Promise<TreeSurvey>;
}

/** A file too large to be held in memory. */
export interface LargeFile extends FileOnDisk {
  /** Its first bytes, enough to tell what it is. */
  readonly head: Uint8Array;
}

/** A file of the tree and the loads that stand in it. */
export interface NamedLoads {
  readonly file: string;
  readonly loads: readonly string[];
}

/** Names in the tree that need a word to the operator. */
export interface TreeSurvey {
  /** Files that are a load or name one; of very large trees not all. */
  readonly loads: readonly string[];
  /** What those name that are a text, as far as it can be read; absent where nobody looked. */
  readonly named?: readonly NamedLoads[];
  /** Files, and folders with a slash at the end, that this user cannot read: nobody gets them. */
  readonly unreadable: readonly string[];
}
