import type { MacAddress } from '../../core/names/mac-address.ts';
import type { Address } from '../../core/who/address.ts';
import type { Lease, LeaseReading } from '../../core/who/lease.ts';

/** What readings have told of one lease, by address and phone. */
interface Line {
  /** The latest end that was ever read; infinite for a lease without one. */
  readonly endsAt: number;
  /** When the file was last found to hold it. */
  readonly seenAt: number;
  /** When it was surely not yet as it is now; absent where nobody can tell. */
  readonly changedAt?: number;
}

/** For dnsmasq, which writes no beginning of a lease: since when each is as it is now, as far as readings tell. All moments are on one clock. */
export interface LeaseNews {
  /** When a lease was surely not yet as it is now, by address. */
  readonly changedAt: ReadonlyMap<Address, number>;
  /** By address and phone; with those that the file has no more, the latest last. */
  readonly lines: ReadonlyMap<string, Line>;
  /** More lines have gone than are remembered: one that appears may be one of those. */
  readonly hasForgotten: boolean;
}

/** What a file said at first may be hours old. */
export const NO_NEWS: LeaseNews = { changedAt: new Map(), lines: new Map(), hasForgotten: false };

/** Lines that are remembered after they have gone, more than a bench or an office has phones (invented). */
const MOST_PARTED = 4_096;

/** What is known before a reading: the one before it, when that was last found to be so, and its news. */
export interface KnownLeases {
  readonly reading: LeaseReading;
  readonly checkedAt: number;
  readonly news: LeaseNews;
}

/**
 * The news after this reading: a line that is new, or whose end is later than it ever was, is news from its client. One that was away and comes back, or
 * that ends earlier, is not: a copy of a file may stand empty, or lack its end, while its source cannot be reached, and an older file may be put back. Nor is
 * any where the file was empty before.
 */
export function newsOf(known: KnownLeases, reading: LeaseReading): LeaseNews {
  // An empty file may be anybody's.
  const mayBeDnsmasq = reading.format === 'dnsmasq' || reading.format === null;
  if (reading === known.reading || !mayBeDnsmasq) return known.news;
  const wasEmpty = known.reading.entries.size === 0;
  const parted = new Map([...known.news.lines, ...linesOf(known)]);
  const present = new Map<string, Line>();
  const changedAt = new Map<Address, number>();
  for (const [address, lease] of reading.entries) {
    if (lease === null) continue;
    const key = keyOf(address, lease.mac);
    const was = parted.get(key);
    const isNew = was === undefined && !wasEmpty && !known.news.hasForgotten;
    const line = isNew ? lineOf(lease, known.checkedAt, known.checkedAt) : readAgain(lease, was, known, wasEmpty);
    if (line.changedAt !== undefined) changedAt.set(address, line.changedAt);
    present.set(key, line);
    parted.delete(key);
  }
  const kept = [...parted].slice(-MOST_PARTED);
  const hasForgotten = known.news.hasForgotten || kept.length < parted.size;
  return { changedAt, lines: new Map([...kept, ...present]), hasForgotten };
}

function readAgain(lease: Lease, was: Line | undefined, { checkedAt }: KnownLeases, wasEmpty: boolean): Line {
  const endsAt = endOf(lease);
  if (was === undefined) return lineOf(lease, checkedAt);
  if (endsAt > was.endsAt) return lineOf(lease, was.seenAt, wasEmpty ? undefined : was.seenAt);
  if (endsAt === was.endsAt) return was;
  return { endsAt: was.endsAt, seenAt: was.seenAt };
}

/** The lines that the reading before holds, each seen when that was last found to be so. */
function linesOf({ reading, checkedAt, news }: KnownLeases): ReadonlyMap<string, Line> {
  const lines = new Map<string, Line>();
  for (const [address, lease] of reading.entries) {
    if (lease === null) continue;
    const key = keyOf(address, lease.mac);
    lines.set(key, { ...(news.lines.get(key) ?? lineOf(lease, checkedAt)), seenAt: checkedAt });
  }
  return lines;
}

function lineOf(lease: Lease, seenAt: number, changedAt?: number): Line {
  return { endsAt: endOf(lease), seenAt, ...(changedAt === undefined ? {} : { changedAt }) };
}

const endOf = ({ endsAt }: Lease) => endsAt ?? Number.POSITIVE_INFINITY;
const keyOf = (address: Address, mac: MacAddress) => `${address} ${mac}`;
