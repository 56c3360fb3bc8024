import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { CLI } from '../e2e/child.ts';
import { cleanUp } from '../e2e/harness.ts';
import { hasBench, isThere } from '../support/dhcp-bench.ts';
import { type Machine, makeSegment, type Segment, until } from '../support/segment.ts';
import { asked, asksFromPort, canRedirect, loadstepAt, pairs, whoAnswers } from './loadstep-at.ts';

// The real dnsmasq keeps DHCP and port 69. Phones are emulated, each with the MAC and the network of its own; leases, neighbours and packets are real.

const TARGET = 'P0S3-08-11-00';
const PHONE = '0018B9C0FFEE';
const IP_PHONE = 'Cisco Systems, Inc. IP Phone CP-7940G\0';
const BYSTANDER = '0018B9000001';

const DNSMASQ = `port=0
interface=phones
bind-dynamic
user=root
no-ping
dhcp-range=10.0.0.100,10.0.0.150,10m
dhcp-range=set:behind,10.1.0.100,10.1.0.150,255.255.255.0,10m
dhcp-option=tag:behind,3,10.1.0.1
dhcp-leasefile=leases
enable-tftp
`;

let segment: Segment | null = null;
afterEach(async () => {
  await segment?.end();
  segment = null;
});
afterAll(cleanUp);

const onBench = isThere('dnsmasq') && hasBench();

/** An emulated 7940 with an SCCP application boots at the end of a cable. */
function boots({ client, address }: { readonly client: Machine; readonly address: string }) {
  const words = ['--model', '7940', '--load', 'P00308010200', '--mac', PHONE, '--address', address];
  const boot = [process.execPath, CLI, 'emulate', 'phone', ...words, '--server', '10.0.0.1:69', '--speed', '50'];
  return client.start([...boot, '--json', '--restart-idle', '90'], 'phone');
}

interface Office {
  readonly segment: Segment;
  readonly loadstep: (line: string) => string;
  readonly start: (line: string) => ReturnType<Machine['start']>;
  readonly begin: (words?: string) => ReturnType<Machine['start']>;
  /** A file that the old server has and that names a load. */
  readonly tree: Readonly<Record<string, string>>;
}

async function office(kind: string): Promise<Office> {
  const made = await makeSegment();
  segment = made;
  const { folder, server } = made;
  // With files that would move a phone, in the tree of the old server and in the copy that loadstep has.
  const tree = {
    'OS79XX.TXT': 'P0030801SR02\n',
    'dialplan.xml': '<DIALTEMPLATE/>\n',
    'big.bin': 'firmware '.repeat(5000),
  };
  for (const name of ['tree', 'copy']) mkdirSync(join(folder, name));
  writeFileSync(join(folder, 'copy', 'only-here.txt'), 'ours');
  for (const [name, text] of Object.entries(tree))
    for (const copy of ['tree', 'copy']) writeFileSync(join(folder, copy, name), text);
  writeFileSync(join(folder, 'conf'), `${DNSMASQ}tftp-root=${folder}/tree\n`);
  writeFileSync(join(folder, 'leases'), '');
  server.start(['dnsmasq', '--conf-file=conf', '--keep-in-foreground', '--pid-file=', '--log-facility=-'], 'dnsmasq');
  await until('dnsmasq answers', () => /:0043 /.test(server.run('cat /proc/net/udp')));
  const loadstep = await loadstepAt(server, made, TARGET);
  return {
    segment: made,
    tree,
    loadstep: loadstep.run,
    start: loadstep.start,
    begin: (words = '') => loadstep.start(`loadstep beside ${kind} --root copy --json --log-level info ${words}`),
  };
}

const KILLER = join(import.meta.dirname, 'kill-at-write.mjs');

/** How long the redirects in these rules go on by themselves: nft says it of each element, iptables has a date in each rule. */
function leftSeconds(rules: string): number[] {
  const left = [...rules.matchAll(/expires (?:(\d+)s)?(?:(\d+)ms)?/g)].map(
    ([, seconds = '0', ms = '0']) => Number(seconds) + Number(ms) / 1_000,
  );
  const dates = [...rules.matchAll(/--datestop (\S+)/g)].map(
    ([, date]) => (Date.parse(`${date}Z`) - Date.now()) / 1_000,
  );
  return [...left, ...dates];
}

