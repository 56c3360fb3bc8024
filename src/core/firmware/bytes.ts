/** Why bytes are not what they should be: where the first fault stands, in one sentence. */
export interface FormatProblem {
  readonly code: FormatProblemCode;
  /** Bytes from the beginning of the file. */
  readonly offset: number;
  readonly message: string;
}

export type FormatProblemCode =
  | 'appended'
  | 'cnu-damaged'
  | 'header-damaged'
  | 'header-length'
  | 'image-damaged'
  | 'manifest-damaged'
  | 'name-missing'
  | 'not-signed'
  | 'signature-length'
  | 'text-mode'
  | 'truncated';

/** A big-endian view of exactly these bytes, wherever they lie in their buffer. */
export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Bytes as text, one character a byte, so that any bytes give a string of the same length. */
export function latin1(bytes: Uint8Array): string {
  let text = '';
  // Chunks keep the argument list short: engines limit it.
  for (let at = 0; at < bytes.length; at += 4096) text += String.fromCharCode(...bytes.subarray(at, at + 4096));
  return text;
}

/** Text up to the first NUL inside `[start, end)`; null when there is no NUL or a byte is not printable ASCII. */
export function terminatedText(bytes: Uint8Array, start: number, end: number): string | null {
  const stop = Math.min(end, bytes.length);
  for (let at = start; at < stop; at++) {
    const byte = bytes[at] ?? 0;
    if (byte === 0) return latin1(bytes.subarray(start, at));
    if (byte < 0x20 || byte > 0x7e) return null;
  }
  return null;
}

/** Whether every byte of `[start, end)` is zero. */
export function isZero(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if (bytes[at] !== 0) return false;
  return true;
}

/** Whether `text` (ASCII) stands at `offset`. */
export function hasText(bytes: Uint8Array, offset: number, text: string): boolean {
  if (offset + text.length > bytes.length) return false;
  for (let i = 0; i < text.length; i++) if (bytes[offset + i] !== text.charCodeAt(i)) return false;
  return true;
}
