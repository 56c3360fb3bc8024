import type { What } from '../support/world.ts';

/** What an adversary may do. Deeds of a phone are made to each of them. */
export type Deed =
  | Exclude<What, 'goes-on' | 'asks-anything' | 'server-restarts' | 'enrol'>
  | 'dies-answering'
  | 'enrols-again'
  | 'other-target'
  | 'other-server'
  | 'server-restarts'
  | 'server-away'
  | 'package-gone'
  | 'package-back'
  | 'left-alone'
  /** It says what it runs in the middle of whatever it does. */
  | 'says-now'
  /** What it said in an earlier boot, or earlier in this one, arrives late, or twice. */
  | 'says-late'
  /** The same, as a datagram of which nobody can tell when it was sent. */
  | 'says-undated'
  /** Somebody else says that this phone runs its target: a neighbour, or the phone at a neighbour's address. */
  | 'neighbour-says';

/** Deeds that happen to no phone in particular. */
export const OF_NOBODY: ReadonlySet<Deed> = new Set([
  'server-restarts',
  'server-away',
  'package-gone',
  'package-back',
  'left-alone',
]);
/** What goes wrong on the wire; each names that is not heard, or heard and not answered, makes another boot of it. */
export const TROUBLES: ReadonlySet<string> = new Set([
  'answer-lost',
  'request-lost',
  'last-ack-lost',
  'last-block-lost',
  'asks-twice',
  'dies-answering',
]);
