import type { LintFinding } from './lint-finding.ts';
import type { KnownFile, Matrix } from './matrix.ts';

const SHA1 = /^[0-9a-f]{40}$/;
const MD5 = /^[0-9a-f]{32}$/;

/** Every hash has its length, and one name in one package has one hash and one size. */
export function lintKnownFiles(matrix: Matrix): readonly LintFinding[] {
  const loads = new Set(matrix.families.flatMap((facts) => facts.releases.map((release) => release.load)));
  const file = matrix.knownFilesFile;
  return matrix.knownFiles.flatMap((known, i): readonly LintFinding[] => {
    const place = `files[${i}] ("${known.name}")`;
    const twin = matrix.knownFiles.slice(0, i).find((before) => contradicts(before, known));
    const findings: readonly (LintFinding | null)[] = [
      hashFinding(file, place, 'sha1', known.sha1, SHA1, 40),
      hashFinding(file, place, 'md5', known.md5, MD5, 32),
      known.load === null || loads.has(known.load)
        ? null
        : {
            code: 'unknown-name',
            file,
            place,
            other: known.load,
            message: `belongs to ${known.load}, which no family lists`,
            wayOut: 'list the release in its family or correct the load',
          },
      twin === undefined
        ? null
        : {
            code: 'hash-conflict',
            file,
            place,
            other: `files["${twin.name}"] with ${twin.sha1 ?? twin.sizeBytes}`,
            message: `the same name in the same package has other bytes (${known.sha1 ?? known.sizeBytes})`,
            wayOut: 'tell the two packages apart by archive, or remove the wrong one',
          },
    ];
    return findings.filter((finding) => finding !== null);
  });
}

function contradicts(a: KnownFile, b: KnownFile): boolean {
  const isSamePackage =
    a.load !== null && a.load === b.load && (a.archive === null || b.archive === null || a.archive === b.archive);
  if (a.name !== b.name || !isSamePackage) return false;
  return isOther(a.sha1, b.sha1) || isOther(a.md5, b.md5) || isOther(a.sizeBytes, b.sizeBytes);
}

function isOther<T>(a: T | null, b: T | null): boolean {
  return a !== null && b !== null && a !== b;
}

function hashFinding(
  file: string,
  place: string,
  kind: string,
  value: string | null,
  shape: RegExp,
  length: number,
): LintFinding | null {
  if (value === null || shape.test(value)) return null;
  const message = `${kind} has ${value.length} characters "${value}" instead of ${length} lower-case hex digits`;
  return { code: 'hash-length', file, place, other: null, message, wayOut: 'copy the hash again from its source' };
}
