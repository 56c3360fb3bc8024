import { macInPairs } from '../names/mac-address.ts';
import { VENDOR_CLASS_PREFIX } from '../who/vendor-class.ts';
import type { SnippetKind, SnippetWish } from './kind.ts';
import { MODEL_SUFFIXES, OLD_TEXT_IN_HEX } from './vendor-texts.ts';
import { aim, labelLines, OURS } from './words.ts';

/**
 * The lines that dnsmasq reads. `dhcp-mac` and not `dhcp-host`, so that a line that gives the phone its address goes on counting;
 * next-server by `dhcp-boot`, since a `dhcp-boot` that is there already beats the option `server-ip-address`.
 */
function lines({ chosen, server }: SnippetWish): readonly string[] {
  return [
    ...(chosen.by === 'mac'
      ? chosen.phones.flatMap((phone) => [
          ...labelLines(phone),
          `dhcp-mac=set:${OURS},${macInPairs(phone.mac).toLowerCase()}`,
        ])
      : [
          ...MODEL_SUFFIXES.map((suffix) => `dhcp-vendorclass=set:${OURS},"${VENDOR_CLASS_PREFIX} ${suffix}"`),
          '# Old SCCP images name no model.',
          `dhcp-match=set:${OURS},60,${OLD_TEXT_IN_HEX}`,
        ]),
    `dhcp-option=tag:${OURS},150,${server}`,
    // Without the quotation marks dnsmasq would send four bytes instead of a text.
    `dhcp-option=tag:${OURS},66,"${server}"`,
    `dhcp-boot=tag:${OURS},,,${server}`,
  ];
}

const FILE = '/etc/dnsmasq.d/loadstep.conf';

export const DNSMASQ: SnippetKind = {
  name: 'dnsmasq',
  product: 'dnsmasq',
  chooses: ['mac', 'vendor-class'],
  point: (wish) => [
    `# ${aim(wish.chosen, wish.server)}`,
    `# Save it as ${FILE}, or where your dnsmasq reads, then:`,
    `#   dnsmasq --test --conf-file=${FILE}`,
    '#   systemctl restart dnsmasq',
    ...lines(wish),
  ],
  undo: () => [`rm ${FILE}`, 'systemctl restart dnsmasq'],
};

const OPNSENSE_FILE = '/usr/local/etc/dnsmasq.conf.d/loadstep.conf';

export const OPNSENSE: SnippetKind = {
  name: 'opnsense',
  product: 'OPNsense with Dnsmasq as its DHCP server',
  chooses: ['mac', 'vendor-class'],
  point: (wish) => [
    `# ${aim(wish.chosen, wish.server)}`,
    `# Save it on the firewall as ${OPNSENSE_FILE},`,
    '# then press Apply in Services, Dnsmasq DNS & DHCP, General.',
    '# With Kea or ISC DHCP in place of Dnsmasq this file is not read.',
    ...lines(wish),
  ],
  undo: () => [`rm ${OPNSENSE_FILE}`, '# Then press Apply in Services, Dnsmasq DNS & DHCP, General.'],
};

/** Where a UniFi gateway keeps what its dnsmasq reads: the first folder on newer releases, the other one before. */
const UDM_FOLDERS = '/run/dnsmasq.dhcp.conf.d /run/dnsmasq.conf.d';

export const UDM: SnippetKind = {
  name: 'udm',
  product: 'a UniFi gateway (UDM and its kin)',
  chooses: ['mac', 'vendor-class'],
  point: (wish) => [
    `# ${aim(wish.chosen, wish.server)}`,
    '# Run it on the gateway, by ssh as root. It is gone when the gateway restarts,',
    '# and may be gone when its network settings change: run it again then.',
    `for folder in ${UDM_FOLDERS}; do [ -d "$folder" ] && break; done`,
    `cat > "$folder/loadstep.conf" << 'END_OF_LOADSTEP'`,
    ...lines(wish),
    'END_OF_LOADSTEP',
    'killall dnsmasq # the gateway starts it again',
  ],
  undo: () => [
    `for folder in ${UDM_FOLDERS}; do rm -f "$folder/loadstep.conf"; done`,
    'killall dnsmasq # the gateway starts it again',
  ],
};
