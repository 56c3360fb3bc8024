/** An existing TFTP tree, served read-only to everybody. */
export interface StaticRoot {
  /** Reads the tree's names; rejects with AppError `E_ROOT_UNREADABLE` when the folder cannot be read. */
  start(): Promise<void>;
  /** Ends watching the tree. */
  stop(): Promise<void>;
  /**
   * The bytes of the file that a requested name means: exact spelling first, then a case-insensitive match; null when
   * the tree has no such file (or it is too large, or left the tree). Never rejects, whatever the name.
   */
  read(name: string): Promise<Uint8Array | null>;
  /** Whether the tree has the file that a requested name means; reads nothing of it. Never rejects. */
  has(name: string): Promise<boolean>;
  /** What the operator should know of the tree before phones ask for it. Never rejects. */
  survey(): Promise<TreeSurvey>;
}

/** Names in the tree that need a word to the operator. */
export interface TreeSurvey {
  /** Files that are a load or name one; of very large trees not all. */
  readonly loads: readonly string[];
  /** Files, and folders with a slash at the end, that this user cannot read: nobody gets them. */
  readonly unreadable: readonly string[];
}
