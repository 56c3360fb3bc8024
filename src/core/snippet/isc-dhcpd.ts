import { macInPairs } from '../names/mac-address.ts';
import type { SnippetKind } from './kind.ts';
import { VENDOR_TEXTS } from './vendor-texts.ts';
import { aim, labelLines, OURS } from './words.ts';

const FILE = '/etc/dhcp/loadstep.conf';

/** Members are subclasses: dhcpd finds them by hash, and a `host` that is there already keeps its address. */
export const ISC_DHCPD: SnippetKind = {
  name: 'isc-dhcpd',
  product: 'ISC dhcpd',
  chooses: ['mac', 'vendor-class'],
  point: ({ chosen, server }) => [
    `# ${aim(chosen, server)}`,
    `# Save it as ${FILE} and add this line at the end of dhcpd.conf:`,
    `#   include "${FILE}";`,
    '# then: dhcpd -t && systemctl restart isc-dhcp-server',
    `option ${OURS}-tftp code 150 = array of ip-address;`,
    `class "${OURS}" {`,
    chosen.by === 'mac' ? '  match hardware;' : '  match option vendor-class-identifier;',
    `  option ${OURS}-tftp ${server};`,
    `  option tftp-server-name "${server}";`,
    `  next-server ${server};`,
    '}',
    ...(chosen.by === 'mac'
      ? chosen.phones.flatMap((phone) => [
          ...labelLines(phone),
          // 1 is the hardware type: Ethernet.
          `subclass "${OURS}" 1:${macInPairs(phone.mac).toLowerCase()};`,
        ])
      : [
          '# The phones send a zero byte behind the text, and dhcpd compares it, too.',
          ...VENDOR_TEXTS.map((text) => `subclass "${OURS}" "${text}\\000";`),
        ]),
  ],
  undo: () => [
    `sed -i '\\|include "${FILE}";|d' /etc/dhcp/dhcpd.conf`,
    `rm ${FILE}`,
    'dhcpd -t && systemctl restart isc-dhcp-server',
  ],
};
