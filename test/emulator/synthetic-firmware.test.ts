import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32, gunzipSync, inflateRawSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { AppError } from '../../src/core/errors.ts';
import { cnuArchive } from '../../src/emulator/firmware/cnu-archive.ts';
import { readRawImage } from '../../src/emulator/firmware/raw-image.ts';
import { readSyntheticSignature, signedFile } from '../../src/emulator/firmware/signed-header.ts';
import {
  DEFAULT_RELEASES,
  syntheticPackage,
  writeSyntheticFirmware,
} from '../../src/emulator/firmware/synthetic-firmware.ts';

let out: string;
beforeEach(async () => {
  out = await mkdtemp(join(tmpdir(), 'loadstep-firmware-'));
});
afterEach(() => rm(out, { recursive: true, force: true }));

const headerLength = (file: Buffer) => file.readUInt16BE(8);
const payloadOf = (file: Buffer) => file.subarray(headerLength(file));
const fileOf = (load: string, name: string) => {
  const found = syntheticPackage(load).find((file) => file.name === name);
  if (found === undefined) throw new Error(`${load} has no ${name}`);
  return found.content;
};

test('the worked example of the format notes comes out byte for byte', () => {
  const payload = cnuArchive(
    [
      { name: '/etc/demo.txt', content: Buffer.from('hello\n') },
      { name: '/ubin/demo', content: Buffer.from('deadbeef', 'hex') },
    ],
    0x50000000,
  );
  const file = signedFile('demo41.1-0-0-1.sbn', payload, Buffer.alloc(256, 0xa5));
  expect(payload.length).toBe(659);
  expect(file.length).toBe(1063);
  expect(createHash('sha1').update(file).digest('hex')).toBe('77639de2e176cdad117b32d3286c575abc7463f8');
});

test('every package gets a folder named after its load, with the files that were announced', async () => {
  const written = await writeSyntheticFirmware({ out });
  expect(written.map((one) => one.load)).toEqual([...DEFAULT_RELEASES]);
  expect((await readdir(out)).sort()).toEqual([...DEFAULT_RELEASES].sort());
  for (const one of written) {
    expect((await readdir(one.folder)).sort()).toEqual(one.files.map((file) => file.name).sort());
    for (const file of one.files) {
      const content = await readFile(join(one.folder, file.name));
      expect(content.length).toBe(file.bytes);
      expect(createHash('sha1').update(content).digest('hex')).toBe(file.sha1);
    }
  }
});

test.each([
  ['P00303030300', ['P00303030300.bin']],
  ['P0S30202', ['P0S30202.bin']],
  ['P0S3-04-4-00', ['P0S3-04-4-00.bin']],
  ['P0S3-06-3-00', ['P0S3-06-3-00.bin', 'P0S3-06-3-00.sbn']],
  [
    'P0S3-07-4-00',
    ['P003-07-4-00.bin', 'P003-07-4-00.sbn', 'P0S3-07-4-00.bin', 'P0S3-07-4-00.loads', 'P0S3-07-4-00.sb2'],
  ],
  ['P0S3-08-11-00', ['P003-08-11-00.bin', 'P003-08-11-00.sbn', 'P0S3-08-11-00.loads', 'P0S3-08-11-00.sb2']],
  ['P0S3-8-12-00', ['P003-8-12-00.bin', 'P003-8-12-00.sbn', 'P0S3-8-12-00.loads', 'P0S3-8-12-00.sb2']],
  ['P0030801SR02', ['P0030801SR02.bin', 'P0030801SR02.loads', 'P0030801SR02.sb2', 'P0030801SR02.sbn']],
])('%s holds the files its generation has', (load, names) => {
  expect(
    syntheticPackage(load)
      .map((file) => file.name)
      .sort(),
  ).toEqual(names);
});

test('the signed loader without its header is the unsigned one, and carries its name and platform', () => {
  const unsigned = fileOf('P0S3-8-12-00', 'P003-8-12-00.bin');
  const signed = fileOf('P0S3-8-12-00', 'P003-8-12-00.sbn');
  expect(headerLength(signed)).toBe(404);
  expect(payloadOf(signed).equals(unsigned)).toBe(true);
  expect(readRawImage(unsigned)).toEqual({ load: 'P003-8-12-00', platform: 'PAS30830' });
  expect(readRawImage(payloadOf(fileOf('P0S3-8-12-00', 'P0S3-8-12-00.sb2')))?.platform).toBe('PAS3ARM1');
  expect(unsigned.readUInt32LE(0) >>> 24).toBe(0xea);
});

test('a 79x0 manifest has three lines, LF from 8.x on and CRLF before', () => {
  const text = (load: string) => payloadOf(fileOf(load, `${load}.loads`)).toString('latin1');
  expect(text('P0S3-8-12-00')).toBe('P003-8-12-00.sbn\nP0S3-8-12-00.sb2\nLA_VERSION=PAS30830\n');
  expect(fileOf('P0S3-8-12-00', 'P0S3-8-12-00.loads').length).toBe(404 + 54);
  expect(text('P0S3-07-5-00')).toBe('P003-07-5-00.sbn\r\nP0S3-07-5-00.sb2\r\nLA_VERSION=PAS3X060\r\n');
  expect(text('P0030801SR02')).toBe('P0030801SR02.sbn\nP0030801SR02.sb2\nLA_VERSION=PAS30831\n');
});

