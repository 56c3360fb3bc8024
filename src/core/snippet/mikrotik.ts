import { macInPairs } from '../names/mac-address.ts';
import type { SnippetKind } from './kind.ts';
import { aim, labelLines, OURS } from './words.ts';

/** Our option set and what is in it. */
const FORGET = [
  `/ip dhcp-server lease set [find dhcp-option-set="${OURS}"] dhcp-option-set=""`,
  `/ip dhcp-server option sets remove [find name="${OURS}"]`,
  `/ip dhcp-server option remove [find name="${OURS}-150"]`,
  `/ip dhcp-server option remove [find name="${OURS}-66"]`,
];

export const MIKROTIK: SnippetKind = {
  name: 'mikrotik',
  product: 'MikroTik RouterOS',
  chooses: ['mac'],
  point: ({ chosen, server }) => [
    `# ${aim(chosen, server)}`,
    '# Paste it into a terminal of the router. What an earlier run left goes first.',
    '# Leases of the phones become static. Next-server belongs to a whole network',
    '# here and stays as it is: the phones have options 150 and 66.',
    ...FORGET,
    // '…' is an address there, and s'…' the text of one.
    `/ip dhcp-server option add name="${OURS}-150" code=150 value="'${server}'"`,
    `/ip dhcp-server option add name="${OURS}-66" code=66 value="s'${server}'"`,
    `/ip dhcp-server option sets add name="${OURS}" options=${OURS}-150,${OURS}-66`,
    ...(chosen.by === 'mac' ? chosen.phones : []).flatMap((phone) => {
      const mac = macInPairs(phone.mac);
      return [
        ...labelLines(phone, { letters: 'ascii' }),
        `:foreach lease in=[/ip dhcp-server lease find mac-address="${mac}" dynamic=yes] do={/ip dhcp-server lease make-static $lease}`,
        `:if ([:len [/ip dhcp-server lease find mac-address="${mac}"]] = 0) do={/ip dhcp-server lease add mac-address="${mac}" address=0.0.0.0 comment="${OURS}"}`,
        `/ip dhcp-server lease set [find mac-address="${mac}"] dhcp-option-set="${OURS}"`,
      ];
    }),
  ],
  undo: () => [
    '# Paste it into a terminal of the router. Leases that were made static stay so,',
    '# except those that were made for loadstep.',
    ...FORGET,
    `/ip dhcp-server lease remove [find comment="${OURS}"]`,
  ],
};
