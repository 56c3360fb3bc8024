import { err, ok, type Result } from '../result.ts';
import { type FormatProblem, latin1, terminatedText } from './bytes.ts';

/**
 * What an image of the 7940/7960 tells about itself: a `.bin`, or the payload of an `.sbn` or `.sb2` (legacy-79x0 1.4).
 * Images older than 7.x may be built otherwise; then both are null.
 */
export interface RawImage {
  /** The load's name at 0x20; null when no printable name stands there. */
  readonly name: string | null;
  /** Platform id at 0x120, such as `PAS30830` (loader) or `PAS3ARM1` (application); null when there is none. */
  readonly platform: string | null;
}

const NAME_AT = 0x20;
const PLATFORM_AT = 0x120;
const PLATFORM_ROOM = 16;
const PLATFORM = /^[A-Z0-9]{6,16}/;
/** Smaller than its own name and platform fields, a file is no image. */
const SMALLEST = PLATFORM_AT + PLATFORM_ROOM;

/** Reads an image; `base` is its offset in the file, for messages. */
export function parseRawImage(bytes: Uint8Array, base = 0): Result<RawImage, FormatProblem> {
  if (bytes.length < SMALLEST) {
    const message = `an image of ${bytes.length} bytes is cut off`;
    return err({ code: 'truncated', offset: base + bytes.length, message });
  }
  const name = terminatedText(bytes, NAME_AT, PLATFORM_AT);
  const platform = PLATFORM.exec(latin1(bytes.subarray(PLATFORM_AT, SMALLEST)))?.[0] ?? null;
  return ok({ name: name === '' ? null : name, platform });
}
