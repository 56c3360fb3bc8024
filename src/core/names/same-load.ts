import { type ParsedLoad, parseLoadName } from './load-name.ts';
import { compareReleases } from './release.ts';

/**
 * Whether two names mean one load. Both `P0S3-8-11-00` and `P0S3-08-11-00` are in use (legacy-79x0 1.2): a phone takes the one that it is told, and people
 * write either. Two that are missing are the same; a text that is no load is the same as itself.
 */
export function isSameLoad(a: string | null | undefined, b: string | null | undefined): boolean {
  if (a === b) return true;
  if (a == null || b == null) return false;
  const parsed = parseLoadName(a);
  return parsed.ok && isSameRelease(parsed.value, b);
}

/** Whether the stem of a file that somebody asks for is a load's, in whatever case it is asked. */
export function isStemOf(stem: string, load: string): boolean {
  return stem.toLowerCase() === load.toLowerCase() || isSameLoad(stem, load);
}

/** Whether a name means the same release as a parsed one, however its digits are padded. */
export function isSameRelease(a: ParsedLoad, name: string): boolean {
  const parsed = parseLoadName(name);
  if (!parsed.ok) return false;
  const b = parsed.value;
  const isSame = a.family === b.family && a.role === b.role && a.protocol === b.protocol && a.suffix === b.suffix;
  return isSame && compareReleases(a.release, b.release) === 0;
}
