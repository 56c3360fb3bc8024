import { filler } from './filler.ts';

const NAME_AT = 0x20;
const PLATFORM_AT = 0x120;
const BODY_AT = 0x130;

/** A raw image of the 79x0: ARM branch vectors, load name at 0x20, platform id at 0x120 (legacy-79x0 1.4). */
export function rawImage(load: string, platform: string, bytes: number): Buffer {
  const head = Buffer.alloc(BODY_AT);
  // Eight branches forward over the name: B #offset, little-endian.
  for (let vector = 0; vector < 8; vector++) head.writeUInt32LE(0xea00004a - vector, vector * 4);
  head.write(load, NAME_AT, 'latin1');
  head.write(platform, PLATFORM_AT, 'latin1');
  return Buffer.concat([head, filler(load, bytes - BODY_AT)]);
}

/** Load name and platform id of a raw image; null when it is too short to hold them. */
export function readRawImage(image: Uint8Array): { readonly load: string; readonly platform: string } | null {
  if (image.length < BODY_AT) return null;
  const read = (at: number, end: number) => {
    const text = Buffer.from(image.subarray(at, end)).toString('latin1');
    return text.slice(0, text.indexOf('\0') === -1 ? text.length : text.indexOf('\0'));
  };
  return { load: read(NAME_AT, PLATFORM_AT), platform: read(PLATFORM_AT, BODY_AT) };
}
