import type { BatchPause } from '../batch/batch-status.ts';
import type { PhoneReport } from './phone-line.ts';

/** A pause of the batch, for programs. */
export interface PauseJson {
  readonly since: string | null;
  readonly reason: string;
  readonly advice: string;
}

/** A phone for programs, as `status --json` prints it: moments as ISO 8601. */
export type PhoneJson = Omit<PhoneReport, 'since' | 'deadlineAt' | 'lastSeenAt' | 'paused' | 'turn'> & {
  readonly since: string | null;
  readonly deadlineAt: string | null;
  readonly lastSeenAt: string | null;
  readonly paused: PauseJson | null;
};

export function phoneJson(report: PhoneReport): PhoneJson {
  const { since, deadlineAt, lastSeenAt, paused, turn: _parts, ...rest } = report;
  const moments = { since: iso(since), deadlineAt: iso(deadlineAt), lastSeenAt: iso(lastSeenAt) };
  return { ...rest, ...moments, paused: pauseJson(paused) };
}

/** Null while the batch goes on. */
export function pauseJson(pause: BatchPause | null): PauseJson | null {
  if (pause === null) return null;
  const { since, reason } = pause;
  return { since: iso(since), reason, advice: 'loadstep resume' };
}

function iso(at: number | null): string | null {
  return at === null ? null : new Date(at).toISOString();
}
