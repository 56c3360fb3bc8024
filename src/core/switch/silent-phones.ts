import type { WallMs } from '../moment.ts';
import type { MacAddress } from '../names/mac-address.ts';
import { spanText } from '../text/amounts.ts';
import { type KnownPlace, placeText, SEEN_BY_TEXT } from './bench-map.ts';

/** A phone that was plugged in asks within a few minutes of its boot (invented; a boot takes one to three: legacy-79x0 3, java-phones 4). */
const ASKS_WITHIN_MS = 5 * 60_000;
/** A place that was not seen for longer is one of before: three walks, and what CDP keeps of a phone that is gone (invented). */
export const PLACE_IS_FRESH_MS = 4 * 60_000;

/** A phone that a switch sees, and that has asked this server for nothing. */
export interface SilentPhone {
  readonly mac: MacAddress;
  readonly place: string;
  readonly reason: string;
}

/** Phones that have link and speak, and never asked; `lastSeenAt` tells when a phone asked this server last, `listensSince` since when it hears. */
export function silentPhones(
  places: Iterable<readonly [MacAddress, KnownPlace]>,
  lastSeenAt: (mac: MacAddress) => WallMs | null,
  now: WallMs,
  listensSince: WallMs | null,
): readonly SilentPhone[] {
  if (listensSince === null) return [];
  const silent: SilentPhone[] = [];
  for (const [mac, place] of places) {
    if (place.by === 'bridge' || now - place.seenAt > PLACE_IS_FRESH_MS || lastSeenAt(mac) !== null) continue;
    const quietMs = now - Math.max(place.since, listensSince);
    if (quietMs < ASKS_WITHIN_MS) continue;
    const what = place.platform === null || place.platform === '' ? 'a phone' : `a ${place.platform}`;
    const reason =
      `${placeText(place)}: ${mac}, ${what} by ${SEEN_BY_TEXT[place.by]}, has link and has asked for nothing in ${spanText(quietMs)}: ` +
      'its DHCP server names no TFTP server (option 150 or 66), or another one than this machine, and "loadstep doctor --probe" shows which';
    silent.push({ mac, place: placeText(place), reason });
  }
  return silent;
}
