import type { WallMs } from '../moment.ts';
import type { MacAddress } from '../names/mac-address.ts';
import { spanText } from '../text/amounts.ts';
import { type KnownPlace, placeText } from './bench-map.ts';
import { LEARNT_FOR_MS } from './link-age.ts';
import { speaksAlone } from './places.ts';
import type { PortNeighbour, SwitchPort, SwitchSeen } from './switch-seen.ts';

/** A phone at a port, and what all switches said last. */
export interface PresenceQuestion {
  readonly mac: MacAddress;
  readonly now: WallMs;
  readonly place: KnownPlace;
  readonly port: SwitchPort;
  /** What each switch said last, by its name. */
  readonly answers: ReadonlyMap<string, SwitchSeen>;
  /** When the phone asked this server last; null where it never did. */
  readonly heardAt: WallMs | null;
  /** Whether a MAC is that of a phone that the record knows. */
  readonly isPhone: (mac: MacAddress) => boolean;
  /** Whether the operator says that PCs hang behind the phones. */
  readonly mayHavePcs: boolean;
}

/** The time to live in CDP is one byte of seconds; with what a walk may take on top (the latter invented). */
const CDP_STAYS_MS = 265_000;

/**
 * Why a switch does not show that this phone hangs at this port now, and nobody else who may be a phone; null where it does. Words in CDP and LLDP
 * stay for minutes after the phone has left, and whoever was plugged in in its place may be writing its flash by now.
 */
export function absenceOf(question: PresenceQuestion): string | null {
  return elsewhere(question) ?? missingAt(question) ?? companyAt(question) ?? unprovenAt(question);
}

/** Whether these are the phone's own words, whatever it puts before its MAC: what it calls itself on MGCP was not seen. */
function isItself(mac: MacAddress, said: PortNeighbour): boolean {
  return said.mac === mac || (said.mac === null && said.device.toUpperCase().includes(mac));
}

/** The phone at a second port: one of the two is from before it was moved. */
function elsewhere({ mac, place, port, answers }: PresenceQuestion): string | null {
  for (const [switchName, { ports, has, isThisMachine = false }] of answers) {
    const isHere = switchName === place.switchName;
    for (const other of ports) {
      if ((isHere && other.ifIndex === port.ifIndex) || !other.isUp) continue;
      // This machine hears what a switch of another maker passes on.
      if (isThisMachine && !speaksAlone(other)) continue;
      const there = placeText({ switchName, port: other.name });
      if (other.neighbours.some((one) => isItself(mac, one))) {
        return `its words stand at ${there}, too: one of the two is from before it was moved`;
      }
      // Another switch has it at the port that leads here.
      if (!isHere || !has.bridge || !other.macs.includes(mac)) continue;
      const too = port.macs.includes(mac) ? ', too' : `, and not at ${placeText(place)}`;
      return `the bridge table of ${switchName} has it at ${there}${too}`;
    }
  }
  return null;
}

/** The phone in no bridge table, of a switch that has one; or in no table at all. */
function missingAt({ mac, place, port, answers }: PresenceQuestion): string | null {
  const { switchName } = place;
  if (port.macs.includes(mac)) return null;
  if (answers.get(switchName)?.has.bridge !== true) {
    const says = port.neighbours.some((one) => isItself(mac, one));
    return says ? null : `${switchName} does not see it at ${placeText(place)} any more`;
  }
  const instead = port.macs.length === 0 ? '' : `, and has ${port.macs[0]} there`;
  return `the bridge table of ${switchName} does not have it at ${placeText(place)}${instead}: it is gone, or has sent nothing in minutes`;
}

/** Another device at the port. */
function companyAt(question: PresenceQuestion): string | null {
  const { mac, place, port, answers, isPhone, mayHavePcs } = question;
  const where = placeText(place);
  const speaker = port.neighbours.find((one) => !isItself(mac, one));
  if (speaker !== undefined) {
    const who = speaker.mac ?? (speaker.device === '' ? 'another device' : speaker.device);
    return `${who} says that it hangs at ${where}, too`;
  }
  const others = port.macs.filter((one) => one !== mac);
  const phone = others.find(isPhone);
  if (phone !== undefined) return `${phone} hangs at ${where}, too`;
  const count = port.macCount - (port.macs.length - others.length);
  const [stranger] = others;
  if (stranger === undefined) return count > 0 ? `${count} more devices are at ${where}, too` : null;
  if (count > 1) return `${stranger} and ${count - 1} more are at ${where}, too`;
  if (isLikePhone(stranger, mac, answers)) return `${stranger} is at ${where}, too, and may be a phone`;
  if (mayHavePcs) return null;
  return `${stranger} is at ${where}, too, and may be a phone; where PCs hang behind the phones, say so with --power-switch-pcs`;
}

/** Whether a device says somewhere that it is a phone, or is of the maker of this phone or of one that says so, by the first half of its MAC. */
function isLikePhone(one: MacAddress, mac: MacAddress, answers: PresenceQuestion['answers']): boolean {
  const makers = new Set([makerOf(mac)]);
  for (const { ports } of answers.values()) {
    for (const said of ports.flatMap(({ neighbours }) => neighbours)) {
      if (said.isPhone && said.mac !== null) makers.add(makerOf(said.mac));
    }
  }
  return makers.has(makerOf(one));
}

function makerOf(mac: MacAddress): string {
  return mac.slice(0, 6);
}

/** What is known of the phone at this port may be from before its link came up. */
function unprovenAt({ mac, now, place, port, answers, heardAt }: PresenceQuestion): string | null {
  const { switchName } = place;
  const { linkedForMs } = port;
  const where = placeText(place);
  const hasBridge = answers.get(switchName)?.has.bridge === true;
  if (linkedForMs !== null && hasWordsOfThisLink(mac, port, linkedForMs)) return null;
  if (hasBridge && !port.learnt.includes(mac)) {
    return `the bridge table of ${switchName} has it at ${where} since that was written there by hand or kept by port security, which says nothing of now`;
  }
  if (linkedForMs === null) {
    if (hasBridge) return null;
    return (
      `nothing says that it hangs at ${where} still: ${switchName} shows no bridge table to this community or user, ` +
      'and not how long the link is up'
    );
  }
  const isHeardSince = heardAt !== null && heardAt > now - linkedForMs;
  if (hasBridge && (isHeardSince || linkedForMs > LEARNT_FOR_MS)) return null;
  if (!hasBridge && port.neighbours.every(({ by }) => by === 'lldp')) {
    return `nothing says that it hangs at ${where} still: ${switchName} shows no bridge table to this community or user, and words in LLDP may stay for hours`;
  }
  return `what ${switchName} has of it at ${where} may be from before the link came up there ${spanText(linkedForMs)} ago`;
}

/** Whether the switch heard its words since the link came up: it says when, or would have forgotten older ones. */
function hasWordsOfThisLink(mac: MacAddress, { neighbours }: SwitchPort, linkedForMs: number): boolean {
  return neighbours.some(
    (one) =>
      isItself(mac, one) &&
      one.by === 'cdp' &&
      (linkedForMs > CDP_STAYS_MS || (one.agoMs !== null && one.agoMs <= linkedForMs)),
  );
}
