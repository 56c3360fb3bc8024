import { err, ok, type Result } from '../result.ts';
import { type FormatProblem, type FormatProblemCode, terminatedText, viewOf } from './bytes.ts';

/**
 * The header in front of `.sbn`, `.sb2`, `.loads` and signed `.cop` files (firmware-files 1): records of tag, length and
 * value. Nothing in it proves who signed: the signer's names are the same placeholders in every file seen.
 */
export interface SignedHeader {
  readonly version: readonly [number, number];
  /** Bytes from the beginning of the file to the first byte of the payload. */
  readonly length: number;
  readonly signer: string | null;
  readonly issuer: string | null;
  /** 1 SHA-1, 2 SHA-256, 3 SHA-512. */
  readonly hashAlgorithm: number | null;
  readonly signatureOffset: number;
  readonly signatureLength: number;
  /** The file's own name with its extension, as it was signed. */
  readonly name: string;
  readonly nameOffset: number;
}

const TAG = { version: 1, length: 2, signer: 4, issuer: 6, hash: 8, modulus: 11, signature: 12, padding: 13, name: 14 };
const CONTAINERS: ReadonlySet<number> = new Set([3, 7, 9]);
/** Tags of firmware, configuration and trust-list headers (firmware-files 1.2); 15 is a timestamp, 28 a signer version. */
const KNOWN_TAGS: ReadonlySet<number> = new Set([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 14, 15, 28]);
/** Signature bytes by modulus size code: 512, 1024, 2048, 4096 bit. */
const SIGNATURE_BYTES: readonly number[] = [64, 128, 256, 512];
const PREFIX = [0x01, 0x00, 0x02, -1, -1, 0x02, 0x00, 0x02];

/** Whether the bytes begin like a signed header of any kind. */
export function looksSigned(bytes: Uint8Array): boolean {
  return bytes.length >= 10 && PREFIX.every((expected, at) => expected < 0 || bytes[at] === expected);
}

/** The header length that a signed file states, when it begins like one; null otherwise. */
export function statedHeaderLength(bytes: Uint8Array): number | null {
  return looksSigned(bytes) ? viewOf(bytes).getUint16(8) : null;
}

interface Walk {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  signer: string | null;
  issuer: string | null;
  hashAlgorithm: number | null;
  modulusCode: number | null;
  signature: { offset: number; length: number } | null;
  name: { text: string; offset: number } | null;
}

/**
 * Walks every record of the header; the layout is never taken from fixed offsets. `sizeBytes` is the whole file's size
 * when `bytes` is only its beginning.
 */
export function parseSignedHeader(
  bytes: Uint8Array,
  sizeBytes: number = bytes.length,
): Result<SignedHeader, FormatProblem> {
  if (!looksSigned(bytes)) return problem('not-signed', 0, 'the file does not begin with a signed header');
  const view = viewOf(bytes);
  const length = view.getUint16(8);
  if (length > sizeBytes) {
    return problem('truncated', sizeBytes, `the file ends inside its header, which states ${length} bytes`);
  }
  if (length > bytes.length) return problem('truncated', bytes.length, 'too few bytes were read to hold the header');
  const walk: Walk = {
    bytes,
    view,
    signer: null,
    issuer: null,
    hashAlgorithm: null,
    modulusCode: null,
    signature: null,
    name: null,
  };
  const fault = walkHeader(walk, length);
  if (fault !== null) return err(isTextMode(bytes, length) ? textMode(fault) : fault);
  return finish(walk, length);
}

/** Top level: records, then at most three padding bytes that end exactly at the stated length. */
function walkHeader(walk: Walk, length: number): FormatProblem | null {
  let at = 10;
  while (at < length) {
    const tag = walk.bytes[at];
    if (tag === TAG.padding && walk.name !== null) return paddingFault(walk.bytes, at, length);
    if (walk.name !== null && !KNOWN_TAGS.has(tag ?? 0)) {
      if (length - at <= 3) return paddingFault(walk.bytes, at, length);
      return fault('header-length', at, `the header states ${length} bytes, but its records end at ${at}`);
    }
    const next = walkRecord(walk, at, length);
    if (typeof next !== 'number') return next;
    at = next;
  }
  return length % 4 === 0 ? null : fault('header-length', 8, `the header length ${length} is not a multiple of 4`);
}

