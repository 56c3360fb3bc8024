/** Link types of captures that are read (the numbers of tcpdump.org's list of LINKTYPE_ values, and the raw ones of older systems). */
export const LINK = {
  null: 0,
  ethernet: 1,
  rawOfBsd: 12,
  rawOfOpenBsd: 14,
  raw: 101,
  loop: 108,
  cooked: 113,
  ipv4: 228,
  ipv6: 229,
  cooked2: 276,
} as const;

/**
 * One frame as a capture file gives it. The readers of files fill the same object again for every frame: whoever keeps something
 * of it copies that.
 */
export interface CapturedFrame {
  /** Holds the frame, and other bytes around it. */
  bytes: Uint8Array;
  start: number;
  /** Behind the last byte that was captured; the frame may have been longer on the wire. */
  end: number;
  /** One of `LINK`, or a number that is not read. */
  link: number;
  /** Milliseconds since 1970, with fractions; NaN where the file tells none. */
  time: number;
}

/** Takes the frames of a file one after the other. */
export type FrameSink = (frame: CapturedFrame) => void;

/** A frame with nothing in it, to be filled. */
export function emptyFrame(): CapturedFrame {
  return { bytes: new Uint8Array(0), start: 0, end: 0, link: -1, time: Number.NaN };
}

/** What reads the records of one kind of file. */
export interface RecordReader {
  /**
   * Reads the whole records that stand in `bytes` from `at` on; answers where the first one begins that is not whole. What stands
   * from there on has to be given again, with more behind it.
   */
  read(bytes: Uint8Array, at: number): number;
  /** Why reading stopped: from there on the file is damaged. Null while it is sound. */
  readonly fault: string | null;
  /** The filters with which it was captured, as far as the file tells. */
  readonly filters: readonly string[];
}

/** Frames longer than this are damage: tcpdump and dumpcap capture at most so many bytes of a frame. */
export const MAX_FRAME_BYTES = 262_144;
