import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, expect, inject, test } from 'vitest';
import { cleanUp } from '../e2e/harness.ts';
import { hasBench, isThere } from '../support/dhcp-bench.ts';
import { type Machine, makeSegment, type Segment, until } from '../support/segment.ts';
import { NTT_DATA } from '../trunk/dhcp-answer.ts';
import type { Asterisk } from './asterisk.ts';
import { expectHeard, loadstepIn, plugPhone, startDhcpd, startDnsmasq, startExchange } from './office.ts';

// The report on a telephone line of a fibre in Japan: what the network tells by DHCP becomes a trunk, and a phone of the house calls over it. The
// network is played by a real dhcpd and a second Asterisk. It gives the telephone's facts only to a client that names the lent gateway
// (after-landing 7.1), and knows the number without a password (7.2). The trunk listens for tones in the sound.

const asterisk = inject('asterisk');
const PROGRAMS = ['dhcpd', 'dnsmasq', 'tcpdump'];
const MODULES = ['res_pjsip_outbound_registration', 'res_pjsip_endpoint_identifier_ip', 'res_pjsip_rfc3326'];
const [REGISTRAR, NUMBER, DOMAIN] = ['198.51.100.1', '0312345678', 'ntt-east.ne.jp'];
const GATEWAY = [0x00, 0x11, 0x22, 0x33, 0x44, 0x55];
const hex = (bytes: readonly number[]) => bytes.map((byte) => byte.toString(16).padStart(2, '0')).join(':');
const NAMES_GATEWAY = [0, 0, 0, 210, 7, 6, ...GATEWAY];

const DHCPD = `authoritative;
ping-check false;
option sip-servers code 120 = string;
option vendor-class code 124 = string;
option vendor-data code 125 = string;
subnet 198.51.100.0 netmask 255.255.255.0 {
  range 198.51.100.50 198.51.100.60;
  option routers ${REGISTRAR};
  option sip-servers 01:c6:33:64:01;
  if option vendor-class = ${hex(NAMES_GATEWAY)} { option vendor-data ${hex([0, 0, 0, 210, NTT_DATA.length, ...NTT_DATA])}; }
}
`;

/** The network: the number registers without a password, and whoever is called there hears himself. */
const NETWORK = {
  'pjsip.conf': `[udp]
type=transport
protocol=udp
bind=${REGISTRAR}:5060
[${NUMBER}]
type=endpoint
aors=${NUMBER}
context=network
disallow=all
allow=ulaw
direct_media=no
[${NUMBER}]
type=aor
max_contacts=1
remove_existing=yes
maximum_expiration=3600
`,
  'extensions.conf': '[network]\nexten => 0901234567,1,Answer()\n same => n,Echo()\n',
};

let segment: Segment | null = null;
const exchanges: Asterisk[] = [];
afterEach(async () => {
  for (const one of exchanges.splice(0)) await one.stop();
  await segment?.end();
  segment = null;
});
afterAll(cleanUp);

/** Takes a lease from the network as a house does, and shows it to tcpdump. */
async function takeLease(house: Machine): Promise<string> {
  const words = ['-U', '-w', 'ack.pcap', '-i', 'eth0', 'udp and port 67 or port 68'];
  house.start(['tcpdump', ...words], 'tcpdump');
  await until('tcpdump listens', () => house.run('cat tcpdump.out || true').includes('listening on'));
  const asks = ['-O', '120', '-O', '121', '-O', '125', '-x', `0x7c:${hex(NAMES_GATEWAY).replaceAll(':', '')}`];
  house.run('ip addr flush dev eth0');
  house.run(`busybox udhcpc -i eth0 -f -q -n -t 20 -T 1 ${asks.join(' ')} -s ./take-lease-eth0`);
  const [, address = ''] = /inet (\S+)\/24 .*eth0/.exec(house.run('ip -4 addr show dev eth0')) ?? [];
  await until('the answer was captured', () => house.run('tcpdump -n -r ack.pcap 2> /dev/null | wc -l').trim() >= '4');
  return address;
}

