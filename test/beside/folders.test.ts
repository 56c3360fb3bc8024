import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { CLI } from '../e2e/child.ts';
import { cleanUp } from '../e2e/harness.ts';
import { hasBench, isThere } from '../support/dhcp-bench.ts';
import { type Machine, makeSegment, type Segment, until } from '../support/segment.ts';
import { asked, loadstepAt, pairs, takesOneBlock } from './loadstep-at.ts';

// The real dnsmasq keeps DHCP and TFTP, and gives phones of the list what loadstep decides, out of folders that are asked.

const TARGET = 'P0S3-08-11-00';
const OTHER_TARGET = 'P0S3-8-12-00';
const PHONE = '0018B9C0FFEE';
const BYSTANDER = '0018B9000001';
const IP_PHONE = 'Cisco Systems, Inc. IP Phone CP-7940G\0';
const TREE = {
  'OS79XX.TXT': 'P0030801SR02\n',
  'dialplan.xml': '<DIALTEMPLATE/>\n',
  'big.bin': 'firmware '.repeat(5000),
};
const DNSMASQ = `port=0
interface=phones
bind-dynamic
user=root
no-ping
dhcp-range=10.0.0.100,10.0.0.150,10m
dhcp-leasefile=leases
`;

let segment: Segment | null = null;
afterEach(async () => {
  segment?.server.run('umount -l tree/.loadstep 2>/dev/null || true');
  await segment?.end();
  segment = null;
});
afterAll(cleanUp);

const PAGE = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'beside.md'), 'utf8');
/** A block of the page, of its section about dnsmasq. */
const ofPage = (kind: string) =>
  new RegExp(`^## Through dnsmasq\n.*?^\`\`\`${kind}\n(.*?)^\`\`\`$`, 'ms').exec(PAGE)?.[1] ?? '';
const KILLER = join(import.meta.dirname, 'kill-at-write.mjs');
const MAP = '# of the office\nr ^old-name$ dialplan.xml\n';
/** What has to be in the configuration of dnsmasq, and what else runs. */
const KINDS = [
  { kind: 'dnsmasq', needs: ['dnsmasq'] },
  { kind: 'tftpd', needs: ['in.tftpd', 'tcpdump'] },
];
const canRun = hasBench() && isThere('dnsmasq') && existsSync('/dev/fuse');

async function office(kind: string) {
  const made = await makeSegment();
  segment = made;
  const { folder, server } = made;
  mkdirSync(join(folder, 'tree'));
  for (const [name, text] of Object.entries(TREE)) writeFileSync(join(folder, 'tree', name), text);
  writeFileSync(join(folder, 'told'), ofPage('sh').replace('/srv/tftp', `${folder}/tree`), { mode: 0o755 });
  writeFileSync(join(folder, 'map'), MAP);
  const tftp = `${ofPage('ini')}\n`
    .replaceAll('/srv/tftp', `${folder}/tree`)
    .replace(/^(dhcp-script=).*/m, `$1${folder}/told`);
  writeFileSync(join(folder, 'conf'), `${DNSMASQ}${kind === 'dnsmasq' ? tftp : ''}`);
  writeFileSync(join(folder, 'leases'), '');
  server.start(['dnsmasq', '--conf-file=conf', '--keep-in-foreground', '--pid-file=', '--log-facility=-'], 'dnsmasq');
  await until('dnsmasq answers', () => /:0043 /.test(server.run('cat /proc/net/udp')));
  if (kind === 'tftpd') {
    const flags = ['--foreground', '--ipv4', '--user', 'root', '--secure', '-vvv', '--map-file', `${folder}/map`];
    server.start(['in.tftpd', ...flags, `${folder}/tree`], 'tftpd');
    await until('tftpd-hpa answers', () => /:0045 /.test(server.run('cat /proc/net/udp')));
  }
  const loadstep = await loadstepAt(server, made, TARGET, OTHER_TARGET);
  const begin = () => loadstep.start(`loadstep beside ${kind} --root tree --leases leases --json --log-level info`);
  return { segment: made, loadstep: loadstep.run, begin };
}