/** What answers every question at port 69 with one block. */
const ANSWERS = `const s = require('node:dgram').createSocket('udp4');
s.on('message', (m, r) => { if (m[1] === 1) s.send(Buffer.from([0, 3, 0, 1, ...Buffer.from('theirs')]), r.port, r.address); });
s.bind(69);`;

/** Where the old server is, and what makes the kernel keep the ways of flows; each gives what that server says, where it is not dnsmasq. */
const OLD_SERVERS = [
  {
    where: 'on this machine',
    async keep({ server }: Segment): Promise<string | null> {
      // As ufw, firewalld and docker do: from then on the kernel keeps the way of each flow for 30 s, whatever rules come.
      server.run(
        "nft 'table inet fw { chain in { type filter hook input priority 0; ct state established,related accept; }; }'",
      );
      return null;
    },
  },
  {
    where: 'in a container or on another machine, with its port published here',
    async keep({ server, join }: Segment): Promise<string | null> {
      const container = await join('10.0.0.9');
      container.start([process.execPath, '-e', ANSWERS], 'container');
      await until('the container answers', () => /:0045 /.test(container.run('cat /proc/net/udp')));
      server.run('echo 1 > /proc/sys/net/ipv4/ip_forward');
      server.run(
        "nft 'table ip docker { chain pre { type nat hook prerouting priority dstnat; fib daddr type local udp dport 69 dnat to 10.0.0.9:69; }; }'",
      );
      return 'theirs';
    },
  },
];

const KINDS = [
  { kind: 'nft', runs: onBench && canRedirect('nft'), rules: 'nft list ruleset', phones: /elements = \{([^}]*)\}/ },
  {
    kind: 'iptables',
    runs: onBench && canRedirect('iptables'),
    rules: 'iptables-save -t nat',
    phones: /(-A LOADSTEP_[\s\S]*?)COMMIT/,
  },
];

