import { BoundedMap } from '../bounded-map.ts';
import type { SteadyMs } from '../moment.ts';
import type { MacAddress } from '../names/mac-address.ts';
import { type Address, normalizeAddress } from './address.ts';

/** How an address was tied to a MAC: a requested name that carries it, the neighbour table, or a DHCP lease. */
export type BindingSource = 'name' | 'neighbour' | 'lease';

/** One tie between an address and a MAC, as it was seen. */
export interface Sighting {
  readonly address: string;
  readonly mac: MacAddress;
  readonly at: SteadyMs;
  readonly source: BindingSource;
  /** Of unknown age: it contradicts as any other and identifies nobody. */
  readonly isDoubtful?: true;
  /**
   * For a neighbour entry or a lease: the phone itself spoke to that source from this address then, or later. Absent
   * when the source does not tell: it may be what was true hours ago.
   */
  readonly freshAt?: SteadyMs;
}

/** Ages and sizes; every number is invented and weighed in docs/decisions/0004-who-is-asking.md. */
export interface BindingLimits {
  /** A claim of this source identifies, and contradicts others, for so long after it was last seen. */
  readonly ageMs: Readonly<Record<BindingSource, number>>;
  /** A nameless sign of life keeps a claim by name alive when the silence before it was no longer than this. */
  readonly continuityMs: number;
  /** An address at which names of two phones alternated identifies nobody by names alone for so long. */
  readonly sharedMs: number;
  /** A claim from further in the future than this identifies nobody: the clock was set back. */
  readonly skewMs: number;
  readonly maxAddresses: number;
  readonly maxClaimsPerAddress: number;
}

export const BINDING_LIMITS: BindingLimits = {
  ageMs: { name: 15 * 60_000, neighbour: 10_000, lease: 10_000 },
  continuityMs: 60_000,
  sharedMs: 24 * 3_600_000,
  skewMs: 5_000,
  maxAddresses: 16_384,
  maxClaimsPerAddress: 8,
};

/** What one source last said of one MAC at one address. */
interface Claim {
  readonly mac: MacAddress;
  readonly source: BindingSource;
  readonly at: SteadyMs;
  readonly isDoubtful?: true;
  /** As in a sighting. */
  readonly freshAt?: SteadyMs;
}

/** What is known of one address. */
interface AddressRecord {
  readonly claims: readonly Claim[];
  /** The last sign of life from the address, with a name or without. */
  readonly heardAt: SteadyMs;
  /** When names of two phones last alternated here; null when they never did. */
  readonly sharedAt: SteadyMs | null;
}

/** Where a phone was last heard for certain, by its name or by a source that tells when it spoke to it, and when. */
interface Home {
  readonly address: Address;
  readonly at: SteadyMs;
}

/** Every address heard lately. Only `learn` and `heard` change it, in place, so that a boot storm copies nothing. */
export interface BindingTable {
  readonly limits: BindingLimits;
  /** In the order of the last sign of life, oldest first. */
  readonly addresses: BoundedMap<Address, AddressRecord>;
  /** In the order of the last sign of life of the phone at home, oldest first. */
  readonly homes: BoundedMap<MacAddress, Home>;
}

/** Who stands behind an address. Only `mac` may be answered with anything that changes a load. */
export type Who =
  | {
      readonly kind: 'mac';
      readonly mac: MacAddress;
      readonly source: BindingSource;
      readonly ageMs: number;
      /** False when nothing but names that came from the address ties it to the phone: another phone may have it by now. */
      readonly isTold: boolean;
    }
  | { readonly kind: 'ambiguous'; readonly macs: readonly MacAddress[] }
  | { readonly kind: 'unknown' };

/** What a sighting changed, for the record. */
export type BindingChange =
  /** The address had no owner, or one whose claims have all expired. */
  | { readonly kind: 'bound'; readonly address: Address; readonly mac: MacAddress; readonly source: BindingSource }
  /** The phone was heard at another address than before. */
  | { readonly kind: 'moved'; readonly mac: MacAddress; readonly from: Address; readonly to: Address }
  /** By a claim still alive the address is another phone's: it identifies nobody until that claim has expired. */
  | {
      readonly kind: 'contradicted';
      readonly address: Address;
      readonly mac: MacAddress;
      readonly source: BindingSource;
      readonly was: MacAddress;
      readonly wasSource: BindingSource;
    }
  /** Names of two phones alternate: the address is shared (NAT, a container) and identifies nobody by names alone. */
  | { readonly kind: 'shared'; readonly address: Address; readonly macs: readonly MacAddress[] };

