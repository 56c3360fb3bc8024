import type { WallMs } from '../moment.ts';

/** How a switch answers a server that asks it again and again. */
export interface SwitchStanding {
  /** `partly`: what it showed is not all that it has, so that somebody may hang there unseen. */
  readonly how: 'whole' | 'partly' | 'failed';
  readonly since: WallMs;
  /** In words; null where it answers whole. */
  readonly why: string | null;
}

/** Switches by name. */
export type SwitchStandings = ReadonlyMap<string, SwitchStanding>;

/** What follows where a switch was not seen whole. */
export const PARTLY_MEANS = 'while that is so, its words prove no load, and no power is switched there';
