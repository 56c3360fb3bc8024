import { parseLoadName } from '../names/load-name.ts';
import { otherPhoneOf } from '../names/other-phones.ts';
import { hasText, latin1 } from './bytes.ts';
import { oddTimes, parseCnuArchive, unknownMembers } from './cnu-archive.ts';
import { type ContentKind, contentKind, tarFault } from './content-kind.ts';
import { type FindingCode, finding } from './finding.ts';
import { type Manifest, parseComponentName, parseManifest } from './manifest.ts';
import type { FirmwareFinding } from './package.ts';
import { parseRawImage, type RawImage } from './raw-image.ts';
import { parseSignedHeader } from './signed-header.ts';

/** What one file tells alone, as plain data; the hashes are added by the one who reads it. */
export interface FileFacts {
  /** As it is spelled on disk. */
  readonly name: string;
  readonly sizeBytes: number;
  readonly content: ContentKind;
  readonly header: { readonly name: string; readonly length: number; readonly signer: string | null } | null;
  readonly manifest: Manifest | null;
  readonly image: RawImage | null;
  readonly sha1: string | null;
  /** SHA-1 of what follows the header; of the whole file when it has none. */
  readonly payloadSha1: string | null;
  readonly findings: readonly FirmwareFinding[];
  /** Set where the file says of itself that `loadstep emulate firmware` wrote it: no real phone may be given it. */
  readonly isSynthetic?: true;
}

/** A compressed archive inside the file whose checksums tell whether its bytes are whole. */
export interface InnerArchive {
  readonly kind: 'gzip' | 'zip';
  readonly member: string;
  readonly offset: number;
  readonly sizeBytes: number;
}

export interface Inspection {
  readonly facts: FileFacts;
  readonly inner: readonly InnerArchive[];
}

/** Extensions of the files that phones of these families load. */
export const LOAD_FILE = /\.(loads|sbn|sb2|bin)$/i;
const MANIFEST = /\.loads$/i;

interface Work {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly findings: FirmwareFinding[];
  readonly inner: InnerArchive[];
  header: FileFacts['header'];
  manifest: Manifest | null;
  image: RawImage | null;
}

/** Looks at one load file: everything that can be told without other files and without Cisco's keys. */
export function inspectFile(name: string, bytes: Uint8Array): Inspection {
  const content = contentKind(bytes);
  const work: Work = { name, bytes, findings: [], inner: [], header: null, manifest: null, image: null };
  const other = otherPhoneOf(name);
  // How files of other phones are built is not known here, so nothing in them can be called damage.
  if (other !== null) add(work, 'unknown-load', null, otherPhoneText(name, other.other.phones));
  else if (content === 'signed') inspectSigned(work);
  else if (content === 'binary' && /\.bin$/i.test(name)) inspectImage(work, name, bytes, 0);
  else add(work, ...wrongContent(content, /\.bin$/i.test(name)));
  const { header, manifest, image, findings, inner } = work;
  const facts = {
    name,
    sizeBytes: bytes.length,
    content,
    header,
    manifest,
    image,
    sha1: null,
    payloadSha1: null,
    findings,
    ...(saysSynthetic(bytes) ? { isSynthetic: true as const } : {}),
  };
  return { facts, inner };
}

/** What synthetic images and lists say of themselves, for those who open one. */
const SYNTHETIC = 'written by loadstep';
/** Headers of real and synthetic files together take less, so that the words stand before here. */
const SYNTHETIC_BEFORE = 4096;

function saysSynthetic(bytes: Uint8Array): boolean {
  return latin1(bytes.subarray(0, SYNTHETIC_BEFORE)).includes(SYNTHETIC);
}

function otherPhoneText(name: string, phones: string): string {
  return `${name} is firmware of ${phones}, not of the phones that loadstep converts`;
}

function wrongContent(content: ContentKind, isBin: boolean): [FindingCode, number | null, string] {
  if (content === 'empty') return ['empty-file', null, 'the file is empty'];
  if (content === 'web-page') return ['web-page', 0, 'the file is a web page, not firmware: the download failed'];
  if (content === 'zip' || content === 'gzip' || content === 'tar') {
    return ['archive-inside', 0, `the file is a ${content} archive under the name of a load file`];
  }
  if (isBin)
    return ['image-damaged', 0, `the file holds ${content === 'text' ? 'plain text' : 'something else'}, not an image`];
  if (content === 'cnu') return ['not-signed', 0, 'the signed header was taken off this file'];
  if (content === 'text') return ['not-signed', 0, 'the file is plain text without a signed header'];
  return ['not-signed', 0, 'the file does not begin with a signed header'];
}

