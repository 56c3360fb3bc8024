import { macInPairs } from '../names/mac-address.ts';
import type { SnippetKind } from './kind.ts';
import { aim, labelText } from './words.ts';

export const PFSENSE: SnippetKind = {
  name: 'pfsense',
  product: 'pfSense',
  chooses: ['mac'],
  point: ({ chosen, server }) => [
    `# ${aim(chosen, server)}`,
    '# pfSense is set in its web pages: Services, DHCP Server, the interface. Give',
    '# each of these phones a static mapping with:',
    `#   TFTP Server             ${server}`,
    '#   and, where the DHCP backend is ISC:',
    `#   Next Server             ${server}  (below Network Booting; enable that)`,
    `#   Custom DHCP Options     150, IP address or host, ${server}`,
    '# With the Kea backend a mapping has neither of the last two: option 66 alone',
    '# is given. The MAC addresses:',
    ...(chosen.by === 'mac' ? chosen.phones : []).map(({ mac, label }) => {
      const text = labelText(label);
      const pairs = macInPairs(mac).toLowerCase();
      return text === null ? pairs : `${pairs}  # ${text}`;
    }),
  ],
  undo: () => [
    '# In Services, DHCP Server, the interface: empty TFTP Server, Next Server and',
    '# the custom option 150 of these static mappings, or delete the mappings.',
  ],
};
