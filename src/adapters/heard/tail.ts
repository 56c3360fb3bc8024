import type { SourceCount } from './hear-sources.ts';

/** One source that grows. */
export interface Tail {
  readonly hasEnded: boolean;
  open(): Promise<void>;
  /** Reads what was added. */
  look(): Promise<void>;
  close(): Promise<void>;
  count(): SourceCount;
}