function inspectSigned(work: Work): void {
  const { name, bytes } = work;
  const parsed = parseSignedHeader(bytes);
  if (!parsed.ok) {
    add(work, parsed.error.code, parsed.error.offset, parsed.error.message);
    return;
  }
  const header = parsed.value;
  const other = otherPhoneOf(header.name);
  if (other !== null) {
    add(work, 'unknown-load', header.nameOffset, otherPhoneText(header.name, other.other.phones));
    return;
  }
  work.header = { name: header.name, length: header.length, signer: header.signer };
  if (header.name.toLowerCase() !== name.toLowerCase()) {
    add(work, 'renamed', header.nameOffset, `the file was made as ${header.name} and renamed to ${name}`);
  } else if (header.name !== name) {
    add(work, 'name-case', header.nameOffset, `the file was made as ${header.name}; only upper and lower case differ`);
  }
  const payload = bytes.subarray(header.length);
  if (payload.length === 0) {
    add(work, 'truncated', header.length, 'the file ends after its header');
    return;
  }
  // The inner name decides what the payload must be: a renamed file is judged for the renaming alone.
  const made = header.name;
  if (MANIFEST.test(made)) inspectManifest(work, payload, header.length);
  else if (parseComponentName(made) !== null) inspectCnu(work, made, payload, header.length);
  else if (parseLoadName(made).ok) inspectImage(work, made, payload, header.length);
  else add(work, 'unknown-kind', header.nameOffset, `${made} is not a file of a load that loadstep knows`);
}

function inspectManifest(work: Work, payload: Uint8Array, base: number): void {
  const parsed = parseManifest(payload, base);
  if (!parsed.ok) {
    add(work, parsed.error.code, parsed.error.offset, parsed.error.message);
    return;
  }
  work.manifest = parsed.value;
  const last = payload.at(-1);
  // Every list that was read ends in a line end (legacy-79x0 1.4, java-phones 1.4).
  if (last !== 0x0a) {
    add(
      work,
      'truncated',
      base + payload.length,
      'the list of files does not end in a line end: its end is missing or changed',
    );
  }
  const { files, lines } = parsed.value;
  if (files.some((file) => parseComponentName(file) !== null) && lines.lf > 0) {
    add(work, 'text-mode', base, 'the lines of the list end in LF alone; as made they end in CR LF');
  }
}

function inspectCnu(work: Work, made: string, payload: Uint8Array, base: number): void {
  const parsed = parseCnuArchive(payload, base);
  if (!parsed.ok) {
    // One source describes another format for the 7931; the files of it that were read are CNU archives as well.
    const is7931 = parseComponentName(made)?.family === '31' && !hasText(payload, 0, 'CNU');
    if (is7931) return;
    add(work, isTextModeExcess(payload) ? 'text-mode' : parsed.error.code, parsed.error.offset, parsed.error.message);
    return;
  }
  const odd = oddTimes(parsed.value);
  if (odd > 0) add(work, 'odd-time', base + 0x248, `${odd} members of the archive carry a time outside 2003 to 2025`);
  const unknown = unknownMembers(parsed.value);
  if (unknown > 0) add(work, 'odd-member', base + 0x248, `${unknown} members of the archive are of an unknown type`);
  for (const member of parsed.value.members) {
    const label = member.name ?? 'a raw block';
    const bytes = payload.subarray(member.offset, member.offset + member.sizeBytes);
    const place = { member: label, offset: base + member.offset, sizeBytes: member.sizeBytes };
    if (bytes[0] === 0x1f && bytes[1] === 0x8b && bytes[2] === 8) work.inner.push({ kind: 'gzip', ...place });
    else if (hasText(bytes, 0, 'PK\x03\x04')) work.inner.push({ kind: 'zip', ...place });
    else if (label.endsWith('.tar') && hasText(bytes, 257, 'ustar')) {
      const at = tarFault(bytes);
      if (at !== null)
        add(work, 'inner-crc', place.offset + at, `a checksum inside ${label} does not hold: bytes of it changed`);
    }
  }
}

/** Whether CR stands before every LF, which bytes of a program never show by chance. */
function isTextModeExcess(payload: Uint8Array): boolean {
  let pairs = 0;
  for (let at = 0; at < payload.length; at++) {
    if (payload[at] !== 0x0a) continue;
    if (payload[at - 1] !== 0x0d) return false;
    pairs++;
  }
  return pairs > 0;
}

function inspectImage(work: Work, made: string, payload: Uint8Array, base: number): void {
  const parsed = parseRawImage(payload, base);
  if (!parsed.ok) {
    add(work, parsed.error.code, parsed.error.offset, parsed.error.message);
    return;
  }
  work.image = parsed.value;
  const { name } = parsed.value;
  const stem = made.replace(LOAD_FILE, '');
  // Only images of 7.x and later are known to have their name here; others may hold anything.
  if (name !== null && parseLoadName(name).ok && name.toLowerCase() !== stem.toLowerCase()) {
    add(work, 'renamed', base + 0x20, `the image inside calls itself ${name}, not ${stem}`);
  }
  if (payload.length % 2 === 1) {
    add(
      work,
      'odd-size',
      null,
      `the image has an odd number of bytes (${payload.length}); every known image has an even one`,
    );
  }
}

function add(work: Work, code: FindingCode, offset: number | null, message: string): void {
  work.findings.push(finding(code, work.name, offset, message));
}