function boots({ client, address }: { readonly client: Machine; readonly address: string }, mac = PHONE) {
  const words = ['--model', '7940', '--load', 'P00308010200', '--mac', mac, '--address', address];
  const boot = [
    process.execPath,
    CLI,
    'emulate',
    'phone',
    ...words,
    '--server',
    '10.0.0.1:69',
    '--speed',
    '50',
    '--network-speed',
    '1',
  ];
  return client.start([...boot, '--json', '--restart-idle', '90'], 'phone');
}

/** Whether a process is in that network. */
function isIn(network: string, pid: string): boolean {
  return statSync(network).ino === statSync(`/proc/${pid}/ns/net`).ino;
}

function servedAsBefore(machine: Machine) {
  for (const [name, text] of Object.entries(TREE)) expect(asked(machine, '10.0.0.1', name), name).toBe(text);
  expect(asked(machine, '10.0.0.1', 'nothing.txt')).toBe(null);
}

/** Whom the other server leads to us. */
function ledHere(): number {
  const { folder = '' } = segment ?? {};
  const links = readdirSync(join(folder, 'tree')).filter((name) => /^[0-9a-f]{2}-/.test(name)).length;
  return links + (readFileSync(join(folder, 'map'), 'utf8').match(/^re /gm) ?? []).length;
}

