import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, expect, test } from 'vitest';
import { CLI } from '../e2e/child.ts';
import { cleanUp } from '../e2e/harness.ts';
import { hasBench, isThere } from '../support/dhcp-bench.ts';
import { type Machine, makeSegment, type Segment, until } from '../support/segment.ts';
import { asked, canRedirect, loadstepAt, pairs, whoAnswers } from './loadstep-at.ts';

// The recipes of docs/beside.md as they are written there, on a network of their own that has the addresses and names of the page: the lines for
// dnsmasq, the commands for the shell, the command of loadstep. The phone is emulated; the servers are real.

const PAGE = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'beside.md'), 'utf8');
const TARGET = 'P0S3-08-11-00';
/** The phone of the page. */
const PHONE = '0018B9C0FFEE';
const IP_PHONE = 'Cisco Systems, Inc. IP Phone CP-7940G\0';

/** The code blocks of a section, by what they are for. */
function recipe(heading: string) {
  const section = PAGE.split(/^## /m).find((part) => part.startsWith(`${heading}\n`)) ?? '';
  const blocks = [...section.matchAll(/^```(\w*)\n(.*?)^```$/gms)];
  const texts = (kind: string) => blocks.filter(([, its]) => its === kind).map(([, , text = '']) => text.trim());
  return { ini: texts('ini').join('\n'), sh: texts('sh'), loadstep: texts('').at(-1) ?? null };
}

/** What dnsmasq of the page does anyway, before a recipe is added. */
const DNSMASQ = `port=0
user=root
no-ping
dhcp-range=192.168.50.100,192.168.50.150,10m
`;
const TREE = { 'OS79XX.TXT': 'P0030801SR02\n', 'dialplan.xml': '<DIALTEMPLATE/>\n', 'RINGLIST.DAT': 'Old\told.raw\n' };

let segment: Segment | null = null;
afterEach(async () => {
  await segment?.end();
  segment = null;
});
afterAll(cleanUp);

/** The office of the page: 192.168.50.1 on eth0, with a tree in /srv/tftp that both servers have. */
async function office(): Promise<Segment> {
  segment = await makeSegment({ network: '192.168.50', device: 'eth0' });
  hasTree(segment.server);
  return segment;
}

function hasTree(machine: Machine): void {
  machine.run('mount -t tmpfs none /srv; mount -t tmpfs none /var/lib/misc; mkdir /srv/tftp');
  for (const [name, text] of Object.entries(TREE)) machine.run(`printf '%s' '${text}' > /srv/tftp/${name}`);
}

async function startDnsmasq({ folder, server }: Segment, text: string): Promise<void> {
  writeFileSync(join(folder, 'conf'), `${DNSMASQ}${text}\n`);
  server.start(['dnsmasq', '--conf-file=conf', '--keep-in-foreground', '--pid-file=', '--log-facility=-'], 'dnsmasq');
  await until('dnsmasq answers', () => /:0043 /.test(server.run('cat /proc/net/udp')));
}

interface Convert {
  readonly segment: Segment;
  /** Where loadstep runs. */
  readonly at: Machine;
  readonly line: string;
  /** The address that the phone has to be told. */
  readonly tftp: string;
}

/** Starts loadstep with the line, lets the phone of the page boot where DHCP sends it, and resolves with it when it has landed. */
async function convert({ segment, at, line, tftp }: Convert): Promise<Machine> {
  const loadstep = await loadstepAt(at, segment, TARGET);
  loadstep.run(`loadstep enroll --mac ${PHONE} --target ${TARGET}`);
  expect(line).toContain('loadstep');
  const running = loadstep.start(line);
  await until('loadstep serves', () => {
    if (running.exitCode !== null) throw new Error(segment.said('loadstep'));
    return /^server /m.test(loadstep.run('loadstep serve --check-config || true'));
  });
  const phone = await segment.plug(pairs(PHONE), IP_PHONE);
  expect(phone.tftp).toBe(tftp);
  const words = ['--model', '7940', '--load', 'P00308010200', '--mac', PHONE, '--address', phone.address];
  const boot = [process.execPath, CLI, 'emulate', 'phone', ...words, '--server', `${phone.tftp}:69`, '--speed', '50'];
  phone.client.start([...boot, '--json', '--restart-idle', '90'], 'phone');
  loadstep.run(`loadstep wait --mac ${PHONE} --until landed --timeout 100s`);
  return phone.client;
}

/** Another device is told what it was told before, and gets every file of the old server. */
async function isLeftAlone({ plug }: Segment, vendorClass: string): Promise<void> {
  const other = await plug('02:00:00:00:00:05', vendorClass);
  expect(other.tftp).toBe('192.168.50.1');
  for (const [name, text] of Object.entries(TREE)) expect(asked(other.client, other.tftp, name), name).toBe(text);
  expect(asked(other.client, other.tftp, 'nothing')).toBe(null);
}

const runs = hasBench() && isThere('dnsmasq');
const runsHpa = runs && isThere('in.tftpd');
const TFTP = 'enable-tftp\ntftp-root=/srv/tftp';

test.skipIf(!runs)(
  'dnsmasq on another machine: the phone with a line is converted, others keep their server',
  async () => {
    const { ini } = recipe('dnsmasq on another machine');
    const made = await office();
    const at = await made.join('192.168.50.2');
    hasTree(at);
    await startDnsmasq(made, `interface=eth0\n${TFTP}\n${ini}`);
    await convert({ segment: made, at, line: 'loadstep serve --root /srv/tftp', tftp: '192.168.50.2' });
    await isLeftAlone(made, IP_PHONE);
  },
  180_000,
);

test.skipIf(!runs)(
  'dnsmasq on the same machine: a second address converts the phone, others keep their server',
  async () => {
    const { ini, sh, loadstep } = recipe('dnsmasq on the same machine');
    const made = await office();
    made.server.run(sh.map((line) => line.replace(/^sudo /, '')).join('\n'));
    await startDnsmasq(made, `${TFTP}\n${ini}`);
    await convert({ segment: made, at: made.server, line: loadstep ?? '', tftp: '192.168.50.2' });
    await isLeftAlone(made, IP_PHONE);
  },
  180_000,
);

test.skipIf(!runs)(
  'dnsmasq by vendor class: the phone is converted, other phones get what the tree has except what flashes all, computers keep their server',
  async () => {
    const { ini, loadstep } = recipe('dnsmasq by vendor class');
    const made = await office();
    made.server.run('ip addr add 192.168.50.2/24 dev eth0');
    await startDnsmasq(made, `${TFTP}\nlisten-address=192.168.50.1\nbind-interfaces\n${ini}`);
    await convert({ segment: made, at: made.server, line: loadstep ?? '', tftp: '192.168.50.2' });
    await isLeftAlone(made, 'MSFT 5.0');
    const other = await made.plug('00:18:b9:00:00:07', IP_PHONE);
    expect(other.tftp).toBe('192.168.50.2');
    expect(asked(other.client, other.tftp, 'RINGLIST.DAT')).toBe(TREE['RINGLIST.DAT']);
    expect(asked(other.client, other.tftp, 'OS79XX.TXT')).toBe(null);
  },
  180_000,
);

/** tftpd-hpa keeps port 69, and dnsmasq does DHCP alone. */
async function besideHpa(): Promise<Segment> {
  const made = await office();
  await startDnsmasq(made, 'interface=eth0\nbind-dynamic');
  const flags = ['--foreground', '--ipv4', '--address', '0.0.0.0:69', '--user', 'root', '--secure', '/srv/tftp'];
  made.server.start(['in.tftpd', ...flags], 'tftpd');
  await until('tftpd-hpa answers', () => /:0045 /.test(made.server.run('cat /proc/net/udp')));
  return made;
}

test.skipIf(!runsHpa || !canRedirect('iptables'))(
  'one phone by hand: beside tftpd-hpa a rule converts the phone, others keep their server, and -D takes it back',
  async () => {
    const { sh, loadstep } = recipe('One phone by hand');
    const made = await besideHpa();
    const rule = sh.join('\n').replace(/^sudo /, '');
    made.server.run(rule);
    const client = await convert({ segment: made, at: made.server, line: loadstep ?? '', tftp: '192.168.50.1' });
    await isLeftAlone(made, IP_PHONE);
    made.server.run('ip addr add 192.168.50.7/24 dev eth0');
    // Whichever address of the server it asks.
    expect(whoAnswers(client, '192.168.50.7', 'dialplan.xml')).toMatch(/^192\.168\.50\.7 /);
    made.server.run(rule.replace(' -A ', ' -D '));
    expect(made.server.run('iptables-save -t nat')).not.toContain('6969');
  },
  180_000,
);

test.skipIf(!runsHpa || !canRedirect('nft'))(
  'whatever keeps port 69: beside tftpd-hpa loadstep redirects the phone itself, others keep their server',
  async () => {
    const { loadstep } = recipe('Whatever keeps port 69');
    const made = await besideHpa();
    await convert({ segment: made, at: made.server, line: loadstep ?? '', tftp: '192.168.50.1' });
    await isLeftAlone(made, IP_PHONE);
  },
  180_000,
);