function paddingFault(bytes: Uint8Array, start: number, length: number): FormatProblem | null {
  for (let at = start; at < length; at++) {
    if (bytes[at] === TAG.padding) continue;
    // Records and padding end at a multiple of 4; what follows there is payload, so the stated length is wrong.
    return at > start && at % 4 === 0
      ? fault('header-length', at, `the header states ${length} bytes, but its records end at ${at}`)
      : fault('header-damaged', at, 'a padding byte of the header is not 0D');
  }
  if (length - start > 3)
    return fault('header-length', 8, `the header ends in ${length - start} padding bytes, not 0 to 3`);
  return length % 4 === 0 ? null : fault('header-length', 8, `the header length ${length} is not a multiple of 4`);
}

/** One record, containers walked inside; gives the offset behind it, or the fault. */
function walkRecord(walk: Walk, at: number, end: number): number | FormatProblem {
  const tag = walk.bytes[at] ?? 0;
  if (!KNOWN_TAGS.has(tag)) return fault('header-damaged', at, `the header holds an unknown record ${hex(tag)}`);
  if (at + 3 > end) return fault('header-damaged', at, 'a record of the header is cut off');
  const size = walk.view.getUint16(at + 1);
  const start = at + 3;
  const stop = start + size;
  if (stop > end) {
    // A length that runs past the end of the records betrays a header length that is too small as well.
    const code = tag === TAG.name ? 'header-length' : 'header-damaged';
    return fault(code, at, `record ${hex(tag)} of the header states ${size} bytes and runs past its end`);
  }
  if (CONTAINERS.has(tag)) {
    let inside = start;
    while (inside < stop) {
      const next = walkRecord(walk, inside, stop);
      if (typeof next !== 'number') return next;
      inside = next;
    }
    return stop;
  }
  return keep(walk, tag, start, size) ?? stop;
}

function keep(walk: Walk, tag: number, start: number, size: number): FormatProblem | null {
  const stop = start + size;
  if (tag === TAG.signature) walk.signature = { offset: start, length: size };
  else if (tag === TAG.hash) walk.hashAlgorithm = size === 1 ? walk.view.getUint8(start) : null;
  else if (tag === TAG.modulus) walk.modulusCode = size === 1 ? walk.view.getUint8(start) : null;
  else if (tag === TAG.signer || tag === TAG.issuer || tag === TAG.name) {
    const text = terminatedText(walk.bytes, start, stop);
    // The length counts the one NUL at the end (firmware-files 1.1).
    if (text === null || text.length + 1 !== size) {
      return fault('header-damaged', start, `the text of record ${hex(tag)} in the header is damaged`);
    }
    if (tag === TAG.signer) walk.signer = text;
    else if (tag === TAG.issuer) walk.issuer = text;
    else walk.name = { text, offset: start };
  }
  return null;
}

function finish(walk: Walk, length: number): Result<SignedHeader, FormatProblem> {
  const { signature, name, modulusCode } = walk;
  if (signature === null) return problem('signature-length', 10, 'the header holds no signature');
  const expected = modulusCode === null ? undefined : SIGNATURE_BYTES[modulusCode];
  if (expected === undefined) return problem('header-damaged', 10, 'the header names no known key size');
  if (signature.length !== expected) {
    const words = `the signature has ${signature.length} bytes where its key size asks for ${expected}`;
    return problem('signature-length', signature.offset, words);
  }
  if (name === null || name.text === '') return problem('name-missing', length, 'the header holds no file name');
  return ok({
    version: [walk.bytes[3] ?? 0, walk.bytes[4] ?? 0],
    length,
    signer: walk.signer,
    issuer: walk.issuer,
    hashAlgorithm: walk.hashAlgorithm,
    signatureOffset: signature.offset,
    signatureLength: signature.length,
    name: name.text,
    nameOffset: name.offset,
  });
}

/**
 * Record 0A (signature algorithm, one byte 0) is in every header, so a transfer that writes CR before every LF always
 * leaves `0D 0A 00 01 00` here.
 */
function isTextMode(bytes: Uint8Array, length: number): boolean {
  const end = Math.min(length + 256, bytes.length) - 4;
  for (let at = 10; at < end; at++) {
    if (bytes[at] !== 0x0d || bytes[at + 1] !== 0x0a) continue;
    if (bytes[at + 2] === 0 && bytes[at + 3] === 1 && bytes[at + 4] === 0) return true;
  }
  return false;
}

function textMode(found: FormatProblem): FormatProblem {
  return { ...found, code: 'text-mode', message: 'CR was written before LF: the file was transferred in text mode' };
}

function hex(tag: number): string {
  return tag.toString(16).toUpperCase().padStart(2, '0');
}

function fault(code: FormatProblemCode, offset: number, message: string): FormatProblem {
  return { code, offset, message };
}

function problem(code: FormatProblemCode, offset: number, message: string): { ok: false; error: FormatProblem } {
  return err(fault(code, offset, message));
}
