import { hasText, latin1 } from './bytes.ts';
import { looksLikeCnu } from './cnu-archive.ts';
import { looksSigned } from './signed-header.ts';

/** What a file is by its first bytes, whatever its name. */
export type ContentKind = 'empty' | 'signed' | 'cnu' | 'gzip' | 'zip' | 'tar' | 'web-page' | 'text' | 'binary';

/** Bytes that must be at hand to tell every kind; fewer when the file is shorter. */
export const SNIFF_BYTES = 1024;

const WEB = /^(\xef\xbb\xbf)?\s*<(!doctype|html|head|body|\?xml|!--|script|meta)/i;

/** Tells what a file is from its first `SNIFF_BYTES` bytes. */
export function contentKind(bytes: Uint8Array): ContentKind {
  if (bytes.length === 0) return 'empty';
  if (looksSigned(bytes)) return 'signed';
  if (looksLikeCnu(bytes)) return 'cnu';
  if (bytes[0] === 0x1f && bytes[1] === 0x8b && bytes[2] === 8) return 'gzip';
  if (hasText(bytes, 0, 'PK\x03\x04') || hasText(bytes, 0, 'PK\x05\x06') || hasText(bytes, 0, 'PK00PK\x03\x04'))
    return 'zip';
  if (isTarHeader(bytes)) return 'tar';
  const head = bytes.subarray(0, SNIFF_BYTES);
  if (WEB.test(latin1(head))) return 'web-page';
  return head.every((byte) => byte === 9 || byte === 10 || byte === 13 || (byte >= 0x20 && byte < 0x7f))
    ? 'text'
    : 'binary';
}

const FOREIGN: readonly (readonly [magic: string, what: string])[] = [
  ['7z\xbc\xaf\x27\x1c', 'a 7z archive'],
  ['BZh', 'packed with bzip2'],
  ['MSCF', 'a cabinet archive'],
  ['MZ', 'a Windows program, which may be an archive that unpacks itself'],
  ['Rar!\x1a\x07', 'a RAR archive'],
  ['\xfd7zXZ\0', 'packed with xz'],
];

/** What a file is when it is an archive of a kind that is not read here, in words; null otherwise. */
export function foreignArchive(bytes: Uint8Array): string | null {
  return FOREIGN.find(([magic]) => hasText(bytes, 0, magic))?.[1] ?? null;
}

const BLOCK = 512;
const SUM_AT = 148;

/** Whether 512 bytes at `offset` are a tar header whose checksum holds (POSIX ustar and the older forms alike). */
function isTarHeader(bytes: Uint8Array, offset = 0): boolean {
  if (offset + BLOCK > bytes.length || bytes[offset] === 0) return false;
  const stated = Number.parseInt(
    latin1(bytes.subarray(offset + SUM_AT, offset + SUM_AT + 8)).replace(/[\0 ]+/g, ''),
    8,
  );
  if (!Number.isFinite(stated)) return false;
  let sum = 0;
  for (let at = 0; at < BLOCK; at++) {
    sum += at >= SUM_AT && at < SUM_AT + 8 ? 0x20 : (bytes[offset + at] ?? 0);
  }
  return sum === stated;
}

/** The offset of the first tar header inside `bytes` whose checksum does not hold; null when all hold. */
export function tarFault(bytes: Uint8Array): number | null {
  let at = 0;
  while (at + BLOCK <= bytes.length && bytes[at] !== 0) {
    if (!isTarHeader(bytes, at)) return at;
    const size = Number.parseInt(latin1(bytes.subarray(at + 124, at + 136)).replace(/[\0 ]+/g, '') || '0', 8);
    if (!Number.isFinite(size)) return at;
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK;
  }
  return at > bytes.length + BLOCK ? bytes.length : null;
}
