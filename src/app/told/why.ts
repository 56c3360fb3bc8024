import type { Needs } from '../../core/needs.ts';

/** Why a phone does not get any further, and what a person can do. */
export interface Why {
  /** Under which `explain` tells more; null where there is nothing more to tell. */
  readonly code: string | null;
  readonly reason: string;
  readonly advice: string;
  /** What it needs that only a person can give; absent where it may go on by itself. */
  readonly needs?: Needs;
}
