import { err, ok, type Result } from '../result.ts';
import { normalizeAddress } from '../who/address.ts';
import { DNSMASQ, OPNSENSE, UDM } from './dnsmasq.ts';
import { ISC_DHCPD } from './isc-dhcpd.ts';
import { KEA } from './kea.ts';
import type { SnippetKind, SnippetWish } from './kind.ts';
import { MIKROTIK } from './mikrotik.ts';
import { OPENWRT } from './openwrt.ts';
import { PFSENSE } from './pfsense.ts';
import { FRITZBOX, SYSTEMD_NETWORKD, UDHCPD, UNIFI } from './whole-network.ts';
import { WINDOWS } from './windows.ts';

/** Every DHCP server that there are lines for, in the order of the alphabet; docs/dhcp.md says how each was tried and whence it is known. */
export const SNIPPET_KINDS: readonly SnippetKind[] = [
  DNSMASQ,
  FRITZBOX,
  ISC_DHCPD,
  KEA,
  MIKROTIK,
  OPENWRT,
  OPNSENSE,
  PFSENSE,
  SYSTEMD_NETWORKD,
  UDHCPD,
  UDM,
  UNIFI,
  WINDOWS,
];

/** The kind that has the name; null when none does. */
export function snippetKind(name: string): SnippetKind | null {
  return SNIPPET_KINDS.find((kind) => kind.name === name.toLowerCase()) ?? null;
}

/** Products whose DHCP server is one of the kinds under another name. */
const INSIDE: Readonly<Record<string, string>> = { pihole: 'dnsmasq', 'pi-hole': 'dnsmasq', dhcpd: 'isc-dhcpd' };

/** The name of the kind that a product's DHCP server is; null where that is not known. */
export function kindInside(product: string): string | null {
  const name = product.toLowerCase();
  return Object.hasOwn(INSIDE, name) ? (INSIDE[name] ?? null) : null;
}

/** Of phones that have one of these vendor classes most are not on the list. */
const UNLISTED = [
  'Phones that are not on the list come here, too. "loadstep serve" gives them',
  'loads of the tree of --root only with --root-loads bystanders.',
];

/** The text that points phones at loadstep: the same for the same phones, in whatever order they come. */
export function snippetText(kind: SnippetKind, { chosen, server }: SnippetWish): string {
  const sorted: SnippetWish['chosen'] =
    chosen.by === 'mac' ? { by: 'mac', phones: [...chosen.phones].sort((a, b) => (a.mac < b.mac ? -1 : 1)) } : chosen;
  const [aim = '', ...lines] = kind.point({ chosen: sorted, server });
  const [mark] = aim.split(' ');
  const remarks = chosen.by === 'mac' ? [] : UNLISTED.map((line) => `${mark} ${line}`);
  return `${[aim, ...remarks, ...lines].join('\n')}\n`;
}

/** A landed phone obeys whoever answers it. */
const AFTERWARDS = [
  '# The phones ask as before when they boot next. Before they do, see that no',
  '# file of the server they will ask names another load than a phone was',
  '# converted to: the phone would take that load.',
];

/** The text that takes it all back. */
export function undoText(kind: SnippetKind): string {
  return `${[...kind.undo(), ...AFTERWARDS].join('\n')}\n`;
}

/** An address that phones can be told to ask: IPv4, of one machine that is not the phone itself. */
export function readServerAddress(text: string): Result<string, string> {
  const address = normalizeAddress(text.trim());
  if (address === null || address.includes(':')) {
    return err(
      `"${text}" is not an IPv4 address; phones take no name and no IPv6 there: write one such as 192.168.1.3`,
    );
  }
  const first = Number(address.split('.')[0]);
  if (first === 0 || first === 127 || first >= 224) {
    return err(`no phone can ask ${address}; write the address of this machine in the network of the phones`);
  }
  return ok(address);
}
