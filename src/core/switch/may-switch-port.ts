import type { WallMs } from '../moment.ts';
import type { MacAddress } from '../names/mac-address.ts';
import { portKey } from '../power/shared-outlet.ts';
import { spanText } from '../text/amounts.ts';
import { type KnownPlace, placeText } from './bench-map.ts';
import { absenceOf } from './hangs-there.ts';
import { PLACE_IS_FRESH_MS } from './silent-phones.ts';
import type { SwitchPort, SwitchSeen } from './switch-seen.ts';

/** A phone whose power is to be taken at its switch port, and what the switch said last. */
export interface PortQuestion {
  readonly mac: MacAddress;
  readonly now: WallMs;
  readonly place: KnownPlace | null;
  /** What each switch said last, by its name; none of one that does not answer. */
  readonly answers: ReadonlyMap<string, SwitchSeen>;
  /** When the phone asked this server last; null where it never did. */
  readonly heardAt: WallMs | null;
  /** The port in the words of the list; null where it has none. */
  readonly listed: string | null;
  /** Whether the operator says that power and port have the same number at this switch. */
  readonly isCountedRight?: boolean;
  /** Whether a MAC is that of a phone that the record knows. */
  readonly isPhone: (mac: MacAddress) => boolean;
  /** Whether the operator says that PCs hang behind the phones. */
  readonly mayHavePcs: boolean;
}

/** The power of a port that feeds this phone, and nobody else as far as anybody can tell; or why it is not switched. */
export type PortVerdict =
  | { readonly may: true; readonly port: SwitchPort; readonly power: NonNullable<SwitchPort['power']> }
  | { readonly may: false; readonly why: string };

/**
 * Whether the power of a phone may be taken at the port at which it hangs. Only where the switch says all of it, and has said it just now: the wrong port
 * would darken another phone, which may be writing its flash.
 */
export function maySwitchPort({ place, listed, isCountedRight = false, ...question }: PortQuestion): PortVerdict {
  const { now, answers } = question;
  if (place === null) return no('no switch has seen it at a port');
  const where = placeText(place);
  const ago = now - place.seenAt;
  if (ago > PLACE_IS_FRESH_MS) return no(`it was seen at ${where} ${spanText(ago)} ago, and not since`);
  const seen = answers.get(place.switchName);
  if (seen === undefined) return no(`the switch ${place.switchName} does not answer`);
  if (seen.isThisMachine === true) return no(`it hangs at ${where}, and this machine gives no power`);
  const port = seen.ports.find(({ ifIndex }) => ifIndex === place.ifIndex);
  if (port === undefined || !port.isUp) return no(`${where} has no link`);
  if (seen.powerUnknown !== null) {
    return no(`which power belongs to ${where} is not known: ${seen.powerUnknown}`);
  }
  if (seen.isPowerCounted && !isCountedRight) {
    return no(
      `${place.switchName} does not say which power belongs to which port: where each power port has the number of its port, say so with --power-by-number ${place.switchName}`,
    );
  }
  const other = otherPort(listed, place, seen);
  if (other !== null) return no(`the list says port ${other}, and the switch sees it at ${where}: correct the list`);
  if (seen.lacks.length > 0) {
    return no(`a phone may hang at ${where} unseen: ${place.switchName} ${seen.lacks.join('; ')}`);
  }
  const absence = absenceOf({ ...question, place, port });
  if (absence !== null) return no(absence);
  const { power } = port;
  if (power === null) return no(`${where} gives no power`);
  if (!power.isOn) return no(`the power of ${where} was switched off by somebody else`);
  if (!power.isGiven) return no(`${where} gives it no power: it has a supply of its own`);
  return { may: true, port, power };
}

/** Another port of the same switch that the list names for this phone; null where it names none that the switch has. */
function otherPort(listed: string | null, { switchName, ifIndex }: KnownPlace, { ports }: SwitchSeen): string | null {
  if (listed === null) return null;
  const key = portKey(listed);
  const named = ports.find(({ name }) => [name, `${switchName} ${name}`].some((words) => portKey(words) === key));
  return named === undefined || named.ifIndex === ifIndex ? null : listed;
}

function no(why: string): PortVerdict {
  return { may: false, why };
}