describe.each(KINDS)('beside dnsmasq, by $kind', ({ kind, runs, rules, phones }) => {
  const redirected = (machine: Machine) => {
    const text = phones.exec(machine.run(rules))?.[1] ?? '';
    return [...text.matchAll(/(?:[0-9a-f]{2}:){5}[0-9a-f]{2}/gi)].map(([mac]) => mac.toLowerCase());
  };

  test.skipIf(!runs)(
    'a phone on the list is converted, while another device is served by the old server as before; a landed phone and a killed loadstep are out of the way',
    async () => {
      const { segment, loadstep, begin, tree } = await office(kind);
      const { server } = segment;
      const phone = await segment.plug(pairs(PHONE), IP_PHONE);
      const other = await segment.plug(pairs(BYSTANDER));
      const servedAsBefore = (machine: Machine) => {
        for (const [name, text] of Object.entries(tree)) expect(asked(machine, '10.0.0.1', name), name).toBe(text);
        expect(asked(machine, '10.0.0.1', 'nothing')).toBe(null);
      };
      servedAsBefore(other.client);
      servedAsBefore(phone.client);

      loadstep(`loadstep enroll --mac ${PHONE} --target ${TARGET}`);
      const first = begin();
      await until('the phone is redirected', () => redirected(server).includes(pairs(PHONE)));
      expect(redirected(server)).toEqual([pairs(PHONE)]);
      expect(segment.said('loadstep')).toContain('A landed phone asks the other server again');
      expect(asked(phone.client, '10.0.0.1', 'OS79XX.TXT')).toBe(null);
      servedAsBefore(other.client);

      const booting = boots(phone);
      loadstep(`loadstep wait --mac ${PHONE} --until landed --timeout 100s`);
      booting.kill('SIGKILL');
      expect(segment.said('phone')).toContain(`"load":"${TARGET}"`);
      servedAsBefore(other.client);

      await until('the landed phone is left alone', () => redirected(server).length === 0);
      // The kernel sends a port on which the phone asked before to loadstep until it forgets that flow.
      await until(
        'the old server has the landed phone back',
        () => asked(phone.client, '10.0.0.1', 'OS79XX.TXT') === tree['OS79XX.TXT'],
      );

      loadstep(`loadstep enroll --mac ${BYSTANDER} --target ${TARGET}`);
      await until('another phone is enrolled', () => redirected(server).includes(pairs(BYSTANDER)));
      expect(asked(other.client, '10.0.0.1', 'OS79XX.TXT')).toBe(null);
      first.kill('SIGKILL');
      await until(
        'the old server has it back',
        () => asked(other.client, '10.0.0.1', 'OS79XX.TXT') === tree['OS79XX.TXT'],
      );
      servedAsBefore(other.client);

      const second = begin();
      await until('it is redirected again', () => asked(other.client, '10.0.0.1', 'OS79XX.TXT') === null);
      second.kill('SIGTERM');
      await until('it has ended', () => second.exitCode !== null);
      expect([second.exitCode, server.run(rules).toLowerCase()]).toEqual([0, expect.not.stringContaining('loadstep')]);
      servedAsBefore(other.client);
      expect(readFileSync(join(segment.folder, 'tree', 'OS79XX.TXT'), 'utf8')).toBe(tree['OS79XX.TXT']);
    },
    240_000,
  );

  test.skipIf(!runs)(
    'killed at each of its writes, it leaves a redirect that runs out within 15 s, or none',
    async () => {
      const { segment, loadstep, begin, tree } = await office(kind);
      const { folder, server } = segment;
      const { client } = await segment.plug(pairs(PHONE), IP_PHONE);
      loadstep(`loadstep enroll --mac ${PHONE} --target ${TARGET}`);
      const plain = readFileSync(join(folder, 'loadstep'), 'utf8');
      const moments: string[] = [];
      let hasLed = false;
      for (let at = 1; at < 60; at++) {
        server.run(kind === 'nft' ? 'nft flush ruleset' : 'iptables -t nat -F; iptables -t nat -X');
        const preload = `NODE_OPTIONS='--import ${KILLER}' KILL_AT=${at} KILL_BEGUN=1 KILLED_LOG=${folder}/killed`;
        writeFileSync(join(folder, 'killed'), '');
        writeFileSync(join(folder, 'loadstep'), plain.replace('env -i', `env -i ${preload}`));
        const running = begin();
        const isOver = () => running.exitCode !== null || running.signalCode !== null;
        await until(
          'the phone is redirected, or loadstep is killed',
          () => isOver() || redirected(server).length === 1,
        );
        if (!isOver()) running.kill('SIGTERM');
        await until('it is over', isOver);
        const killed = readFileSync(join(folder, 'killed'), 'utf8').trim();
        // What it started may go on for a moment.
        if (killed.endsWith('begun')) server.run('sleep 0.2');
        hasLed ||= redirected(server).length === 1;
        for (const left of leftSeconds(server.run(rules))) expect(left, killed).toBeLessThanOrEqual(15);
        expect(leftSeconds(server.run(rules)).length, killed).toBe(redirected(server).length);
        if (killed === '') break;
        moments.push(killed);
        if (redirected(server).length === 0)
          expect(asked(client, '10.0.0.1', 'OS79XX.TXT'), killed).toBe(tree['OS79XX.TXT']);
      }
      writeFileSync(join(folder, 'loadstep'), plain);
      expect(hasLed).toBe(true);
      expect(moments.length).toBeLessThan(59);
      expect(moments.filter((one) => one.startsWith('execFile')).length).toBeGreaterThan(3);
      const last = begin();
      await until('the phone is redirected', () => redirected(server).length === 1);
      last.kill('SIGKILL');
      await until('it is over', () => last.signalCode !== null);
      const isBack = () => asked(client, '10.0.0.1', 'OS79XX.TXT') === tree['OS79XX.TXT'];
      await until('the phone has its old server back', isBack, 20);
    },
    300_000,
  );

  test.skipIf(!runs)(
    'a phone that asks a second address of the server is answered from there, also with --single-port',
    async () => {
      const { segment, loadstep, begin } = await office(kind);
      const { server } = segment;
      server.run('ip addr add 10.0.0.9/24 dev phones');
      const { client } = await segment.plug(pairs(PHONE));
      loadstep(`loadstep enroll --mac ${PHONE} --target ${TARGET}`);
      for (const [words, port] of [
        ['', /^10\.0\.0\.9 (?!69 )\d+ ours$/],
        ['--single-port', /^10\.0\.0\.9 69 ours$/],
        ['--listen 10.0.0.9:6970', /^10\.0\.0\.9 (?!69 )\d+ ours$/],
      ] as const) {
        const running = begin(words);
        await until('the phone is redirected', () => redirected(server).length === 1);
        expect(whoAnswers(client, '10.0.0.9', 'only-here.txt')).toMatch(port);
        running.kill('SIGTERM');
        await until('it has ended', () => running.exitCode !== null);
      }
    },
    120_000,
  );

  test.skipIf(!runs)(
    'a phone behind a router is converted by the address of its lease, while another device there keeps the old server',
    async () => {
      const { segment, start, begin, tree } = await office(kind);
      const lan = await segment.route('10.1.0');
      begin('--leases leases');
      await until('loadstep serves', () => /loadstep_6969/i.test(segment.server.run(rules)));
      const following = start(`loadstep upgrade --mac ${PHONE} --target ${TARGET} --timeout 100s`);
      const other = await segment.plug(pairs(BYSTANDER), '', lan);
      const phone = await segment.plug(pairs(PHONE), IP_PHONE, lan);
      expect([other.address, phone.address]).toEqual([
        expect.stringMatching(/^10\.1\.0\./),
        expect.stringMatching(/^10\.1\.0\./),
      ]);
      await until('the phone is redirected', () => asked(phone.client, '10.0.0.1', 'OS79XX.TXT') === null);
      boots(phone);
      await until('the phone has landed', () => following.exitCode !== null, 120);
      expect([following.exitCode, segment.said('loadstep')]).toEqual([0, expect.stringContaining('landed')]);
      for (const [name, text] of Object.entries(tree)) expect(asked(other.client, '10.0.0.1', name), name).toBe(text);
      await until('the landed phone is left alone', () => asked(phone.client, '10.0.0.1', 'OS79XX.TXT') !== null);
    },
    240_000,
  );

  test.skipIf(!runs).each(OLD_SERVERS)(
    'a port on which the phone asked the old server before does not lead there while the phone is redirected: $where',
    async ({ keep }) => {
      const { segment, loadstep, begin, tree } = await office(kind);
      const { server } = segment;
      const theirs = (await keep(segment)) ?? tree['OS79XX.TXT']?.trim();
      const { client } = await segment.plug(pairs(PHONE));
      const ask = () => asksFromPort(client, '10.0.0.1', 'OS79XX.TXT', 50_004);
      const before = begin();
      await until('loadstep serves', () => /loadstep_6969/i.test(server.run(rules)));
      expect(ask()).toBe(theirs);
      loadstep(`loadstep enroll --mac ${PHONE} --target ${TARGET}`);
      await until('the phone is redirected', () => redirected(server).length === 1);
      expect(ask()).toBe('silence');
      expect(asksFromPort(client, '10.0.0.1', 'OS79XX.TXT', 50_005)).toBe('not found');
      expect(asksFromPort(client, '10.0.0.1', 'dialplan.xml', 50_005)).toContain('DIALTEMPLATE');
      before.kill('SIGKILL');
      await until('the old server has it back', () => ask() === theirs, 30);
    },
    120_000,
  );

  test.skipIf(!runs)(
    'rules that somebody loads again take the redirect away, and it comes back',
    async () => {
      const { segment, loadstep, begin } = await office(kind);
      const { server } = segment;
      loadstep(`loadstep enroll --mac ${PHONE} --target ${TARGET}`);
      begin();
      await until('the phone is redirected', () => redirected(server).length === 1);
      server.run(kind === 'nft' ? 'nft flush ruleset' : 'iptables -t nat -F; iptables -t nat -X');
      await until(
        'the phone is redirected again',
        () => redirected(server).length === 1 && /PREROUTING|prerouting/.test(server.run(rules)),
      );
      loadstep(`loadstep release --mac ${PHONE}`);
      await until('a released phone is not', () => redirected(server).length === 0);
    },
    120_000,
  );
});
