import type { HistoryEvent } from '../history/event.ts';
import { classifyName } from '../names/asked-name.ts';
import { type MacAddress, parseMac } from '../names/mac-address.ts';
import { type Address, normalizeAddress } from './address.ts';
import {
  BINDING_LIMITS,
  type BindingLimits,
  type BindingSource,
  type BindingTable,
  type Claim,
  emptyBindings,
  type Sighting,
} from './bindings.ts';

/** A binding table as plain JSON. */
export interface StoredBindings {
  readonly version: 1;
  readonly addresses: readonly {
    readonly address: Address;
    readonly claims: readonly Claim[];
    readonly heardAt: number;
    readonly sharedAt: number | null;
  }[];
  readonly homes: readonly { readonly mac: MacAddress; readonly address: Address; readonly at: number }[];
}

/** The table as plain JSON; `restoreBindings` gives back a table that answers every question alike. */
export function dumpBindings(table: BindingTable): StoredBindings {
  return {
    version: 1,
    addresses: [...table.addresses].map(([address, record]) => ({ address, ...record })),
    homes: [...table.homes].map(([mac, home]) => ({ mac, ...home })),
  };
}

/** Reads a stored table; whatever is not well-formed is left out, which can only make an address unknown. */
export function restoreBindings(stored: unknown, limits: BindingLimits = BINDING_LIMITS): BindingTable {
  const table = emptyBindings(limits);
  if (!isRecord(stored) || stored.version !== 1) return table;
  for (const entry of listOf(stored.addresses)) {
    const address = addressOf(entry);
    if (address === null || !isRecord(entry)) continue;
    // One unreadable claim may be the one that contradicts the others: the whole address is left out.
    const claims = listOf(entry.claims).map(claimOf);
    if (claims.includes(null) || !isTime(entry.heardAt)) continue;
    if (entry.sharedAt !== null && !isTime(entry.sharedAt)) continue;
    table.addresses.set(address, { claims: claims as Claim[], heardAt: entry.heardAt, sharedAt: entry.sharedAt });
  }
  for (const entry of listOf(stored.homes)) {
    const address = addressOf(entry);
    if (address === null || !isRecord(entry) || !isTime(entry.at) || typeof entry.mac !== 'string') continue;
    const mac = parseMac(entry.mac);
    if (mac.ok) table.homes.set(mac.value, { address, at: entry.at });
  }
  return table;
}

/** What one row of the record says of who had which address, so that the record alone restores the table. */
export function sightingOf(row: HistoryEvent): Sighting | null {
  if (row.event !== 'file.requested' || row.peer === undefined || row.file === undefined) return null;
  const { mac } = classifyName(row.file);
  const colon = row.peer.lastIndexOf(':');
  if (mac === null || colon < 0) return null;
  const address = row.peer.slice(0, colon).replace(/^\[(.*)\]$/, '$1');
  return { address, mac, at: row.at, source: 'name' };
}

function claimOf(value: unknown): Claim | null {
  if (!isRecord(value) || !isTime(value.at) || typeof value.mac !== 'string') return null;
  const mac = parseMac(value.mac);
  const source = (['name', 'neighbour', 'lease'] as BindingSource[]).find((known) => known === value.source);
  return mac.ok && source !== undefined ? { mac: mac.value, source, at: value.at } : null;
}

function addressOf(value: unknown): Address | null {
  return isRecord(value) && typeof value.address === 'string' ? normalizeAddress(value.address) : null;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function isTime(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}
