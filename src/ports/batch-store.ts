import type { BatchState } from '../core/batch/batch-state.ts';
import type { BatchEvent } from '../core/history/event.ts';
import type { WallMs } from '../core/moment.ts';
import type { MacAddress } from '../core/names/mac-address.ts';

/** What a change of the batch makes of it, and the rows that it leaves in the record. */
export interface BatchChange {
  readonly state: Omit<BatchState, 'revision'>;
  readonly events: readonly BatchEvent[];
}

/** How far the file is that a phone takes. */
export interface FileProgress {
  readonly mac: MacAddress;
  readonly file: string;
  readonly bytes: number;
  readonly size: number;
  /** Milliseconds since the epoch. */
  readonly at: WallMs;
}

/** What is kept about all phones together. */
export interface BatchStore {
  /** How the batch stands; cheap enough to ask twice a second. */
  batch(): BatchState;
  /**
   * Changes it, with its rows, as a whole or not at all; durable on return. `change` is given what stands now, and null leaves it.
   * Two processes may change it at once. Throws AppError `E_DISK_FULL`, `E_DB_LOCKED` or `E_DB_FAILED`.
   */
  changeBatch(change: (was: BatchState) => BatchChange | null): BatchState;
  /** Rows about the batch in the order of time; `since` is inclusive, milliseconds since the epoch. */
  batchHistory(since?: number): readonly BatchEvent[];
  /**
   * Keeps how far a file is, for everybody who watches from another process: the newest only, in the transaction of the commits of
   * this turn, and lost without harm.
   */
  saveProgress(progress: FileProgress): void;
  /** The newest that was kept of each phone, whether it goes on or ended long ago. */
  progress(): readonly FileProgress[];
}
