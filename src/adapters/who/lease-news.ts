import type { MacAddress } from '../../core/names/mac-address.ts';
import type { Address } from '../../core/who/address.ts';
import type { Lease, LeaseReading } from '../../core/who/lease.ts';

/** What was read of a line that its file has no more. */
interface Parted {
  readonly endsAt: Lease['endsAt'];
  /** When the file was last found to hold it. */
  readonly seenAt: number;
  readonly changedAt: number | undefined;
}

/** For dnsmasq, which writes no beginning of a lease: since when each is as it is now, as far as readings tell. All moments are on one clock. */
export interface LeaseNews {
  /** When a lease was surely not yet as it is now, by address. */
  readonly changedAt: ReadonlyMap<Address, number>;
  /** By address and phone. */
  readonly parted: ReadonlyMap<string, Parted>;
  /** More lines have gone than are remembered: one that appears may be one of those. */
  readonly hasForgotten: boolean;
}

/** What a file said at first may be hours old. */
export const NO_NEWS: LeaseNews = { changedAt: new Map(), parted: new Map(), hasForgotten: false };

/** Lines that are remembered after they have gone, more than a bench or an office has phones (invented). */
const MOST_PARTED = 4_096;

/** What is known before a reading: the one before it, when that was last found to be so, and its news. */
export interface KnownLeases {
  readonly reading: LeaseReading;
  readonly checkedAt: number;
  readonly news: LeaseNews;
}

/**
 * The news after this reading: a line that is new, or whose end is another one, is news from its client. One that was away and comes back is not, since a
 * copy of a file may stand empty, or lack its end, for as long as its source cannot be reached; nor is any where the file was empty before.
 */
export function newsOf(known: KnownLeases, reading: LeaseReading): LeaseNews {
  // An empty file may be anybody's.
  const mayBeDnsmasq = reading.format === 'dnsmasq' || reading.format === null;
  if (reading === known.reading || !mayBeDnsmasq) return known.news;
  const before = linesOf(known);
  const isUncertain = known.reading.entries.size === 0 || known.news.hasForgotten;
  const changedAt = new Map<Address, number>();
  const parted = new Map(known.news.parted);
  for (const [key, line] of before) parted.set(key, line);
  for (const [address, lease] of reading.entries) {
    if (lease === null) continue;
    const was = parted.get(keyOf(address, lease.mac));
    const at = momentOf(lease, was, isUncertain ? undefined : known.checkedAt);
    if (at !== undefined) changedAt.set(address, at);
    parted.delete(keyOf(address, lease.mac));
  }
  const most = [...parted].slice(-MOST_PARTED);
  const hasForgotten = known.news.hasForgotten || most.length < parted.size;
  return { changedAt, parted: new Map(most), hasForgotten };
}

function momentOf(lease: Lease, was: Parted | undefined, appearedAt: number | undefined): number | undefined {
  if (was === undefined) return appearedAt;
  return was.endsAt === lease.endsAt ? was.changedAt : was.seenAt;
}

function linesOf({ reading, checkedAt, news }: KnownLeases): ReadonlyMap<string, Parted> {
  const lines = new Map<string, Parted>();
  for (const [address, lease] of reading.entries) {
    if (lease === null) continue;
    const { endsAt } = lease;
    lines.set(keyOf(address, lease.mac), { endsAt, seenAt: checkedAt, changedAt: news.changedAt.get(address) });
  }
  return lines;
}

const keyOf = (address: Address, mac: MacAddress) => `${address} ${mac}`;