describe.each(KINDS)('beside $kind', ({ kind, needs }) => {
  test.skipIf(!canRun || !needs.every(isThere))(
    'a phone on the list is converted through it, while another device is served as before; a landed phone has its old server back, and so has everybody when loadstep is killed',
    async () => {
      const { segment, loadstep, begin } = await office(kind);
      const phone = await segment.plug(pairs(PHONE), IP_PHONE);
      const other = await segment.plug(pairs(BYSTANDER));
      servedAsBefore(phone.client);
      servedAsBefore(other.client);
      loadstep(`loadstep enroll --mac ${PHONE} --target ${TARGET}`);
      const first = begin();
      await until('the phone is led here', () => {
        if (first.exitCode !== null) throw new Error(segment.said('loadstep'));
        return ledHere() === 1;
      });
      await until('the other server knows', () => asked(phone.client, '10.0.0.1', 'OS79XX.TXT') === null);
      const isOfTree = () => asked(phone.client, '10.0.0.1', 'dialplan.xml') === TREE['dialplan.xml'];
      await until('it has the files of the tree through here', isOfTree);
      servedAsBefore(other.client);

      const booting = boots(phone);
      loadstep(`loadstep wait --mac ${PHONE} --until landed --timeout 100s`);
      booting.kill('SIGKILL');
      expect(segment.said('phone')).toContain(`"load":"${TARGET}"`);
      const rows = loadstep(`loadstep history --mac ${PHONE} --json`)
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line));
      const ended = rows.filter(({ event, file = '' }) => /^file\.(sent|failed)$/.test(event) && /^P0/.test(file));
      expect(ended.length).toBeGreaterThanOrEqual(3);
      expect(ended.filter(({ event }) => event !== 'file.sent')).toEqual([]);
      // Nobody else was kept waiting.
      expect(segment.said('loadstep')).not.toContain('folder.late');
      await until('the landed phone is led here no more', () => ledHere() === 0);
      await until('its old server has it', () => asked(phone.client, '10.0.0.1', 'OS79XX.TXT') !== null);
      servedAsBefore(phone.client);
      servedAsBefore(other.client);

      loadstep(`loadstep enroll --mac ${BYSTANDER} --target ${TARGET}`);
      await until('another phone is led here', () => ledHere() === 1);
      await until('the other server knows', () => asked(other.client, '10.0.0.1', 'OS79XX.TXT') === null);
      first.kill('SIGKILL');
      const isBack = () => asked(other.client, '10.0.0.1', 'OS79XX.TXT') === TREE['OS79XX.TXT'];
      await until('the old server has it back', isBack, 5);
      servedAsBefore(other.client);

      const second = begin();
      await until('it is led here again', () => asked(other.client, '10.0.0.1', 'OS79XX.TXT') === null);
      second.kill('SIGTERM');
      await until('it has ended', () => second.exitCode !== null);
      expect([second.exitCode, readdirSync(join(segment.folder, 'tree')).sort()]).toEqual([
        0,
        Object.keys(TREE).sort(),
      ]);
      await until('the old server has it back', isBack, 5);
      servedAsBefore(other.client);
      expect(readFileSync(join(segment.folder, 'tree', 'OS79XX.TXT'), 'utf8')).toBe(TREE['OS79XX.TXT']);
      expect(readFileSync(join(segment.folder, 'map'), 'utf8')).toBe(MAP);
    },
    240_000,
  );

  test.skipIf(!canRun || !needs.every(isThere))(
    'three phones are converted through it at once, each by its own record, also when it stands still for a while; and another device is served',
    async () => {
      const { segment, loadstep, begin } = await office(kind);
      const macs = [PHONE, '0018B9C0FFEF', '0018B9C0FFF0'];
      const plugged = [];
      for (const mac of macs) plugged.push({ mac, ...(await segment.plug(pairs(mac), IP_PHONE)) });
      const other = await segment.plug(pairs(BYSTANDER));
      for (const { client, mac } of plugged) {
        asked(client, '10.0.0.1', 'dialplan.xml');
        loadstep(`loadstep enroll --mac ${mac} --target ${TARGET}`);
      }
      begin();
      await until('the phones are led here', () => ledHere() === macs.length);
      for (const { client } of plugged)
        await until('the other server knows', () => asked(client, '10.0.0.1', 'OS79XX.TXT') === null);
      const server = segment.server.run(`pidof ${kind === 'dnsmasq' ? 'dnsmasq' : 'in.tftpd'} || true`).trim();
      const here = server.split(' ').filter((pid) => isIn(segment.server.network, pid));
      expect(here).not.toEqual([]);
      // Not in an image: a last block that dnsmasq sends twice is not seen to arrive, and holds its phone.
      segment.server.run(`kill -STOP ${here.join(' ')}`);
      for (const one of plugged) boots(one, one.mac);
      segment.server.run(`sleep 3; kill -CONT ${here.join(' ')} 2> /dev/null || true`);
      servedAsBefore(other.client);
      for (const { mac } of plugged) loadstep(`loadstep wait --mac ${mac} --until landed --timeout 120s`);
      for (const { mac } of plugged) {
        const rows = loadstep(`loadstep history --mac ${mac} --json`);
        for (const its of macs)
          expect(rows.includes(`SIP${its}.cnf`), `${its} in the record of ${mac}`).toBe(its === mac);
      }
      await until('nobody is led here', () => ledHere() === 0);
      servedAsBefore(other.client);
    },
    300_000,
  );

  test.skipIf(!canRun || !needs.every(isThere))(
    'what is named to a phone is decided at each question, also while its last answer is still being sent; and an answer that it refused was not sent',
    async () => {
      const { segment, loadstep, begin } = await office(kind);
      const { client } = await segment.plug(pairs(PHONE), IP_PHONE);
      const own = `SIP${PHONE}.cnf`;
      const hunts = () => {
        for (const name of [`CTLSEP${PHONE}.tlv`, `SEP${PHONE}.cnf.xml`])
          expect(asked(client, '10.0.0.1', name)).toBe(null);
      };
      type Row = { readonly event: string; readonly file?: string; readonly load?: string; readonly state?: string };
      const history = () =>
        loadstep(`loadstep history --mac ${PHONE} --json`)
          .trim()
          .split('\n')
          .map((line) => JSON.parse(line) as Row);
      const last = () => {
        const row = history().findLast(({ event, file }) => /^file\.(sent|failed)$/.test(event) && file === own);
        return `${row?.event} ${row?.load}`;
      };
      asked(client, '10.0.0.1', 'dialplan.xml');
      loadstep(`loadstep enroll --mac ${PHONE} --target ${TARGET}`);
      begin();
      await until('the phone is led here', () => ledHere() === 1);
      await until('the other server knows', () => asked(client, '10.0.0.1', 'OS79XX.TXT') === null);
      hunts();
      let shown = '';
      await until('it is shown its load', () => {
        shown = asked(client, '10.0.0.1', own) ?? '';
        return shown !== '';
      });
      expect(shown).toContain(TARGET);
      hunts();
      expect(takesOneBlock(client, '10.0.0.1', own, 'nothing')).toContain(TARGET);
      loadstep(`loadstep enroll --mac ${PHONE} --target ${OTHER_TARGET}`);
      const isObeyed = () => history().findLast(({ event }) => event === 'phone.state')?.state === 'identifying';
      await until('the order is obeyed', isObeyed);
      hunts();
      expect(asked(client, '10.0.0.1', own)).toContain(OTHER_TARGET);
      await until('that is known', () => last() === `file.sent ${OTHER_TARGET}`);
      hunts();
      expect(takesOneBlock(client, '10.0.0.1', own, 'error')).toContain(OTHER_TARGET);
      await until('that is known, too', () => last() === `file.failed ${OTHER_TARGET}`, 15);
    },
    120_000,
  );

  test.skipIf(!canRun || !needs.every(isThere))(
    'killed at each of its writes, it leaves no file in the tree, and the phone what it had before',
    async () => {
      const { segment, loadstep } = await office(kind);
      const { folder, server } = segment;
      const { client } = await segment.plug(pairs(PHONE), IP_PHONE);
      // As a loader asks, then what an old load asks.
      const names = [`CTLSEP${PHONE}.tlv`, `SEP${PHONE}.cnf.xml`, `SIP${PHONE}.cnf`, `${TARGET}.loads`, 'OS79XX.TXT'];
      const seen = () => names.map((name) => asked(client, '10.0.0.1', name));
      const before = seen();
      loadstep(`loadstep enroll --mac ${PHONE} --target ${TARGET} --from P00308010200 --model 7940`);
      // Each time with the record of a phone that was never heard.
      server.run('cp x.db fresh.db');
      const plain = readFileSync(join(folder, 'loadstep'), 'utf8');
      const moments: string[] = [];
      let hasShown = false;
      for (let at = 1; at < 80; at++) {
        const preload = `NODE_OPTIONS='--import ${KILLER}' KILL_AT=${at} KILLED_LOG=${folder}/killed`;
        server.run('rm -f x.db*; cp fresh.db x.db');
        writeFileSync(join(folder, 'killed'), '');
        writeFileSync(join(folder, 'loadstep'), plain.replace('env -i', `env -i ${preload}`));
        const running = server.start(
          ['sh', '-c', `exec ./loadstep beside ${kind} --root tree --leases leases`],
          'loadstep',
        );
        const isOver = () => running.exitCode !== null || running.signalCode !== null;
        const isShown = () => seen().some((content) => content?.includes(TARGET));
        await until('the phone is shown its load, or loadstep is killed', () => {
          if (!isShown()) return isOver();
          hasShown = true;
          return true;
        });
        if (!isOver()) running.kill('SIGTERM');
        await until('it is over', isOver);
        const killed = readFileSync(join(folder, 'killed'), 'utf8').trim();
        await until(`the phone has what it had before: ${at}, ${killed}`, () => seen().join() === before.join(), 10);
        const files = readdirSync(join(folder, 'tree'), { withFileTypes: true }).filter((one) => one.isFile());
        expect(files.map(({ name }) => name).sort(), killed).toEqual(Object.keys(TREE).sort());
        if (killed === '') break;
        moments.push(killed);
      }
      expect(hasShown).toBe(true);
      expect(moments.length).toBeLessThan(79);
      expect(moments.join('\n')).toMatch(kind === 'dnsmasq' ? /^symlink/m : /^rename/m);
    },
    600_000,
  );
});

