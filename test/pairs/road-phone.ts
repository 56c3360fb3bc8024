import type { TftpAnswer } from '../../src/ports/tftp.ts';

/** What a phone is connected to: one that answers, and time. */
export interface Wire {
  /** Rejects with `Unplugged` when nothing more is to be asked. */
  ask(name: string): Promise<TftpAnswer>;
  /** Lets so many milliseconds pass. */
  wait(ms: number): Promise<void>;
}

/** Somebody takes the phone off the network in the middle of its boot. */
export class Unplugged extends Error {}

/** A phone on its road: one of two that share no line. */
export interface RoadPhone {
  /** The load whose program runs after its next start; the loader's where no application is left. */
  readonly runs: string;
  /** One boot, from power on until it restarts, rests, or is unplugged. */
  boot(wire: Wire): Promise<void>;
}

/** A phone with nothing but this loader: SCCP packages call theirs like the application, which it is not. */
export function loaderWords(loader: string): string {
  return loader.startsWith('P003-') ? loader : `the loader of ${loader}`;
}