test('Asterisk behind the DHCP of a provider: what it tells becomes a trunk, a phone of the house calls over it, and the number rings there', {
  timeout: 180_000,
}, async ({ skip }) => {
  if ('skipped' in asterisk) return skip(asterisk.skipped);
  if (!hasBench()) return skip('no networks of our own, or no busybox udhcpc');
  const lacking = PROGRAMS.filter((program) => !isThere(program));
  if (lacking.length > 0) return skip(`not installed: ${lacking.join(', ')}`);
  const { root } = asterisk;

  const made = await makeSegment({ network: '198.51.100', device: 'fibre' });
  segment = made;
  await startDhcpd(made, made.server, DHCPD, 'fibre');
  const network = await startExchange({ root, machine: made.server, address: REGISTRAR, files: NETWORK });
  exchanges.push(network);
  await network.cli('pjsip set logger on');

  const house = await made.join('198.51.100.250');
  writeFileSync(
    join(made.folder, 'take-lease-eth0'),
    '#!/bin/sh\ncase "$1" in bound) ip addr flush dev eth0; ip addr add $ip/24 dev eth0 ;; esac\n',
    { mode: 0o755 },
  );
  const address = await takeLease(house);
  expect(address).toMatch(/^198\.51\.100\.5\d|60$/);

  const [lan, mac] = ['192.168.15.1', '0018B9C01501'];
  house.run(`ip link add lan type bridge; ip addr add ${lan}/24 dev lan; ip link set lan up`);
  const accounts = `mac,extension,name,password\n${mac},201,Kitchen,s3cretPW\n`;
  const loadstep = await loadstepIn(made, house, accounts, 'P0S3-08-11-00');
  const trunk = loadstep.run('loadstep trunk from-dhcp ack.pcap');
  // The number is sub-option 202, whatever the report says of 210.
  expect(trunk).toContain(`client_uri=sip:${NUMBER}@${DOMAIN}`);
  expect(trunk).toContain(`bind=${address}:5060`);
  const dialPlan = `[from-phones]\nexten => _0X.,1,Dial(PJSIP/\${EXTEN}@hikari,30)\n[from-hikari]\nexten => ${NUMBER},1,Dial(PJSIP/201,30)\n`;
  const files = loadstep.forAsterisk(lan, dialPlan);
  files['pjsip.conf'] += trunk;
  const exchange = await startExchange({ root, machine: house, address: lan, files, modules: MODULES });
  exchanges.push(exchange);

  const out = `--pbx ${lan} --out written`;
  loadstep.run(`loadstep configure --mac ${mac} --model 7940 --load P0S3-08-11-00 ${out}`);
  await startDnsmasq(
    made,
    house,
    `interface=lan\nbind-dynamic\ndhcp-range=192.168.15.100,192.168.15.150,10m\nenable-tftp\ntftp-root=${made.folder}/written`,
  );
  const words = ['--running', '--call', '0901234567'];
  const at = { machine: house, device: 'lan' };
  await until('the number is registered', () => network.log().includes(`Added contact 'sip:${NUMBER}@${address}:5060`));
  const phone = await plugPhone(made, { mac, model: '7940', load: 'P0S3-08-11-00', words }, at);
  expectHeard(await phone.until('it called over the trunk', ({ event }) => event === 'call.ended'));
  await network.cli(`channel originate PJSIP/${NUMBER} application Milliwatt`);
  await phone.until('the number rings at it', (line) => line.event === 'call.began' && line.isOutgoing === false);

  // OPTIONS is not allowed there, and another port than 5060 gets 403: neither is ever sent.
  const received = [...network.log().matchAll(/Received SIP request .* from UDP:(\S+) --->\s+(\w+) /g)];
  expect(new Set(received.map(([, from]) => from))).toEqual(new Set([`${address}:5060`]));
  expect(new Set(received.map(([, , method]) => method))).toEqual(new Set(['REGISTER', 'INVITE', 'ACK', 'BYE']));
});
