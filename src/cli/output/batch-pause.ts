import type { BatchState } from '../../core/batch/batch-state.ts';
import { spanText } from '../settings/durations.ts';
import { clockText, dateText, printable } from './printable.ts';

/** That the batch is paused. */
export interface BatchPause {
  /** Milliseconds since the epoch; null where an older version paused it. */
  readonly since: number | null;
  readonly reason: string;
}

const DAY_MS = 86_400_000;

/** The pause that stands; null while the batch goes on. */
export function pauseOf({ isPaused, turnedAt, reason }: BatchState): BatchPause | null {
  return isPaused ? { since: turnedAt, reason: reason ?? 'no reason was given' } : null;
}

/** That the batch is paused, since when, why and what lets it go on, as one line. */
export function pauseText({ since, reason }: BatchPause, now: number): string {
  const clock =
    since === null ? '' : now - since < DAY_MS ? clockText(since) : `${dateText(since)} ${clockText(since)}`;
  const when = since === null ? '' : ` since ${clock} (${spanText(now - since)})`;
  return `The batch is PAUSED${when} until "loadstep resume": ${printable(reason)}. No phone begins another step.`;
}

/** The same for programs; null while the batch goes on. */
export function pauseJson(pause: BatchPause | null): object | null {
  if (pause === null) return null;
  const { since, reason } = pause;
  return { since: since === null ? null : new Date(since).toISOString(), reason, advice: 'loadstep resume' };
}
