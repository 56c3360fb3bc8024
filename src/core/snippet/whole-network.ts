import type { SnippetKind } from './kind.ts';
import { addressInHex } from './words.ts';

const EVERYBODY = [
  '# Every client gets the same here: use it on a network with nothing but phones,',
  '# or their computers and printers are told of loadstep, too.',
];

export const UDHCPD: SnippetKind = {
  name: 'udhcpd',
  product: 'udhcpd of busybox',
  chooses: [],
  point: ({ server }) => [
    `# Points every client at loadstep on ${server}.`,
    ...EVERYBODY,
    '# Add these lines to udhcpd.conf and start udhcpd again.',
    `siaddr ${server}`,
    `option tftp ${server}`,
    '# Option 150, in hexadecimal digits:',
    `option 0x96 ${addressInHex(server)}`,
  ],
  undo: () => ['# Take the lines siaddr, option tftp and option 0x96 out of udhcpd.conf and', '# start udhcpd again.'],
};

const DROP_IN = '/etc/systemd/network/NAME.network.d/loadstep.conf';

export const SYSTEMD_NETWORKD: SnippetKind = {
  name: 'systemd-networkd',
  product: 'systemd-networkd',
  chooses: [],
  point: ({ server }) => [
    `# Points every client at loadstep on ${server}.`,
    ...EVERYBODY,
    `# Save it as ${DROP_IN},`,
    '# where NAME.network is the file with DHCPServer=yes, then: networkctl reload',
    '[DHCPServer]',
    `BootServerAddress=${server}`,
    `BootServerName=${server}`,
    `SendOption=150:ipv4address:${server}`,
  ],
  undo: () => [`# Put the name of your file in place of NAME.`, `rm ${DROP_IN}`, 'networkctl reload'],
};

export const UNIFI: SnippetKind = {
  name: 'unifi',
  product: 'UniFi Network',
  chooses: [],
  point: ({ server }) => [
    '# UniFi sets its TFTP server and its boot server for a whole network, not for',
    '# single phones. Put the phones into a network (VLAN) of their own, and in the',
    '# DHCP settings of that network set:',
    `#   the TFTP server         to ${server}`,
    `#   network boot, server    to ${server}  (next-server)`,
    '# On a gateway with ssh, "loadstep dhcp-snippet udm" chooses single phones.',
  ],
  undo: () => ['# Empty TFTP server and network boot in the DHCP settings of that network.'],
};

export const FRITZBOX: SnippetKind = {
  name: 'fritzbox',
  product: 'the FRITZ!Box',
  chooses: [],
  point: ({ server }) => [
    '# A FRITZ!Box has no setting for options 66 and 150 nor for next-server: it',
    '# cannot point a phone anywhere. Two ways out:',
    '# 1. Another DHCP server for the phones: put them on a switch without the',
    '#    FRITZ!Box, or turn its DHCP server off, and run dnsmasq there with the',
    '#    lines of "loadstep dhcp-snippet dnsmasq".',
    '# 2. On each phone: Settings, Network Configuration; unlock it with **#,',
    `#    set Alternate TFTP to YES and TFTP Server to ${server}.`,
    '#    Set Alternate TFTP back to NO when the phone has landed: a YES that is left',
    '#    over beats every DHCP server.',
  ],
  undo: () => [
    '# Nothing was set in the FRITZ!Box. Turn its DHCP server on again where you',
    '# turned it off, and set Alternate TFTP of each phone to NO.',
  ],
};
