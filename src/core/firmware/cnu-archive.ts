import { err, ok, type Result } from '../result.ts';
import { type FormatProblem, hasText, isZero, terminatedText, viewOf } from './bytes.ts';

/** One member of a CNU archive; raw blocks have no name. Offsets count from the archive's first byte. */
interface CnuMember {
  readonly name: string | null;
  readonly type: number;
  readonly offset: number;
  readonly sizeBytes: number;
  /** Seconds since the epoch, as stated. */
  readonly time: number;
}

/** The archive inside `jar`, `cnu`, `apps`, `dsp` and `cvm` files, all of whose invariants hold (firmware-files 4). */
export interface CnuArchive {
  readonly members: readonly CnuMember[];
  readonly contentOffset: number;
}

const CNU_MAGIC = 'CNU_File_Archive_3.0';
const TABLE = 0x248;
const RECORD = 20;
const NAMED = 7;
const RAW = 6;

/** Whether the bytes begin like a CNU archive. */
export function looksLikeCnu(bytes: Uint8Array): boolean {
  return hasText(bytes, 0, CNU_MAGIC);
}

/** Reads a CNU archive; `base` is its offset in the file, for messages. Linear in the number of bytes. */
export function parseCnuArchive(bytes: Uint8Array, base = 0): Result<CnuArchive, FormatProblem> {
  const broken = (offset: number, message: string) =>
    err<FormatProblem>({ code: 'cnu-damaged', offset: base + offset, message });
  if (bytes.length < TABLE) {
    const message = `the archive ends after ${bytes.length} bytes, inside its own header`;
    return err({ code: 'truncated', offset: base + bytes.length, message });
  }
  if (!looksLikeCnu(bytes)) return broken(0, 'the archive does not begin with CNU_File_Archive_3.0');
  if (!isZero(bytes, 0x14, 0x30)) return broken(0x14, 'bytes of the archive header that must be zero are not');
  if (!hasText(bytes, 0x38, CNU_MAGIC)) return broken(0x38, 'the second signature of the archive header is damaged');
  if (!isZero(bytes, 0x4c, TABLE)) return broken(0x4c, 'bytes of the archive header that must be zero are not');
  const view = viewOf(bytes);
  const count = view.getUint32(0x30);
  const content = view.getUint32(0x34);
  const names = TABLE + RECORD * count;
  if (names > content) return broken(0x30, `the archive states ${count} members, more than fit before its content`);
  if (content > bytes.length) {
    const message = `the archive ends after ${bytes.length} bytes; its content begins at ${content}`;
    return err({ code: 'truncated', offset: base + bytes.length, message });
  }
  const members: CnuMember[] = [];
  let nameBytes = 0;
  let at = content;
  for (let k = 0; k < count; k++) {
    const record = TABLE + RECORD * k;
    const type = view.getUint32(record);
    const sizeBytes = view.getUint32(record + 8);
    const nameOffset = view.getUint32(record + 16);
    let name: string | null = null;
    if (type === RAW && nameOffset !== 0) return broken(record, `member ${k + 1} is a raw block, yet carries a name`);
    if (type === NAMED || nameOffset !== 0) {
      if (nameOffset < names || nameOffset >= content) {
        return broken(record + 16, `the name of member ${k + 1} lies outside the table of names`);
      }
      // The names fill their table exactly once, so reading stays linear however the offsets overlap.
      name = terminatedText(bytes, nameOffset, Math.min(content, nameOffset + content - names - nameBytes));
      if (name === null || name === '') return broken(nameOffset, `the name of member ${k + 1} is damaged`);
      if (!name.startsWith('/') || name.split('/').includes('..')) {
        return broken(nameOffset, `the name of member ${k + 1} is not a path inside the phone`);
      }
      nameBytes += name.length + 1;
    }
    members.push({ name, type, offset: at, sizeBytes, time: view.getUint32(record + 12) });
    at += sizeBytes;
  }
  if (names + nameBytes !== content) {
    return broken(0x34, `the content should begin at ${names + nameBytes}, but the archive states ${content}`);
  }
  if (at > bytes.length) {
    const message = `the archive should have ${at} bytes and has ${bytes.length}: its end is missing`;
    return err({ code: 'truncated', offset: base + bytes.length, message });
  }
  if (at < bytes.length) {
    const message = `${bytes.length - at === 1 ? '1 byte follows' : `${bytes.length - at} bytes follow`} the end of the archive`;
    return err({ code: 'appended', offset: base + at, message });
  }
  return ok({ members, contentOffset: content });
}

/** Members whose type no published packer writes; seen as a remark, not as damage (firmware-files 10). */
export function unknownMembers(archive: CnuArchive): number {
  return archive.members.filter((member) => member.type !== NAMED && member.type !== RAW).length;
}

/** 2003-01-01 and 2026-01-01 in seconds: genuine members lie between (firmware-files 4). */
const EARLIEST = 1_041_379_200;
const LATEST = 1_767_225_600;

/**
 * Members whose time lies outside 2003 to 2025; a remark, not damage. Time 0 is none: the first named member of jar, apps and
 * cvm archives has it in 17 of 18 archives of six genuine packages (P12, P13, P15, P16).
 */
export function oddTimes(archive: CnuArchive): number {
  return archive.members.filter(({ time }) => time !== 0 && (time < EARLIEST || time >= LATEST)).length;
}
