import { macInPairs } from '../names/mac-address.ts';
import { placeName, type RedirectPlace, type Shown } from './redirect-place.ts';

/** The chain of ours in the nat table of iptables. */
export function iptablesChain(place: RedirectPlace): string {
  return `LOADSTEP_${placeName(place).toUpperCase()}`;
}

/** The rule that leads to the chain, as words behind `-A`, `-C`, `-D` or `-I`. */
export function iptablesJump(place: RedirectPlace): readonly string[] {
  return ['PREROUTING', '-p', 'udp', '-m', 'udp', '--dport', '69', '-j', iptablesChain(place)];
}

/**
 * For `iptables-restore --noflush`: one transaction that puts these phones in the place of those which are there. A rule holds until the date
 * in it, since iptables has nothing else that runs out. `until` is in ISO 8601, UTC.
 */
export function iptablesPhonesText(place: RedirectPlace, { macs, addresses }: Shown, until: string): string {
  const chain = iptablesChain(place);
  const here = place.address === null ? '-m addrtype --dst-type LOCAL' : `-d ${place.address}`;
  const whose = [
    ...macs.map((mac) => `-m mac --mac-source ${macInPairs(mac).toLowerCase()}`),
    ...addresses.map((address) => `-s ${address}`),
  ];
  const ends = `${here} -m time --datestop ${until.slice(0, 19)} -j DNAT --to-destination :${place.port}`;
  const rules = whose.map((one) => `-A ${chain} -p udp ${one} ${ends}`);
  return `*nat\n:${chain} - [0:0]\n${rules.map((rule) => `${rule}\n`).join('')}COMMIT\n`;
}

/** Takes the chain away after the rule that leads there. */
export function iptablesEndText(place: RedirectPlace): string {
  const chain = iptablesChain(place);
  return `*nat\n:${chain} - [0:0]\n-X ${chain}\nCOMMIT\n`;
}
