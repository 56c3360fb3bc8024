import type { PortNeighbour, SwitchPort, SwitchSeen } from '../../core/switch/switch-seen.ts';
import { PARTLY_MEANS, type SwitchStanding, type SwitchStandings } from '../../core/switch/switch-standing.ts';
import { countText, spanText } from '../../core/text/amounts.ts';
import type { SwitchEntry } from '../../ports/switches.ts';
import type { Look } from './fit-text.ts';
import { dateText, printable } from './printable.ts';
import { table } from './table.ts';

/** What a switch tells, in sentences. */
export function switchAnswers(seen: SwitchSeen, tookMs: number): string {
  if (seen.isThisMachine === true) return lldpdAnswers(seen, tookMs);
  const { ports, has, description, powerUnknown, isPowerCounted } = seen;
  const phones = phonesText(ports);
  const tells = [has.cdp ? 'CDP' : null, has.lldp ? 'LLDP' : null, has.bridge ? 'bridge tables' : null].filter(
    (one) => one !== null,
  );
  const what = description === '' ? 'It answers' : `It is ${printable(cutAt(description, 60))}, and answers`;
  const lines = [
    `${what} in ${tookMs} ms: ${countText(ports.length, 'port')}, ${tells.length === 0 ? 'no table that tells who is there' : tells.join(', ')}; ${phones}.`,
    powerUnknown === null ? null : `Which of its ports gives power to which phone is not known: ${powerUnknown}.`,
    isPowerCounted
      ? 'It does not say which power belongs to which port: shown is that of the same number, and serve switches it with --power-by-number alone.'
      : null,
  ];
  return lines.filter((line) => line !== null).join(' ');
}

function phonesText(ports: readonly SwitchPort[]): string {
  const said = ports.flatMap(({ neighbours }) => neighbours.filter(({ isPhone }) => isPhone));
  const { size } = new Set(said.map(({ mac, device }) => mac ?? device));
  if (size === 0) return 'no phone says who it is';
  return `${countText(size, 'phone')} ${size === 1 ? 'says who it is' : 'say who they are'}`;
}

/** What lldpd on this machine tells, in sentences. */
function lldpdAnswers({ ports, has }: SwitchSeen, tookMs: number): string {
  const where =
    ports.length === 0
      ? 'nobody speaks at any interface'
      : `somebody speaks at ${countText(ports.length, 'interface')}`;
  const lines = [
    `It is lldpd on this machine, and answers in ${tookMs} ms: ${where}; ${phonesText(ports)}.`,
    has.cdp
      ? null
      : 'It has heard no CDP, which is all that many phones speak: lldpd hears that where it runs with -c.',
  ];
  return lines.filter((line) => line !== null).join(' ');
}

/** What stands at the ports of a switch where something is. */
export function portTable(name: string, seen: SwitchSeen, look: Look): string {
  const used = seen.ports.filter(isUsed);
  if (used.length === 0) return `${name}: nothing is at any of its ${seen.ports.length} ports.\n`;
  const rows = used.map((port) =>
    [port.name, linkCell(port), whoCell(port), saysCell(port), powerCell(port)].map(printable),
  );
  return `${name}\n${table(['PORT', 'LINK', 'WHO', 'SAYS', 'POWER'], rows, { look, leaveOut: ['LINK', 'POWER', 'SAYS'] })}`;
}

/** A port for programs. */
export function portJson(
  name: string,
  { name: port, ifIndex, isUp, neighbours, macs, macCount, power }: SwitchPort,
): string {
  return `${JSON.stringify({ switch: name, port, ifIndex, isUp, neighbours, macs, macCount, power })}\n`;
}

export function isUsed({ isUp, neighbours, macCount }: SwitchPort): boolean {
  return isUp || neighbours.length > 0 || macCount > 0;
}

function linkCell({ isUp }: SwitchPort): string {
  return isUp ? 'up' : 'down';
}

/** Without what a device says in LLDP where it says the same in CDP. */
function inOneProtocol(
  neighbours: readonly PortNeighbour[],
  isSame: (one: PortNeighbour, other: PortNeighbour) => boolean,
): readonly PortNeighbour[] {
  const inCdp = neighbours.filter(({ by, mac }) => by === 'cdp' && mac !== null);
  return neighbours.filter(
    (one) => one.by === 'cdp' || !inCdp.some((other) => other.mac === one.mac && isSame(one, other)),
  );
}

function whoCell({ neighbours, macs, macCount }: SwitchPort): string {
  const said = inOneProtocol(neighbours, () => true).map(({ device, mac, platform }) =>
    [mac ?? device, platform].filter((one) => one !== '').join(' '),
  );
  if (said.length > 0) return [...new Set(said)].join('; ');
  const more = macCount > 2 ? ` and ${macCount - 1} more` : '';
  return macs.length === 0 ? '-' : `${macs.slice(0, more === '' ? 2 : 1).join(', ')}${more}`;
}

function saysCell({ neighbours }: SwitchPort): string {
  const words = inOneProtocol(neighbours, (one, other) => one.load === other.load);
  const said = words.flatMap((one) => (one.load === null ? [] : [`${one.load} (${howText(one)})`]));
  return said.length === 0 ? '-' : said.join('; ');
}

function howText({ by, agoMs }: PortNeighbour): string {
  return `${by.toUpperCase()}${agoMs === null ? '' : `, for ${spanText(agoMs)}`}`;
}

function powerCell({ power }: SwitchPort): string {
  if (power === null) return '-';
  return power.isGiven ? 'given' : power.isOn ? 'on' : 'off';
}

/** The switches as a table. */
export function switchTable(switches: readonly SwitchEntry[], standings: SwitchStandings, look: Look): string {
  const rows = switches.map(({ name, address, port, version, user, addedAt }) => {
    const how = standings.get(name)?.how ?? null;
    const by = `${version}${user === null ? '' : ` as ${user.name}`}`;
    return [
      name,
      version === 'lldpd' ? address : `${address}:${port}`,
      by,
      dateText(addedAt),
      how === null ? '-' : HOW_TEXT[how],
    ].map(printable);
  });
  return table(['NAME', 'ADDRESS', 'VERSION', 'ADDED', 'ANSWERS'], rows, { look, leaveOut: ['ADDED'] });
}

const HOW_TEXT: Readonly<Record<SwitchStanding['how'], string>> = { whole: 'yes', partly: 'in part', failed: 'no' };

/** Why a server does not get to see the whole of a switch, in a sentence; null where it does, or where none asks. */
export function standingText(name: string, standing: SwitchStanding | null, now: number): string | null {
  if (standing === null || standing.why === null) return null;
  const { how, why, since } = standing;
  const span = `for ${spanText(now - since)}`;
  return printable(how === 'failed' ? `${name}, ${span}: ${why}.` : `${name} ${why}, ${span}: ${PARTLY_MEANS}.`);
}

function cutAt(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}