test.skipIf(!canRun)(
  'a folder that somebody unmounts is there again within seconds, and a phone is answered as before; one that cannot be laid anew ends loadstep, and everybody has the old server',
  async () => {
    const { segment, loadstep, begin } = await office('dnsmasq');
    const { server, folder } = segment;
    const { client } = await segment.plug(pairs(PHONE), IP_PHONE);
    asked(client, '10.0.0.1', 'dialplan.xml');
    loadstep(`loadstep enroll --mac ${PHONE} --target ${TARGET} --from P00308010200 --model 7940`);
    const running = begin();
    const isLedHere = () => asked(client, '10.0.0.1', 'OS79XX.TXT') === null;
    await until('the phone is led here', isLedHere);
    server.run('umount tree/.loadstep');
    await until('it is told', () => segment.said('loadstep').includes('folder.lost'));
    await until('the phone is led here again', isLedHere);
    expect(segment.said('loadstep')).toContain('somebody has unmounted it');
    expect(loadstep('loadstep status')).not.toContain('the other server');

    // Nothing can be mounted any more, in the tree that this machine sees.
    server.run('mount --bind /bin/false "$(readlink -f "$(command -v mount)")"; umount tree/.loadstep');
    await until('others are told', () => loadstep('loadstep status').includes('Phones ask the other server'));
    await until('it ends', () => running.exitCode !== null);
    expect(running.exitCode).toBe(1);
    expect(segment.said('loadstep')).toMatch(/E_FOLDER_LOST|is lost: somebody/);
    servedAsBefore(client);
    expect(readdirSync(join(folder, 'tree')).filter((name) => /^[0-9a-f]{2}-/.test(name))).toEqual([]);
  },
  120_000,
);

