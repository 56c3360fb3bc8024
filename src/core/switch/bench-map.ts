import { BoundedMap } from '../bounded-map.ts';
import type { WallMs } from '../moment.ts';
import type { MacAddress } from '../names/mac-address.ts';
import type { Place } from './places.ts';

/** Where a phone hangs or hung, and since when. */
export interface KnownPlace extends Omit<Place, 'agoMs'> {
  /** When it was first seen there. */
  readonly since: WallMs;
  /** When it was last seen there. */
  readonly seenAt: WallMs;
  /** When its words were noticed first, by the switch's clock or by ours; null while it has said nothing. */
  readonly saidAt: WallMs | null;
  /** Where it hung before; null where it never moved. */
  readonly before: string | null;
}

/** What became of a phone on the map. */
export interface MapChange {
  readonly mac: MacAddress;
  readonly kind: 'found' | 'moved' | 'said';
  readonly place: KnownPlace;
}

/** Places that are kept: a bench is smaller, and the network chooses who is seen (invented). */
const MOST_PLACES = 4_096;

/** A place in words: `sw1 Gi0/17`. */
export function placeText({ switchName, port }: Pick<Place, 'switchName' | 'port'>): string {
  return `${switchName} ${port}`;
}

/** How it is known, in words. */
export const SEEN_BY_TEXT: Readonly<Record<Place['by'], string>> = {
  cdp: 'CDP',
  lldp: 'LLDP',
  bridge: 'the bridge table',
};

/**
 * The map after one more walk. Who is not seen now stays where it was: a phone that restarts is gone for a minute. `isWanted` chooses whom
 * the map is about of those that only a bridge table names.
 */
export class BenchMap {
  readonly #places = new BoundedMap<MacAddress, KnownPlace>(MOST_PLACES);

  constructor(known: Iterable<readonly [MacAddress, KnownPlace]> = []) {
    for (const [mac, place] of known) this.#places.set(mac, place);
  }

  of(mac: MacAddress): KnownPlace | null {
    return this.#places.get(mac) ?? null;
  }

  [Symbol.iterator](): Iterator<[MacAddress, KnownPlace]> {
    return this.#places[Symbol.iterator]();
  }

  fold(
    places: ReadonlyMap<MacAddress, Place>,
    now: WallMs,
    isWanted: (mac: MacAddress) => boolean,
  ): readonly MapChange[] {
    const changes: MapChange[] = [];
    for (const [mac, place] of places) {
      if (place.by === 'bridge' && !isWanted(mac)) continue;
      const was = this.#places.get(mac) ?? null;
      const next = after(was, place, now);
      this.#places.set(mac, next);
      const kind = kindOf(was, next);
      if (kind !== null) changes.push({ mac, kind, place: next });
    }
    return changes;
  }
}

function after(was: KnownPlace | null, { agoMs, ...place }: Place, now: WallMs): KnownPlace {
  const isThere = was !== null && placeText(was) === placeText(place);
  const saysNothing = place.load === null && place.platform === null;
  const saysSame = was !== null && was.load === place.load && was.platform === place.platform;
  const said = agoMs === null ? now : now - agoMs;
  return {
    ...place,
    since: isThere ? was.since : now,
    seenAt: now,
    // The switch knows better than we do when it heard them; where it does not say, the first walk that did counts.
    saidAt: saysNothing ? null : isThere && saysSame && agoMs === null ? was.saidAt : said,
    before: isThere ? was.before : was === null ? null : placeText(was),
  };
}

function kindOf(was: KnownPlace | null, next: KnownPlace): MapChange['kind'] | null {
  if (was === null) return 'found';
  if (placeText(was) !== placeText(next)) return 'moved';
  return next.load !== null && was.load !== next.load ? 'said' : null;
}

/** A change for the record of the phone, in words. */
export function changeText({ kind, place }: MapChange): string {
  const { load, platform, before, by } = place;
  const says = [platform, load === null ? null : `says that it runs ${load}`].filter(
    (part) => part !== null && part !== '',
  );
  const words = says.length === 0 ? '' : `: ${says.join(', ')}`;
  if (kind === 'said') return `${SEEN_BY_TEXT[by]} at ${placeText(place)}${words}`;
  const from = kind === 'moved' && before !== null ? `, and not at ${before} any more` : '';
  return `it hangs at ${placeText(place)}${from}, as ${SEEN_BY_TEXT[by]} says${words}`;
}
