import { macInPairs } from '../names/mac-address.ts';
import type { SnippetKind } from './kind.ts';
import { VENDOR_TEXTS } from './vendor-texts.ts';
import { addressInHex, aim, labelText, OURS } from './words.ts';

const FILE = '/etc/kea/loadstep.json';

/**
 * One client class. Option 150 as bytes: Kea 2.2 has no definition of it, and releases that have one refuse a second. A class is
 * compared with every packet, whatever reservations there are, and changes nothing in them.
 */
export const KEA: SnippetKind = {
  name: 'kea',
  product: 'Kea',
  chooses: ['mac', 'vendor-class'],
  point: ({ chosen, server }) => {
    const tests =
      chosen.by === 'mac'
        ? chosen.phones.map(({ mac }) => `pkt4.mac == 0x${mac.toLowerCase()}`)
        : // Kea cuts the zero byte off that the phones send behind the text.
          VENDOR_TEXTS.map((text) => `option[60].text == '${text}'`);
    const phones = chosen.by === 'mac' ? chosen.phones : [];
    return [
      `// ${aim(chosen, server)}`,
      `// Save it as ${FILE} and put this line into "Dhcp4":`,
      `//   "client-classes": [ <?include "${FILE}"?> ],`,
      '// (or the part in brackets, with a comma, in front of the classes there are),',
      '// then: kea-dhcp4 -t /etc/kea/kea-dhcp4.conf, and restart Kea.',
      '// An option 66 or 150 of a subnet, a pool or a reservation wins over a class.',
      ...phones.flatMap(({ mac, label }) => {
        const text = labelText(label);
        return text === null ? [] : [`// ${macInPairs(mac).toLowerCase()} is ${text}`];
      }),
      '{',
      `  "name": "${OURS}",`,
      `  "test": "${tests.join(' or ')}",`,
      `  "next-server": "${server}",`,
      '  "option-data": [',
      `    { "code": 150, "csv-format": false, "data": "${addressInHex(server)}" },`,
      `    { "name": "tftp-server-name", "data": "${server}" }`,
      '  ]',
      '}',
    ];
  },
  undo: () => [
    `# First take the part with ${FILE} out of kea-dhcp4.conf. Then:`,
    `rm ${FILE}`,
    'kea-dhcp4 -t /etc/kea/kea-dhcp4.conf',
    '# and restart Kea.',
  ],
};