const STRENGTH: readonly BindingSource[] = ['name', 'neighbour', 'lease'];
const NOTHING: AddressRecord = { claims: [], heardAt: Number.NEGATIVE_INFINITY, sharedAt: null };

/** A table that knows no address yet. */
export function emptyBindings(limits: BindingLimits = BINDING_LIMITS): BindingTable {
  const { maxAddresses } = limits;
  return { limits, addresses: new BoundedMap(maxAddresses), homes: new BoundedMap(maxAddresses) };
}

/** Adds one sighting; what it changed comes back as values, so that it can be recorded. No address: no change. */
export function learn(table: BindingTable, sighting: Sighting): readonly BindingChange[] {
  const address = normalizeAddress(sighting.address);
  if (address === null || !Number.isFinite(sighting.at)) return [];
  const { mac, source, at } = sighting;
  const { limits } = table;
  const old = table.addresses.get(address) ?? NOTHING;
  const own = old.claims.find((claim) => claim.mac === mac && claim.source === source);
  const others = old.claims.filter((claim) => claim.mac !== mac && isAlive(claim, at, limits));
  const changes: BindingChange[] = [];
  const isShared = isSharedAt(old, at, limits);
  // A gateway's address contradicts every phone behind it at every boot: said once per name's age, not each time.
  const isNew = !old.claims.some((claim) => claim.mac === mac && at - claim.at <= limits.ageMs.name);
  const rival = newest(others);
  if (isNew && rival === undefined) changes.push({ kind: 'bound', address, mac, source });
  if (isNew && rival !== undefined && !isShared) {
    changes.push({ kind: 'contradicted', address, mac, source, was: rival.mac, wasSource: rival.source });
  }
  let sharedAt = old.sharedAt;
  if (source === 'name') {
    const rivals =
      own === undefined || !isAlive(own, at, limits) ? [] : others.filter((claim) => claim.source === 'name');
    if (rivals.some((claim) => own !== undefined && own.at <= claim.at && claim.at <= at)) {
      sharedAt = Math.max(at, sharedAt ?? at);
      if (!isShared) changes.push({ kind: 'shared', address, macs: distinct([own as Claim, ...rivals]) });
    }
    changes.push(...settle(table, mac, address, at));
  }
  const freshAt = freshOf(sighting, own);
  const home = table.homes.get(mac);
  // Rule 3 holds for news of either kind: where the phone was heard last, there it is.
  if (source !== 'name' && freshAt !== undefined && home !== undefined && home.address !== address) {
    if (freshAt > home.at) changes.push(...settle(table, mac, address, freshAt));
  }
  const kept = old.claims.filter((claim) => claim !== own);
  const doubt = sighting.isDoubtful === true ? { isDoubtful: true as const } : {};
  const fresh = freshAt === undefined ? {} : { freshAt };
  kept.push({ mac, source, at: Math.max(at, own?.at ?? at), ...doubt, ...fresh });
  kept.sort((a, b) => a.at - b.at);
  table.addresses.set(address, {
    claims: kept.slice(-limits.maxClaimsPerAddress),
    heardAt: Math.max(old.heardAt, at),
    sharedAt,
  });
  return changes;
}

/**
 * Notes a sign of life that names nobody: a generic request, or a transfer that goes on. A claim by name lives on with
 * it when the silence before it was too short for another phone to have taken the address; then that claim comes back,
 * so that it can be kept.
 */
export function heard(table: BindingTable, address: string, at: SteadyMs): Sighting | null {
  const key = normalizeAddress(address);
  const old = key === null ? undefined : table.addresses.get(key);
  if (key === null || old === undefined || !Number.isFinite(at) || at <= old.heardAt) return null;
  const who: Who = at - old.heardAt <= table.limits.continuityMs ? whoIs(table, key, at) : { kind: 'unknown' };
  const mac = who.kind === 'mac' && who.source === 'name' ? who.mac : null;
  table.addresses.set(key, {
    claims: old.claims.map((claim) => (claim.mac === mac && claim.source === 'name' ? { ...claim, at } : claim)),
    heardAt: at,
    sharedAt: old.sharedAt,
  });
  if (mac === null) return null;
  table.homes.set(mac, { address: key, at });
  return { address: key, mac, at, source: 'name' };
}

