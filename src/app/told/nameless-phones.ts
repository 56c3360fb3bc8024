import { MORE_STRANGERS, NAMELESS } from '../../core/history/event.ts';
import { familyOfLoad } from '../../core/names/load-name.ts';
import type { MacAddress } from '../../core/names/mac-address.ts';
import type { BatchStore } from '../../ports/batch-store.ts';
import type { PhoneRecord, Store } from '../../ports/store.ts';
import { readKept } from '../memory/kept-phone.ts';
import { statusOf } from './phone-status.ts';

/** Where what is told of phones without a name comes from. */
type NamelessStore = Pick<Store, 'bindings' | 'phone' | 'phones'> & Pick<BatchStore, 'batchHistory'>;

/** How far back a phone counts that shows no name: it asks every few minutes, and is told of once. */
const NAMELESS_MS = 86_400_000;
/** So many phones are named that a nameless one may be (invented). */
const MOST_MEANT = 3;

interface WhichNameless {
  /** The addresses that devices have now by lease files and the neighbour table. */
  readonly leased?: ReadonlyMap<MacAddress, string>;
  /** The phones that are looked at: whoever can be none of them is left out. Absent or null for all. */
  readonly macs?: readonly MacAddress[] | null;
}

/**
 * Phones of which only the address is known, a sentence each; those whose address was tied to a phone since are left out. Last
 * that there were too many strangers to record, when there were.
 */
export function namelessPhones(
  store: NamelessStore,
  now: number,
  { leased = new Map(), macs = null }: WhichNameless = {},
): string[] {
  const noted = store.batchHistory(now - NAMELESS_MS);
  const more = macs === null ? noted.findLast(({ finding }) => finding === MORE_STRANGERS) : undefined;
  const meant = meantBy(store, unnamedIn(noted, store, leased));
  const shown = meant.filter(({ phones }) => macs === null || phones.some(({ mac }) => macs.includes(mac)));
  const told = shown.map(({ row: { reason, advice }, phones }) => sentence(`${reason}${whoItMayBe(phones)}`, advice));
  return more === undefined ? told : [...told, sentence(more.reason ?? '', more.advice)];
}

interface Said {
  readonly reason: string;
  readonly advice: string;
}

/** What is said of a phone on the list that may be one that nobody can name: one that has not asked since it came there, as few others have, or fell silent in mid-download. */
export function maybeNameless(
  store: NamelessStore,
  now: number,
  leased: ReadonlyMap<MacAddress, string>,
): ReadonlyMap<MacAddress, Said> {
  const noted = store.batchHistory(now - NAMELESS_MS);
  const rows = unnamedIn(noted, store, leased);
  const found = new Map<MacAddress, Said>(
    meantBy(store, rows).flatMap(({ row, phones }) => {
      const others = phones.length > 1 ? `, or another of the ${phones.length} that have not said their name` : '';
      const who = `the phone at ${row.address ?? 'an address'} that is in its boot loader, and that nobody can name, may be this one${others}`;
      return phones.flatMap((one) => {
        const isLost = isLostInMidRoad(one, row.at);
        // A list of phones that have yet to be plugged in says nothing of any of them.
        if (!isLost && phones.length > MOST_MEANT) return [];
        const reason = `${isLost ? LOST : noNameOf(one)}; ${who}`;
        const otherwise = isLost ? statusOf(one).advice : 'plug it in';
        return [[one.mac, { reason, advice: `if it is, ${row.advice ?? ''}; otherwise ${otherwise}` }] as const];
      });
    }),
  );
  for (const [mac, said] of atItsAddress(noted, store, leased)) found.set(mac, said);
  return found;
}

/** Phones on the list that have not asked since they came there, and at whose address somebody asks without a name: the server does not know that it is theirs. */
function atItsAddress(
  noted: readonly NotedRow[],
  store: NamelessStore,
  leased: ReadonlyMap<MacAddress, string>,
): readonly (readonly [MacAddress, Said])[] {
  if (leased.size === 0) return [];
  const asking = new Map(unnamedIn(noted, store, new Map()).map((row) => [row.address ?? '', row]));
  if (asking.size === 0) return [];
  return store
    .phones()
    .filter(isSilent)
    .flatMap((record) => {
      const { mac } = record;
      const address = leased.get(mac) ?? '';
      const row = asking.get(address);
      if (row === undefined) return [];
      const reason = `${noNameOf(record)}, but ${address} asks without one, which is its address by a lease or the neighbour table`;
      return [[mac, { reason, advice: row.advice ?? '' }] as const];
    });
}

