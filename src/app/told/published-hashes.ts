import { indexHashes, matchHash } from '../../core/firmware/known-hash.ts';
import type { Matrix } from '../../core/matrix/matrix.ts';
import type { IsPublished } from '../../core/report/phone-story.ts';

/** Tells files that carry the hash which the matrix knows of them. */
export function publishedIn(matrix: Matrix): IsPublished {
  const known = indexHashes(matrix.knownFiles);
  return (load, { name, bytes, sha1 }) => {
    const match = matchHash(known, load, { name, sizeBytes: bytes, sha1 });
    return match === 'unknown' || match === 'unlisted' ? null : match === 'same';
  };
}
