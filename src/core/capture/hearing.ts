import type { HeardFact } from '../heard/heard.ts';

/** Who an event is about, as bytes of a frame; `address` null where the frame names none. */
export interface HeardEnd {
  readonly address: Uint8Array | null;
  readonly port: number | null;
  readonly mac: string | null;
}

/** Takes what was heard: about whom, in which frame, when (NaN: not told), and what. */
export type Tell = (end: HeardEnd, frame: number, time: number, fact: HeardFact) => void;
