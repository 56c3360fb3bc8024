import type { Notice } from '../core/notify/notice.ts';

/** One way to tell a person or a program that something happened. */
export interface Notifier {
  /** What the log calls it; holds no secret. */
  readonly name: string;
  /** Resolves when it was told; rejects with a reason that holds no secret. Ends soon after `signal` is aborted. */
  deliver(notice: Notice, signal: AbortSignal): Promise<void>;
}
