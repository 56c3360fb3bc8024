import { crc32, deflateRawSync, gzipSync } from 'node:zlib';
import { ascii, cat, type Files, signed } from './builders.ts';

/** One member of an archive as a test wants it, honest or not. */
export interface TestMember {
  readonly path: string;
  readonly content?: Uint8Array;
  /** tar type flag: `0` file, `1` hard link, `2` symbolic link, `3` device, `5` folder. */
  readonly type?: string;
  readonly link?: string;
  /** For ZIP: Unix mode of the entry. */
  readonly mode?: number;
  /** For ZIP: bit 0 set. */
  readonly isEncrypted?: boolean;
  /** For ZIP: a CRC-32 other than that of the content. */
  readonly crc?: number;
  /** For ZIP: a compression method that is not deflate. */
  readonly method?: number;
}

export function membersOf(files: Files, folder = ''): TestMember[] {
  return Object.entries(files).map(([name, content]) => ({ path: folder + name, content }));
}

function octal(value: number, width: number): Uint8Array {
  return ascii(`${value.toString(8).padStart(width - 1, '0')}\0`);
}

function tarHeader(member: TestMember): Uint8Array {
  const header = new Uint8Array(512);
  header.set(ascii(member.path).subarray(0, 100), 0);
  header.set(octal(0o644, 8), 100);
  header.set(octal(0, 8), 108);
  header.set(octal(0, 8), 116);
  header.set(octal(member.content?.length ?? 0, 12), 124);
  header.set(octal(0, 12), 136);
  header.fill(0x20, 148, 156);
  header.set(ascii(member.type ?? '0'), 156);
  header.set(ascii(member.link ?? ''), 157);
  header.set(ascii('ustar\u000000'), 257);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.set(ascii(`${sum.toString(8).padStart(6, '0')}\0 `), 148);
  return header;
}

export function tar(members: readonly TestMember[]): Uint8Array {
  const blocks = members.flatMap((member) => {
    const content = member.content ?? new Uint8Array();
    return [tarHeader(member), content, new Uint8Array((512 - (content.length % 512)) % 512)];
  });
  return cat(...blocks, new Uint8Array(1024));
}

function le16(value: number): number[] {
  return [value & 255, (value >>> 8) & 255];
}

function le32(value: number): number[] {
  return [...le16(value & 0xffff), ...le16(value >>> 16)];
}

export function zip(members: readonly TestMember[]): Uint8Array {
  const locals: Uint8Array[] = [];
  const central: Uint8Array[] = [];
  let at = 0;
  for (const member of members) {
    const content = member.content ?? new Uint8Array();
    const packed = new Uint8Array(deflateRawSync(content));
    const name = ascii(member.path);
    const flags = le16(member.isEncrypted === true ? 1 : 0);
    const sum = le32(member.crc ?? crc32(content));
    const common = [
      ...flags,
      ...le16(member.method ?? 8),
      ...le32(0),
      ...sum,
      ...le32(packed.length),
      ...le32(content.length),
      ...le16(name.length),
      ...le16(0),
    ];
    const local = cat(ascii('PK\x03\x04'), le16(20), common, name, packed);
    const mode = le32(((member.mode ?? 0o100644) << 16) >>> 0);
    central.push(cat(ascii('PK\x01\x02'), [20, 3], le16(20), common, le16(0), le16(0), le16(0), mode, le32(at), name));
    locals.push(local);
    at += local.length;
  }
  const directory = cat(...central);
  const count = le16(members.length);
  const end = cat(ascii('PK\x05\x06'), le16(0), le16(0), count, count, le32(directory.length), le32(at), le16(0));
  return cat(...locals, directory, end);
}

export function gzip(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(gzipSync(bytes));
}

/** A CUCM installer package: signed header, then gzip of tar; with a gzip magic planted in the signature. */
export function cop(name: string, members: readonly TestMember[]): Uint8Array {
  const signature = new Uint8Array(256).fill(0xa5);
  signature.set([0x1f, 0x8b, 0x08, 0x00], 80);
  return signed(name, gzip(tar(members)), { signature });
}
