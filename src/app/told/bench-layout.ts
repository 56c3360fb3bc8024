import type { WallMs } from '../../core/moment.ts';
import type { MacAddress } from '../../core/names/mac-address.ts';
import type { KnownPlace } from '../../core/switch/bench-map.ts';
import { silentPhones } from '../../core/switch/silent-phones.ts';
import type { PhoneRecord, Store } from '../../ports/store.ts';
import type { SwitchShelf } from '../../ports/switches.ts';
import { statusOf } from './phone-status.ts';

/** A phone at its port. */
export interface AtPort {
  readonly mac: MacAddress;
  readonly place: KnownPlace;
  readonly label: string | null;
  readonly state: string;
  /** That it has link and asks nothing, in words; null where that is not so. */
  readonly silent: string | null;
}

/** The bench as its switches see it. */
export interface BenchLayout {
  readonly now: WallMs;
  readonly ports: readonly AtPort[];
  /** Phones on the list that were seen at no port. */
  readonly unplaced: readonly { readonly mac: MacAddress; readonly label: string | null }[];
  /** Whether there is a switch to be asked. */
  readonly hasSwitch: boolean;
}

/** Who hears phones. */
interface Hearing {
  /** Since when a server does; null where none does. */
  readonly listensSince: WallMs | null;
  /** Whether it hears those on the list only, beside another server. */
  readonly isBeside: boolean;
}

/** Where phones hang, by the record. */
export function benchLayout(
  store: Pick<Store, 'phones' | 'phone'> & Pick<SwitchShelf, 'places' | 'sealedSwitches'>,
  now: WallMs,
  hearing: Hearing,
): BenchLayout {
  const places = store.places();
  const records = new Map(store.phones().map((record) => [record.mac, record]));
  const silent = new Map(silentIn(places, store, now, hearing).map(({ mac, reason }) => [mac, reason] as const));
  const ports = [...places].map(([mac, place]): AtPort => {
    const record = records.get(mac) ?? null;
    const { label, state } = record === null ? { label: null, state: 'bystander' } : statusOf(record);
    return { mac, place, label, state, silent: silent.get(mac) ?? null };
  });
  const unplaced = [...records.values()]
    .filter(({ mac, enrolment }) => isOnList(enrolment) && !places.has(mac))
    .map(({ mac, enrolment }) => ({ mac, label: enrolment?.label ?? null }));
  return { now, ports, unplaced, hasSwitch: store.sealedSwitches().length > 0 };
}

/** A phone at its port, for programs: moments as ISO 8601. */
export function atPortJson({ mac, place, label, state, silent }: AtPort) {
  const { switchName, port, ifIndex, by, platform, load, since, seenAt, saidAt, before } = place;
  const iso = (at: number) => new Date(at).toISOString();
  const at = { switch: switchName, port, ifIndex, mac, label, state, by, platform, load };
  const moments = { since: iso(since), seenAt: iso(seenAt), saidAt: saidAt === null ? null : iso(saidAt) };
  return { ...at, ...moments, before, silent };
}

export type AtPortJson = ReturnType<typeof atPortJson>;

/** The same again. */
export function atPortOf({ mac, label, state, silent, switch: switchName, ...rest }: AtPortJson): AtPort {
  const { since, seenAt, saidAt, ...place } = rest;
  const moments = { since: Date.parse(since), seenAt: Date.parse(seenAt) };
  return {
    ...{ mac, label, state, silent },
    place: { ...place, ...moments, switchName, saidAt: saidAt === null ? null : Date.parse(saidAt) },
  };
}

/** Phones that have link and ask nothing, a sentence each; of these phones only, where they are named. */
export function silentAt(
  store: Pick<Store, 'phone'> & Pick<SwitchShelf, 'places'>,
  now: WallMs,
  { macs, ...hearing }: Hearing & { readonly macs: readonly MacAddress[] | null },
): readonly string[] {
  const places = [...store.places()].filter(([mac]) => macs === null || macs.includes(mac));
  return silentIn(places, store, now, hearing).map(({ reason }) => `${reason}.`);
}

/** Beside another server a phone that is not on the list asks there, and nobody here hears it. */
function silentIn(
  places: Iterable<readonly [MacAddress, KnownPlace]>,
  store: Pick<Store, 'phone'>,
  now: WallMs,
  { listensSince, isBeside }: Hearing,
) {
  const heard = [...places].filter(([mac]) => !isBeside || isOnList(store.phone(mac)?.enrolment ?? null));
  return silentPhones(heard, (mac) => store.phone(mac)?.lastSeenAt ?? null, now, listensSince);
}

function isOnList(enrolment: PhoneRecord['enrolment']): boolean {
  return enrolment?.status === 'enrolled';
}
