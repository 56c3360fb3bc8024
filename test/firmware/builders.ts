/** Builds files with the structure of firmware and no byte of it, straight from the published layout. */

const enc = new TextEncoder();

export function cat(...parts: readonly (Uint8Array | readonly number[])[]): Uint8Array {
  const all = parts.map((part) => (part instanceof Uint8Array ? part : Uint8Array.from(part)));
  const bytes = new Uint8Array(all.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of all) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

export function ascii(text: string): Uint8Array {
  return enc.encode(text);
}

function u16(value: number): number[] {
  return [(value >> 8) & 255, value & 255];
}

function u32(value: number): number[] {
  return [(value >>> 24) & 255, (value >>> 16) & 255, (value >>> 8) & 255, value & 255];
}

function record(tag: number, value: Uint8Array | readonly number[]): Uint8Array {
  return cat([tag, ...u16(value.length)], value);
}

const TEST_SIGNER = 'CN=testSigner;OU=someOrgUnit;O=someOrg';
export const CISCO_SIGNER = 'CN=someSigner;OU=someOrgUnit;O=someOrg';

export interface HeaderOptions {
  readonly signer?: string;
  readonly signature?: Uint8Array;
  readonly modulusCode?: number;
}

export function signedHeader(name: string, options: HeaderOptions = {}): Uint8Array {
  const signer = cat(
    record(4, ascii(`${options.signer ?? TEST_SIGNER}\0`)),
    record(5, [0x12, 0x34, 0x56, 0x78, 0x90, 0xab, 0xcd, 0xef]),
    record(6, ascii('CN=someCA;OU=someOrgUnit;O=someOrg\0')),
  );
  const info = cat(record(8, [1]), record(9, cat(record(10, [0]), record(11, [options.modulusCode ?? 2]))));
  const signature = options.signature ?? new Uint8Array(256).fill(0xa5);
  const body = cat(record(3, signer), record(7, info), record(12, signature), record(14, ascii(`${name}\0`)));
  const bare = 10 + body.length;
  const length = Math.ceil(bare / 4) * 4;
  return cat([1, 0, 2, 1, 1, 2, 0, 2, ...u16(length)], body, new Array(length - bare).fill(0x0d));
}

export function signed(name: string, payload: Uint8Array, options: HeaderOptions = {}): Uint8Array {
  return cat(signedHeader(name, options), payload);
}

export interface Member {
  readonly name: string | null;
  readonly content: Uint8Array;
  readonly time?: number;
}

export function cnu(members: readonly Member[]): Uint8Array {
  const names = members.map((member) => (member.name === null ? new Uint8Array() : ascii(`${member.name}\0`)));
  const tableEnd = 0x248 + 20 * members.length;
  const content = tableEnd + names.reduce((sum, name) => sum + name.length, 0);
  let nameAt = tableEnd;
  const table = members.map((member, k) => {
    const at = member.name === null ? 0 : nameAt;
    nameAt += names[k]?.length ?? 0;
    const type = member.name === null ? 6 : 7;
    return Uint8Array.from([type, 2, member.content.length, member.time ?? 0x50000000, at].flatMap(u32));
  });
  const magic = ascii('CNU_File_Archive_3.0');
  return cat(
    magic,
    new Uint8Array(28),
    u32(members.length),
    u32(content),
    magic,
    new Uint8Array(508),
    ...table,
    ...names,
    ...members.map((member) => member.content),
  );
}

/** The demo file of the worked example. */
export function demoFile(): Uint8Array {
  const payload = cnu([
    { name: '/etc/demo.txt', content: ascii('hello\n') },
    { name: '/ubin/demo', content: Uint8Array.from([0xde, 0xad, 0xbe, 0xef]) },
  ]);
  return signed('demo41.1-0-0-1.sbn', payload);
}

/** Bytes that look like nothing, the same for the same seed. */
export function noise(size: number, seed: number): Uint8Array {
  const bytes = new Uint8Array(size);
  let state = seed * 2654435761 + 1;
  for (let at = 0; at < size; at++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    bytes[at] = state >>> 24;
  }
  return bytes;
}

export function rawImage(name: string, platform: string, size = 2048, seed = name.length): Uint8Array {
  const bytes = noise(size, seed);
  bytes.set([0x06, 0x00, 0x00, 0xea], 0);
  bytes.fill(0, 0x20, 0x130);
  bytes.set(ascii(name), 0x20);
  bytes.set(ascii(platform), 0x120);
  return bytes;
}

export type Files = Record<string, Uint8Array>;

/** A 7940/7960 load of the last generation: loader, signed loader, application, list. */
export function legacyPackage(load: string, loader: string, options: HeaderOptions & { crlf?: boolean } = {}): Files {
  const end = options.crlf === true ? '\r\n' : '\n';
  const image = rawImage(loader, 'PAS30830', 2048, 7);
  const list = `${loader}.sbn${end}${load}.sb2${end}LA_VERSION=PAS30830${end}`;
  return {
    [`${load}.loads`]: signed(`${load}.loads`, ascii(list), options),
    [`${loader}.sbn`]: signed(`${loader}.sbn`, image, options),
    [`${loader}.bin`]: image,
    [`${load}.sb2`]: signed(`${load}.sb2`, rawImage(load, 'PAS3ARM1', 4096, 9), options),
  };
}

const TERMS: Record<string, string[]> = {
  '11': ['06', '11'],
  '31': ['31'],
  '41': ['41', '61'],
  '42': ['42', '62'],
  '45': ['45', '65'],
  '70': ['70', '71'],
  '75': ['75'],
};

export interface JavaOptions extends HeaderOptions {
  /** Replaces the member contents of one component. */
  readonly members?: Readonly<Record<string, readonly Member[]>>;
  /** Spells the archive of `jar` as some manifests do. */
  readonly jarPrefix?: string;
  readonly seed?: number;
}

export function javaNames(family: string, protocol: string, build: string, jarPrefix = 'jar'): string[] {
  const tag = protocol.toLowerCase();
  return [
    `${jarPrefix}${family}${tag}.${build}.sbn`,
    `cnu${family}.${build}.sbn`,
    `apps${family}.${build}.sbn`,
    `dsp${family}.${build}.sbn`,
    `cvm${family}${tag}.${build}.sbn`,
  ];
}

export function javaManifest(names: readonly string[], build: string): Uint8Array {
  const [jar, cnuName, apps, dsp, cvm] = names;
  const head = `#\r\n# Files of a phone load\r\n# RELEASE load version ${build}\r\n#\r\n#HARDWARE_COMP_1 5\r\n\r\n`;
  return ascii(`${head}${jar}\r\n${cnuName}\r\n${apps}\r\n${dsp} \r\n${cvm} \r\n`);
}

/** A Java load: manifest, five archives, one term file for each model number. */
export function javaPackage(load: string, build: string, options: JavaOptions = {}): Files {
  const match = /^(SIP|SCCP)(\d\d)\./.exec(load);
  const [, protocol = 'SIP', family = '42'] = match ?? [];
  const names = javaNames(family, protocol, build, options.jarPrefix);
  const files: Files = {};
  for (const [k, name] of names.entries()) {
    const component = /^[A-Za-z]+/.exec(name)?.[0].toLowerCase().replace('sip', '') ?? '';
    const members = options.members?.[component] ?? [
      { name: `/etc/${component}.txt`, content: ascii(`${component}\n`) },
      { name: `/ubin/${component}`, content: noise(600 + k * 10, (options.seed ?? 1) * 10 + k) },
      { name: null, content: noise(100, k + 99) },
    ];
    files[name] = signed(name, cnu(members), options);
  }
  const list = javaManifest(names, build);
  files[`${load}.loads`] = signed(`${load}.loads`, list, options);
  for (const term of TERMS[family] ?? []) {
    files[`term${term}.default.loads`] = signed(`term${term}.default.loads`, list, options);
  }
  return files;
}

/** CR before every LF, as FTP in text mode writes it. */
export function textMode(bytes: Uint8Array): Uint8Array {
  return Uint8Array.from([...bytes].flatMap((byte) => (byte === 10 ? [13, 10] : [byte])));
}
