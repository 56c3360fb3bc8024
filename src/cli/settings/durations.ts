import { err, ok, type Result } from '../../core/result.ts';

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const WHOLE = /^(\d+(\.\d+)?(ms|s|m|h|d))+$/;
const PART = /(\d+(?:\.\d+)?)(ms|s|m|h|d)/g;

/** Reads a time span as people write it: `40m`, `90s`, `2h`, `1h30m`. A bare number has no unit and is refused. */
export function parseDuration(text: string): Result<number, string> {
  const bare = text.trim().toLowerCase();
  if (!WHOLE.test(bare)) return err(`"${text}" is not a time span; write one such as 90s, 40m or 2h`);
  let total = 0;
  for (const [, digits, unit] of bare.matchAll(PART)) total += Number(digits) * (UNITS[unit ?? ''] ?? 0);
  if (total <= 0) return err(`"${text}" is no time at all; write one such as 90s, 40m or 2h`);
  return ok(Math.round(total));
}

/**
 * Reads a moment: an ISO 8601 date or time, local where it names no zone, as times are shown; or a span that is counted back from
 * `now` (`2h`).
 */
export function parseMoment(text: string, now: number): Result<number, string> {
  const span = parseDuration(text);
  if (span.ok) return ok(now - span.value);
  const bare = text.trim();
  // ECMA-262 takes a date alone for midnight in UTC, and a date with a time for local time.
  const whole = /^\d{4}-\d{2}-\d{2}$/.test(bare) ? `${bare}T00:00` : bare;
  const at = /^\d{4}-\d{2}-\d{2}/.test(bare) ? Date.parse(whole) : Number.NaN;
  if (Number.isFinite(at)) return ok(at);
  return err(
    `"${text}" is not a moment; write an ISO 8601 time such as 2026-11-21T20:00, or a span back from now such as 2h`,
  );
}

/**
 * Invented: whole, the largest file takes a 79x0 7 to 16 s (legacy-79x0 11.1) and a Java phone 6 s (java-phones 4.4), and of most
 * files under way a part is gone already. The silence for new questions stays far below the 40 s that every phone tolerates.
 */
export const DEFAULT_DRAIN_MS = 10_000;