test('a Java package lists five archives with the build label and marks the hardware it covers', () => {
  const files = syntheticPackage('SIP42.9-3-1SR4-1S');
  expect(files.map((file) => file.name)).toEqual([
    'jar42sip.9-3-1ES26.sbn',
    'cnu42.9-3-1ES26.sbn',
    'apps42.9-3-1ES26.sbn',
    'dsp42.9-3-1ES26.sbn',
    'cvm42sip.9-3-1ES26.sbn',
    'SIP42.9-3-1SR4-1S.loads',
    'term42.default.loads',
    'term62.default.loads',
  ]);
  const lines = payloadOf(fileOf('SIP42.9-3-1SR4-1S', 'term42.default.loads')).toString('latin1').split('\r\n');
  expect(lines.slice(2)).toEqual([
    '# RELEASE load version 9-3-1ES26',
    '#',
    '#HARDWARE_COMP_1 5',
    '',
    'jar42sip.9-3-1ES26.sbn',
    'cnu42.9-3-1ES26.sbn',
    'apps42.9-3-1ES26.sbn',
    'dsp42.9-3-1ES26.sbn ',
    'cvm42sip.9-3-1ES26.sbn ',
    '',
  ]);
  const without = payloadOf(fileOf('SIP41.9-2-1S', 'SIP41.9-2-1S.loads')).toString('latin1');
  expect(without).not.toContain('HARDWARE_COMP_1');
});

test('loads up to 8.5(2) are signed with the old key, later ones with the new', () => {
  const keyOf = (load: string) => {
    const file = fileOf(load, `${load}.loads`);
    return readSyntheticSignature(file.subarray(0x7d, 0x17d))?.key;
  };
  expect(keyOf('SIP11.8-2-2S')).toBe('old');
  expect(keyOf('SCCP42.8-5-2S')).toBe('old');
  expect(keyOf('SCCP42.8-5-2SR1S')).toBe('new');
  expect(keyOf('SIP42.9-3-1SR4-1S')).toBe('new');
  expect(keyOf('P0S3-08-11-00')).toBe('legacy');
});

test('SIP11 8.2(2) has the trap of the capital J: the manifest and the disk differ in case', () => {
  const names = syntheticPackage('SIP11.8-2-2S').map((file) => file.name);
  const manifest = payloadOf(fileOf('SIP11.8-2-2S', 'term11.default.loads')).toString('latin1');
  expect(names).toContain('jar11sip.8-2-2ES4.sbn');
  expect(manifest).toContain('\r\nJar11sip.8-2-2ES4.sbn\r\n');
});

test('archives are CNU archives of exact length, with gzip and ZIP members whose checksums hold', () => {
  const members = (name: string) => {
    const archive = payloadOf(fileOf('SIP42.9-3-1SR4-1S', name));
    expect(archive.subarray(0, 20).toString('latin1')).toBe('CNU_File_Archive_3.0');
    let at = archive.readUInt32BE(0x34);
    const found = new Map<string, Buffer>();
    for (let k = 0; k < archive.readUInt32BE(0x30); k++) {
      const entry = 0x248 + 20 * k;
      const nameAt = archive.readUInt32BE(entry + 16);
      const end = at + archive.readUInt32BE(entry + 8);
      found.set(archive.subarray(nameAt, archive.indexOf(0, nameAt)).toString('latin1'), archive.subarray(at, end));
      at = end;
    }
    expect(at).toBe(archive.length);
    return found;
  };
  const cnz = members('cvm42sip.9-3-1ES26.sbn').get('/ubin/synthcvm.cnz') ?? Buffer.alloc(0);
  expect(gunzipSync(cnz).subarray(0, 4).toString('hex')).toBe('deadbeef');
  const jar = members('jar42sip.9-3-1ES26.sbn').get('/ubin/synth.jar') ?? Buffer.alloc(0);
  expect(jar.subarray(0, 4).toString('latin1')).toBe('PK\x03\x04');
  const packed = jar.subarray(30 + jar.readUInt16LE(26), 30 + jar.readUInt16LE(26) + jar.readUInt32LE(18));
  expect(crc32(inflateRawSync(packed))).toBe(jar.readUInt32LE(14));
  expect(jar.readUInt32LE(jar.length - 22)).toBe(0x06054b50);
});

test('nothing in a synthetic file claims Cisco as its signer', () => {
  for (const load of DEFAULT_RELEASES) {
    for (const file of syntheticPackage(load)) {
      expect(file.content.includes('someSigner'), file.name).toBe(false);
      expect(file.content.toString('latin1').toLowerCase().includes('cisco'), file.name).toBe(false);
    }
  }
});

test('real sizes are those of real files', () => {
  const sizes = new Map(syntheticPackage('P0S3-8-12-00', 'real').map((file) => [file.name, file.content.length]));
  expect(sizes.get('P003-8-12-00.bin')).toBe(130_552);
  expect(sizes.get('P003-8-12-00.sbn')).toBe(130_956);
  expect(sizes.get('P0S3-8-12-00.sb2')).toBe(756_524);
  expect(syntheticPackage('SIP42.9-3-1SR4-1S', 'real')[2]?.content.length).toBeGreaterThan(4_600_000);
});

test('a name that is no load is refused with a way out, before anything is written', async () => {
  await expect(writeSyntheticFirmware({ out, releases: ['P0S3-08-11-00', 'banana'] })).rejects.toThrow(AppError);
  expect(await readdir(out)).toEqual([]);
});
