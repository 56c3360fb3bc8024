import { macInPairs } from '../names/mac-address.ts';
import { placeName, type RedirectPlace, type Shown } from './redirect-place.ts';

/** The chain of ours in the tables mangle and nat of iptables. */
export function iptablesChain(place: RedirectPlace): string {
  return `LOADSTEP_${placeName(place).toUpperCase()}`;
}

/** The tables in which our chain is entered, in the order in which a packet comes by. */
export const IPTABLES_TABLES = ['mangle', 'nat'] as const;

/** The rule that leads to the chain, as words behind `-A`, `-C`, `-D` or `-I`. */
export function iptablesJump(place: RedirectPlace): readonly string[] {
  return ['PREROUTING', '-p', 'udp', '-m', 'udp', '--dport', '69', '-j', iptablesChain(place)];
}

/**
 * For `iptables-restore --noflush`: puts these phones in the place of those which are there, in one transaction for each table. A rule holds until the date
 * in it, since iptables has nothing else that runs out. `until` is in ISO 8601, UTC.
 */
export function iptablesPhonesText(place: RedirectPlace, { macs, addresses }: Shown, until: string): string {
  const chain = iptablesChain(place);
  const here = place.address === null ? '-m addrtype --dst-type LOCAL' : `-d ${place.address}`;
  const whose = [
    ...macs.map((mac) => `-m mac --mac-source ${macInPairs(mac).toLowerCase()}`),
    ...addresses.map((address) => `-s ${address}`),
  ];
  const rules = (end: string) =>
    whose.map((one) => `-A ${chain} -p udp ${one} ${here} -m time --datestop ${until.slice(0, 19)} ${end}\n`).join('');
  const table = (name: (typeof IPTABLES_TABLES)[number], end: string) =>
    `*${name}\n:${chain} - [0:0]\n${rules(end)}COMMIT\n`;
  // The kernel keeps the way of a flow that it knows, to a program here or to a container: what is of such a flow, and not of one of ours, goes nowhere.
  // The first packet of a flow is not confirmed yet, and has no way; answers of a flow of ours come from our port.
  const elsewhere = `-m conntrack --ctstatus CONFIRMED ! --ctreplsrcport ${place.port}`;
  return table('mangle', `${elsewhere} -j DROP`) + table('nat', `-j DNAT --to-destination :${place.port}`);
}

/** Takes the chain away after the rule that leads there. */
export function iptablesEndText(place: RedirectPlace): string {
  const chain = iptablesChain(place);
  return IPTABLES_TABLES.map((table) => `*${table}\n:${chain} - [0:0]\n-X ${chain}\nCOMMIT\n`).join('');
}
