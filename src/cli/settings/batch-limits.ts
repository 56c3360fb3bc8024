import type { BatchLimits, FailureLimit } from '../../core/batch/batch-state.ts';
import { err, ok, type Result } from '../../core/result.ts';
import type { Settings } from './layers.ts';

/** The limits that were given; those that were not stay as the last server of this database left them. */
export function limitsOf(settings: Settings): Partial<BatchLimits> {
  return {
    ...(settings.has('at-once') ? { atOnce: settings.read('at-once', readCount) || null } : {}),
    ...(settings.has('canary') ? { canary: settings.read('canary', readCount) ?? 0 } : {}),
    ...(settings.has('stop-after-failures')
      ? { stopAfter: settings.read('stop-after-failures', readFailureLimit) }
      : {}),
  };
}

/** Reads a number of phones; 0 is no limit. */
export function readCount(text: string): Result<number, string> {
  if (/^\d{1,6}$/.test(text.trim())) return ok(Number(text));
  return err(`"${text}" is not a number of phones; write one such as 4, or 0 for none`);
}

/** Reads `3` or `10%`; 0 is no limit. */
export function readFailureLimit(text: string): Result<FailureLimit | null, string> {
  const [, digits, sign] = /^(\d{1,6})\s*(%?)$/.exec(text.trim()) ?? [];
  const number = Number(digits);
  if (digits === undefined || (sign === '%' && number > 100)) {
    return err(`"${text}" is not a limit; write a number of phones such as 3, a share such as 10%, or 0 for none`);
  }
  if (number === 0) return ok(null);
  return ok(sign === '%' ? { kind: 'percent', percent: number } : { kind: 'count', count: number });
}