/** The rows of addresses that are tied to no phone by now, the newest of each. */
function unnamedIn(
  noted: readonly NotedRow[],
  store: NamelessStore,
  leased: ReadonlyMap<MacAddress, string>,
): readonly NotedRow[] {
  const latest = new Map(noted.flatMap((row) => (row.finding === NAMELESS ? [[row.address ?? '', row] as const] : [])));
  if (latest.size === 0) return [];
  for (const { address, learntAt } of store.bindings()) {
    if ((latest.get(address)?.at ?? Number.POSITIVE_INFINITY) <= learntAt) latest.delete(address);
  }
  for (const [mac, address] of leased) {
    // What may be a router's MAC tells no more than it did, until the operator says that it is a phone's.
    const { told, isListed } = latest.get(address) ?? {};
    if (isListed === true) continue;
    if (told !== mac || store.phone(mac)?.enrolment?.status === 'enrolled') latest.delete(address);
  }
  return [...latest.values()];
}

type NotedRow = ReturnType<NamelessStore['batchHistory']>[number];

/**
 * The phones on the list that are to get a load of the family that a nameless phone shows, and that have not asked since they came there, or were
 * given up while they took their load: their power may have gone in it.
 */
function meantBy(store: NamelessStore, rows: readonly NotedRow[]) {
  const all = rows.length === 0 ? [] : store.phones();
  return rows.map((row) => {
    const family = row.family ?? null;
    const isOfIt = (record: PhoneRecord) =>
      familyOfLoad(record.enrolment?.target ?? '') === family && (isSilent(record) || isLostInMidRoad(record, row.at));
    return { row, phones: family === null ? [] : all.filter(isOfIt) };
  });
}

const LOST = 'nothing was heard of it by its name since it took files of its load';

/**
 * Whether it is held since nothing was heard of it in mid-download, and was not heard since somebody asked without a name. One that has everything may be
 * writing it: nothing about a restart is said of that one before its screen was looked at.
 */
function isLostInMidRoad(record: PhoneRecord, namelessAt: number): boolean {
  const { enrolment, lastSeenAt } = record;
  if (enrolment?.status !== 'enrolled' || lastSeenAt === null || lastSeenAt >= namelessAt) return false;
  const kept = readKept(record);
  const phone = kept.ok ? kept.value.phone : null;
  const isStalled = phone?.state === 'held' && phone.context.hold?.code === 'P_STALLED';
  return isStalled && Object.keys(phone.context.asked).length > 0;
}

function isSilent({ enrolment, lastSeenAt }: PhoneRecord): boolean {
  return enrolment?.status === 'enrolled' && (lastSeenAt === null || lastSeenAt < enrolment.enrolledAt);
}

function noNameOf({ lastSeenAt }: PhoneRecord): string {
  return `it has not asked this server by its name ${lastSeenAt === null ? 'yet' : 'since it was put on the list'}`;
}

function whoItMayBe(phones: readonly PhoneRecord[]): string {
  const names = phones.map(({ mac, enrolment }) => (enrolment?.label == null ? mac : `${enrolment.label} (${mac})`));
  if (names.length === 0) return '';
  const wasHeard = phones.some(({ lastSeenAt }) => lastSeenAt !== null);
  const [one, all] = wasHeard
    ? ['has not asked since it was put on the list', 'have not asked since they were put on the list']
    : ['never asked', 'never asked'];
  if (names.length === 1) return `; it may be ${names[0]}, which ${one}`;
  const more = names.length > MOST_MEANT ? ` and ${names.length - MOST_MEANT} more` : '';
  return `; it may be one of those that ${all}: ${names.slice(0, MOST_MEANT).join(', ')}${more}`;
}

function sentence(reason: string, advice: string | undefined): string {
  return advice === undefined ? `${reason}.` : `${reason}. What to do: ${advice}`;
}
