import { macInPairs } from '../names/mac-address.ts';
import { placeName, type RedirectPlace, type Shown } from './redirect-place.ts';

/** The chain of ours in the tables nat and filter of iptables. */
export function iptablesChain(place: RedirectPlace): string {
  return `LOADSTEP_${placeName(place).toUpperCase()}`;
}

/** Where our chain is entered: first where addresses are rewritten, then where what was not rewritten comes in. */
export const IPTABLES_ENTRIES = [
  { table: 'nat', from: 'PREROUTING' },
  { table: 'filter', from: 'INPUT' },
] as const;

/** The rule that leads to the chain, as words behind `-A`, `-C`, `-D` or `-I`. */
export function iptablesJump(place: RedirectPlace, from: 'PREROUTING' | 'INPUT'): readonly string[] {
  return [from, '-p', 'udp', '-m', 'udp', '--dport', '69', '-j', iptablesChain(place)];
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
    whose
      .map((one) => `-A ${chain} -p udp ${one} ${here} -m time --datestop ${until.slice(0, 19)} -j ${end}\n`)
      .join('');
  const table = (name: string, end: string) => `*${name}\n:${chain} - [0:0]\n${rules(end)}COMMIT\n`;
  // The kernel keeps the way of a flow that it knows: what comes through unchanged belongs to one from before, and is let nowhere.
  return table('nat', `DNAT --to-destination :${place.port}`) + table('filter', 'DROP');
}

/** Takes the chain away after the rule that leads there. */
export function iptablesEndText(place: RedirectPlace): string {
  const chain = iptablesChain(place);
  return IPTABLES_ENTRIES.map(({ table }) => `*${table}\n:${chain} - [0:0]\n-X ${chain}\nCOMMIT\n`).join('');
}