/** The latest time at which the source surely heard the phone; what it says of the future is no news. */
function freshOf({ freshAt, at }: Sighting, own: Claim | undefined): SteadyMs | undefined {
  const known = [freshAt, own?.freshAt].filter((time) => time !== undefined && time <= at);
  return known.length === 0 ? undefined : Math.max(...(known as number[]));
}

/**
 * Who stands behind an address now. One MAC only when every claim still alive agrees on it and the phone was not heard
 * elsewhere since; never a guess.
 */
export function whoIs(table: BindingTable, address: string, now: SteadyMs): Who {
  const key = normalizeAddress(address);
  const record = key === null ? undefined : table.addresses.get(key);
  if (record === undefined) return { kind: 'unknown' };
  const { limits } = table;
  const isShared = isSharedAt(record, now, limits);
  const claims = record.claims.filter((claim) => isAlive(claim, now, limits));
  const alive = isShared ? claims : withoutLeft(claims, now, limits);
  const macs = distinct(alive);
  const [mac] = macs;
  if (mac === undefined) return { kind: 'unknown' };
  if (macs.length > 1) return { kind: 'ambiguous', macs };
  if (isShared && alive.every((claim) => claim.source === 'name')) {
    return { kind: 'ambiguous', macs: distinct(record.claims) };
  }
  const home = table.homes.get(mac);
  // However long ago that was: who is silent has not come back.
  if (home !== undefined && home.address !== key) return { kind: 'unknown' };
  const usable = alive.filter((claim) => claim.at - now <= limits.skewMs && claim.isDoubtful !== true);
  for (const source of STRENGTH) {
    const claim = newest(usable.filter((each) => each.source === source));
    if (claim === undefined) continue;
    const isTold = usable.some((each) => each.source !== 'name');
    return { kind: 'mac', mac, source, ageMs: Math.max(0, now - claim.at), isTold };
  }
  return { kind: 'unknown' };
}

/**
 * The claims without the names of a phone that has left the address to another one: since it was last heard here, the other one has
 * spoken from this address to the neighbour table or the DHCP server, *and* has named itself here. Behind a gateway the two never
 * agree, for the table says the gateway.
 */
function withoutLeft(claims: readonly Claim[], now: SteadyMs, limits: BindingLimits): readonly Claim[] {
  const isSound = (claim: Claim) => claim.isDoubtful !== true && claim.at - now <= limits.skewMs;
  for (const mac of distinct(claims)) {
    const others = claims.filter((claim) => claim.mac !== mac);
    if (others.length === 0 || others.some(({ source }) => source !== 'name')) continue;
    const leftAt = Math.max(...others.map(({ at }) => at));
    const own = claims.filter((claim) => claim.mac === mac && isSound(claim));
    const isNamed = own.some(({ source, at }) => source === 'name' && at > leftAt);
    const isTold = own.some(({ freshAt }) => freshAt !== undefined && freshAt > leftAt);
    if (isNamed && isTold) return own;
  }
  return claims;
}

/** A claim dated after `now` still contradicts: only trust runs out with a clock that was set back, never caution. */
function isAlive(claim: Claim, now: SteadyMs, limits: BindingLimits): boolean {
  return now - claim.at <= limits.ageMs[claim.source];
}

function isSharedAt(record: AddressRecord, now: SteadyMs, limits: BindingLimits): boolean {
  return record.sharedAt !== null && now - record.sharedAt <= limits.sharedMs;
}

function newest(claims: readonly Claim[]): Claim | undefined {
  return claims.reduce<Claim | undefined>((best, claim) => (best && best.at > claim.at ? best : claim), undefined);
}

function distinct(claims: readonly Claim[]): MacAddress[] {
  return [...new Set(claims.map((claim) => claim.mac))];
}

/** Makes `address` the phone's home, unless a later name has already made it another. */
function settle(table: BindingTable, mac: MacAddress, address: Address, at: SteadyMs): BindingChange[] {
  const home = table.homes.get(mac);
  if (home !== undefined && home.at > at) return [];
  table.homes.set(mac, { address, at });
  return home === undefined || home.address === address
    ? []
    : [{ kind: 'moved', mac, from: home.address, to: address }];
}
