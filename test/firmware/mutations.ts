import { membersOf, tar, zip } from './archives.ts';
import {
  ascii,
  cat,
  cnu,
  demoFile,
  javaManifest,
  javaNames,
  javaPackage,
  legacyPackage,
  rawImage,
  signed,
} from './builders.ts';

/** Random numbers that depend on the seed alone (mulberry32). */
export function randomOf(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 4294967296) * below);
  };
}

/** Every kind of file that the parsers know, with the name it carries. */
export const CORPUS: readonly (readonly [string, Uint8Array])[] = [
  ['demo41.1-0-0-1.sbn', demoFile()],
  ...Object.entries(javaPackage('SIP42.9-4-2SR3-1S', '9-4-2ES26')),
  ...Object.entries(legacyPackage('P0S3-8-12-00', 'P003-8-12-00')),
  ['P0S3-05-3-00.bin', rawImage('P0S3-05-3-00', 'PAS3ARM1', 600)],
  ['apps42.1.sbn', signed('apps42.1.sbn', cnu([{ name: '/a.tar', content: tar(membersOf({ x: ascii('x') })) }]))],
  ['jar42.1.sbn', signed('jar42.1.sbn', cnu([{ name: '/a.jar', content: zip(membersOf({ x: ascii('x') })) }]))],
  ['cnu42.1.sbn', cnu([{ name: null, content: ascii('raw') }])],
  ['list.loads', javaManifest(javaNames('42', 'SIP', '9-4-2ES26'), '9-4-2ES26')],
  ['page.zip', ascii('<!DOCTYPE html><html></html>')],
];

/** Offsets at which headers keep their lengths and counts. */
const FIELDS = [
  8,
  9,
  11,
  12,
  14,
  15,
  0x7b,
  0x7c,
  0x17e,
  0x17f,
  404 + 0x30,
  404 + 0x33,
  404 + 0x36,
  404 + 0x37,
  404 + 0x248,
];
const TELLING = [0x00, 0x01, 0x06, 0x07, 0x0a, 0x0d, 0x0e, 0x7f, 0x80, 0xfe, 0xff];

/** One to eight changes that keep most of the structure: fields, cuts, copies, insertions, single bytes. */
export function mutate(bytes: Uint8Array, random: (below: number) => number): Uint8Array {
  let result: Uint8Array = bytes.slice();
  // Mostly one or two changes: many at once hardly ever reach what stands behind the first fault.
  for (let n = random(4) === 0 ? random(8) : random(2); n >= 0; n--) {
    if (result.length === 0) return result;
    const at = random(result.length);
    const kind = random(8);
    if (kind === 0) result = result.subarray(0, at);
    else if (kind === 1)
      result[FIELDS[random(FIELDS.length)] ?? 0] = TELLING[random(TELLING.length * 2)] ?? random(256);
    else if (kind === 2) result[at] = TELLING[random(TELLING.length)] ?? 0;
    else if (kind === 3) result[at] = (result[at] ?? 0) ^ (1 << random(8));
    else if (kind === 4)
      result = cat(
        result.subarray(0, at),
        Uint8Array.from([TELLING[random(TELLING.length)] ?? 0]),
        result.subarray(at),
      );
    else if (kind === 5)
      result = cat(result.subarray(0, at), result.subarray(Math.min(result.length, at + 1 + random(64))));
    else if (kind === 6) result = cat(result, result.subarray(at, at + random(512)));
    else
      result.set(
        Uint8Array.from([random(256), random(256), random(256), random(256)]).subarray(0, result.length - at),
        at,
      );
    result = result.slice();
  }
  return result;
}
