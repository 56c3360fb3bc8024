/** An unsigned 16-bit number in network order; bytes behind the end count as 0. */
export function be16(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
}

/** An unsigned 32-bit number in network order. */
export function be32(bytes: Uint8Array, at: number): number {
  return ((be16(bytes, at) << 16) | be16(bytes, at + 2)) >>> 0;
}

/** An unsigned 16-bit number, lowest byte first. */
function le16(bytes: Uint8Array, at: number): number {
  return ((bytes[at + 1] ?? 0) << 8) | (bytes[at] ?? 0);
}

/** An unsigned 32-bit number, lowest byte first. */
export function le32(bytes: Uint8Array, at: number): number {
  return ((le16(bytes, at + 2) << 16) | le16(bytes, at)) >>> 0;
}

/** An unsigned 16-bit number in the byte order of a file. */
export function u16(bytes: Uint8Array, at: number, isLittle: boolean): number {
  return isLittle ? le16(bytes, at) : be16(bytes, at);
}

/** An unsigned 32-bit number in the byte order of a file. */
export function u32(bytes: Uint8Array, at: number, isLittle: boolean): number {
  return isLittle ? le32(bytes, at) : be32(bytes, at);
}

/** The bytes as Latin-1 text: patterns of ASCII are looked for in it, whatever else is there. */
export function latin1(bytes: Uint8Array, from: number, to: number): string {
  let text = '';
  for (let at = from; at < to; at++) text += String.fromCharCode(bytes[at] ?? 0);
  return text;
}

/**
 * A copy of some bytes. `slice` is none: on what Node reads from files (`Buffer`) it is a view, which changes with the next read, and
 * keeps all that was read with it.
 */
export function copyOf(bytes: Uint8Array, from = 0, to = bytes.length): Uint8Array<ArrayBuffer> {
  return new Uint8Array(bytes.subarray(from, to));
}

/** A text in a field of fixed length: what stands before the first NUL. */
export function fieldText(bytes: Uint8Array, from: number, to: number): string {
  const nul = bytes.indexOf(0, from);
  return latin1(bytes, from, nul < 0 || nul > to ? to : nul);
}