test.skipIf(!canRun)(
  'a device that takes the earlier address of a phone, and which dnsmasq still takes for that phone, is not shown its load',
  async () => {
    const { segment, loadstep, begin } = await office('dnsmasq');
    const [phone, other] = [await segment.join('10.0.0.11'), await segment.join('10.0.0.12')];
    const settle = (machine: Machine, mac: string, address: string) =>
      machine.run(
        `ip link set eth0 address ${pairs(mac)}; ip addr flush dev eth0; ip addr add ${address}/24 dev eth0; busybox arping -c 1 -w 1 -U -I eth0 ${address} || true`,
      );
    settle(phone, PHONE, '10.0.0.11');
    settle(other, BYSTANDER, '10.0.0.12');
    asked(phone, '10.0.0.1', 'dialplan.xml');
    loadstep(`loadstep enroll --mac ${PHONE} --target ${TARGET} --from P00308010200 --model 7940`);
    begin();
    await until('the phone is led here', () => ledHere() === 1);
    await until('dnsmasq knows', () => asked(phone, '10.0.0.1', 'OS79XX.TXT') === null);
    const isShown = () => {
      for (const name of [`CTLSEP${PHONE}.tlv`, `SEP${PHONE}.cnf.xml`]) asked(phone, '10.0.0.1', name);
      return asked(phone, '10.0.0.1', 'XMLDefault.cnf.xml')?.includes(TARGET) === true;
    };
    await until('the phone is shown its load', isShown);
    settle(phone, PHONE, '10.0.0.14');
    settle(other, BYSTANDER, '10.0.0.11');
    // It asks the tree for nothing there: it is led into the folder of the phone.
    expect(asked(other, '10.0.0.1', 'OS79XX.TXT')).toBe(null);
    expect(asked(other, '10.0.0.1', 'XMLDefault.cnf.xml')).toBe(null);
    expect(asked(phone, '10.0.0.1', 'XMLDefault.cnf.xml')).toBe(null);
  },
  60_000,
);
