import { macInPairs } from '../names/mac-address.ts';
import { quoted } from '../text/shell-word.ts';
import type { SnippetKind } from './kind.ts';
import { MODEL_SUFFIXES, OLD_TEXT_IN_HEX } from './vendor-texts.ts';
import { aim, labelLines, OURS } from './words.ts';

/** Sections of ours, whatever phones they were for; the tag among them. */
const FORGET = `for section in $(uci show dhcp | sed -n 's/^dhcp\\.\\(${OURS}\\|${OURS}_[a-z0-9_]*\\)=.*/\\1/p'); do uci delete "dhcp.$section"; done`;

const AGAIN = ['uci commit dhcp', '/etc/init.d/dnsmasq restart'];

/** A section of one line of dnsmasq, which sets our tag. */
function section(name: string, type: string, key: string, value: string): readonly string[] {
  return [
    `uci set dhcp.${OURS}_${name}=${type}`,
    `uci set dhcp.${OURS}_${name}.networkid='${OURS}'`,
    `uci set dhcp.${OURS}_${name}.${key}=${quoted(value)}`,
  ];
}

export const OPENWRT: SnippetKind = {
  name: 'openwrt',
  product: 'OpenWrt',
  chooses: ['mac', 'vendor-class'],
  point: ({ chosen, server }) => [
    `# ${aim(chosen, server)}`,
    '# Run it on the router, by ssh. What an earlier run left goes first.',
    FORGET,
    ...(chosen.by === 'mac'
      ? chosen.phones.flatMap((phone) => [
          ...labelLines(phone),
          ...section(phone.mac.toLowerCase(), 'mac', 'mac', macInPairs(phone.mac).toLowerCase()),
        ])
      : [
          // The comma in the whole text would end it in the line of dnsmasq.
          ...MODEL_SUFFIXES.flatMap((suffix) =>
            section(suffix.toLowerCase().replaceAll('-', '_'), 'vendorclass', 'vendorclass', `IP Phone ${suffix}`),
          ),
          ...section('old', 'match', 'match', `60,${OLD_TEXT_IN_HEX}`),
        ]),
    `uci set dhcp.${OURS}=tag`,
    `uci add_list dhcp.${OURS}.dhcp_option='150,${server}'`,
    `uci add_list dhcp.${OURS}.dhcp_option='66,"${server}"'`,
    '# A dhcp_boot that the router has goes on setting next-server. If it names a',
    '# server, option 66 comes twice, first with that name. Option 150 is ours.',
    `uci add_list dhcp.${OURS}.dhcp_option='option:server-ip-address,${server}'`,
    ...AGAIN,
  ],
  undo: () => ['# Run it on the router, by ssh.', FORGET, ...AGAIN],
};
