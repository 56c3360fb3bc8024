import { macInPairs } from '../names/mac-address.ts';
import { placeName, type RedirectPlace, type Shown } from './redirect-place.ts';

/** How all tables of ours begin. */
export const NFT_TABLES = 'ip loadstep_';

/** The table of ours in nftables. */
export function nftTable(place: RedirectPlace): string {
  return `${NFT_TABLES}${placeName(place)}`;
}

/**
 * Lays the table in one transaction, whatever of it was there. It comes before other rewriting of addresses, because the first rule that
 * rewrites a packet wins. The address that was asked stays as it is, so that the answer comes from there. The kernel keeps the way of a flow that it knows, to
 * a program here or to a container: what is of such a flow, and not of one of ours, is dropped before that way is taken.
 */
export function nftTableText(place: RedirectPlace, phones: Shown, lifeMs: number): string {
  const table = nftTable(place);
  const here = place.address === null ? 'fib daddr type local' : `ip daddr ${place.address}`;
  // The first packet of a flow is not confirmed yet, and has no way; answers of a flow of ours come from our port.
  const elsewhere = `ct status confirmed ct reply proto-src != ${place.port}`;
  return `add table ${table}
delete table ${table}
table ${table} {
  set phones { type ether_addr; flags timeout; timeout ${seconds(lifeMs)}; }
  set addresses { type ipv4_addr; flags timeout; timeout ${seconds(lifeMs)}; }
  chain known {
    type filter hook prerouting priority dstnat - 20; policy accept;
    ether saddr @phones udp dport 69 ${here} ${elsewhere} drop
    ip saddr @addresses udp dport 69 ${here} ${elsewhere} drop
  }
  chain prerouting {
    type nat hook prerouting priority dstnat - 10; policy accept;
    ether saddr @phones udp dport 69 ${here} dnat to :${place.port}
    ip saddr @addresses udp dport 69 ${here} dnat to :${place.port}
  }
}
${elements(table, phones, lifeMs)}`;
}

/** Puts other phones in the place of those that are there, or the same for another while; refused where the table is gone. */
export function nftPhonesText(place: RedirectPlace, phones: Shown, lifeMs: number): string {
  const table = nftTable(place);
  return `flush set ${table} phones\nflush set ${table} addresses\n${elements(table, phones, lifeMs)}`;
}

/** Takes the table away, and does nothing where it is not there. */
export function nftEndText(place: RedirectPlace): string {
  const table = nftTable(place);
  return `add table ${table}\ndelete table ${table}\n`;
}

function elements(table: string, { macs, addresses }: Shown, lifeMs: number): string {
  const add = (set: string, all: readonly string[]) =>
    all.length === 0
      ? ''
      : `add element ${table} ${set} { ${all.map((one) => `${one} timeout ${seconds(lifeMs)}`).join(', ')} }\n`;
  return (
    add(
      'phones',
      macs.map((mac) => macInPairs(mac).toLowerCase()),
    ) + add('addresses', addresses)
  );
}

const seconds = (ms: number) => `${Math.ceil(ms / 1000)}s`;
