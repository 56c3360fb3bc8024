import type { MacAddress } from '../../core/names/mac-address.ts';
import type { Earlier } from './nameless-requests.ts';
import type { Posing } from './posers.ts';

/**
 * What ties a request to a phone: its own name, another source than names (a lease, the neighbour table), its name before less than a
 * minute of silence, or a name that is older: another phone may have its address by now.
 */
export type Tie = 'named' | 'told' | 'recent-name' | 'old-name';

/** Whether nothing but names that came from the address tells who asked. */
export function isByNamesOnly(tie: Tie | null): boolean {
  return tie === 'recent-name' || tie === 'old-name';
}

/** Whether another phone can hardly have sent the request. */
export function isSure(tie: Tie | null): boolean {
  return tie !== null && tie !== 'old-name';
}

/** Who stands behind a request, and the nameless requests of the same boot that are now known to be theirs. */
export interface Asker {
  readonly mac: MacAddress | null;
  /** What ties the request to that phone; null when nobody is known. */
  readonly tie: Tie | null;
  readonly earlier: readonly Earlier[];
  /** Phones that share the address, so that none of them can be told from the others. */
  readonly sharing: readonly MacAddress[];
  /** Whether that is certainly a phone's MAC: it named itself, or its lease says so. A lease and the neighbour table have routers, too. */
  readonly isPhone: boolean;
  /** Other phones that named themselves there within a day. */
  readonly others: readonly MacAddress[];
  /** Whose name another machine has asked under, and which one; null for everybody else. */
  readonly posing: Posing | null;
}

/** A request of which nobody can tell whose it is. */
export const NOBODY: Asker = {
  mac: null,
  tie: null,
  earlier: [],
  sharing: [],
  isPhone: false,
  others: [],
  posing: null,
};
