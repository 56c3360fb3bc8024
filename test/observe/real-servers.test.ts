import { once } from 'node:events';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { CLI } from '../e2e/child.ts';
import { cleanUp, firmwareStore } from '../e2e/harness.ts';
import { hasBench, isThere } from '../support/dhcp-bench.ts';
import { makeSegment, type Segment, until } from '../support/segment.ts';

// The real dnsmasq gives leases and files to an emulated phone; loadstep looks on, at its log, at its script and at the wire.

const PHONE = '0018B9C0FFEE';
const TARGET = 'P0S3-08-11-00';
const DNSMASQ = `port=0
interface=phones
bind-dynamic
user=root
no-ping
log-dhcp
log-facility=FOLDER/dnsmasq.log
dhcp-range=10.0.0.100,10.0.0.150,10m
dhcp-leasefile=FOLDER/leases
dhcp-scriptuser=root
dhcp-script=FOLDER/told
enable-tftp
tftp-root=FOLDER/tree
`;

let segment: Segment | null = null;
afterEach(async () => {
  await segment?.end();
  segment = null;
});
afterAll(cleanUp);

/** Of everything that runs on this machine. */
function commandLines(): string[] {
  return readdirSync('/proc').flatMap((name) => {
    try {
      return /^\d+$/.test(name) ? [readFileSync(`/proc/${name}/cmdline`, 'latin1').replaceAll('\0', ' ')] : [];
    } catch {
      return [];
    }
  });
}

const MISSING = ['dnsmasq', 'tcpdump'].filter((program) => !isThere(program));
const why =
  MISSING.length > 0
    ? ` (skipped: no ${MISSING.join(' and ')} here)`
    : hasBench()
      ? ''
      : ' (skipped: no networks of our own here)';

interface Told {
  readonly diagnosis: string;
  readonly [key: string]: unknown;
}

describe.skipIf(why !== '')(`loadstep observe beside dnsmasq${why}`, () => {
  test('sees a phone in its log and on the wire alike, and says what it would have given', {
    timeout: 120_000,
  }, async () => {
    const store = await firmwareStore(['P0S3-05-3-00', TARGET]);
    const made = await makeSegment();
    segment = made;
    const { server, folder, said } = made;
    writeFileSync(join(folder, 'dnsmasq.conf'), DNSMASQ.replaceAll('FOLDER', folder));
    writeFileSync(join(folder, 'told'), `#!/bin/sh\necho "$@" >> ${folder}/script.log\n`, { mode: 0o755 });
    server.run(
      `mkdir tree; touch script.log dnsmasq.log; echo P0S3-05-3-00 > tree/OS79XX.TXT; cp ${store}/P0S3-05-3-00/P0S3-05-3-00.bin tree`,
    );
    // Each is looked at before it has written anything.
    for (const name of ['log', 'wire']) writeFileSync(join(folder, `${name}.out`), '');
    server.start(['dnsmasq', '--conf-file=dnsmasq.conf', '--keep-in-foreground', '--pid-file='], 'dnsmasq');
    await until('dnsmasq answers', () => /:0043 /.test(server.run('cat /proc/net/udp')));
    const wish = ['--json', '--mac', PHONE, '--target', TARGET, '--firmware', store, '--db', 'none.db'];
    const observers = Object.entries({ log: ['dnsmasq.log', 'script.log'], wire: ['--interface', 'phones'] }).map(
      ([name, what]) => ({ name, child: server.start([process.execPath, CLI, 'observe', ...what, ...wish], name) }),
    );
    for (const { name } of observers) await until(`${name} looks`, () => said(name).includes('nothing is served'));
    const { client, address } = await made.plug(
      PHONE.replace(/(..)(?!$)/g, '$1:'),
      'Cisco Systems, Inc. IP Phone CP-7940G\0',
    );
    const phone = `emulate phone --model 7940 --mac ${PHONE} --load P0030301MFG2 --address ${address} --server 10.0.0.1:69`;
    client.run(`${process.execPath} ${CLI} ${phone} --speed 40 --for 6 > /dev/null`);
    const told = new Map<string, readonly Told[]>();
    for (const { name, child } of observers) {
      const ended = once(child, 'exit');
      child.kill('SIGINT');
      expect((await ended)[0], said(name)).toBe(130);
      const lines = said(name)
        .split('\n')
        .filter((line) => line.startsWith('{'));
      told.set(
        name,
        lines.map((line) => JSON.parse(line) as Told),
      );
    }
    const shadows = (name: string) =>
      (told.get(name) ?? [])
        .filter(({ diagnosis }) => diagnosis === 'shadow')
        .map(({ asked, ours, theirs }) => ({ asked, ours, outcome: (theirs as { outcome: string } | null)?.outcome }));
    const [first] = shadows('wire');
    // The lease told who asks before the phone named itself.
    expect(first).toMatchObject({ asked: 'OS79XX.TXT', ours: { kind: 'not-found' }, outcome: 'sent' });
    expect(shadows('wire').map(({ asked, outcome }) => `${asked} ${outcome}`)).toContain('P0S3-05-3-00.bin sent');
    expect(shadows('wire').length).toBeGreaterThan(4);
    for (const { name } of observers) {
      const last = told.get(name)?.findLast(({ diagnosis }) => diagnosis === 'phone');
      expect(last, name).toMatchObject({ mac: PHONE, addresses: [address], model: '7940', family: '79x0' });
      expect(last?.runs, name).toBe('SIP application of a 7940/7960 (2.x to 4.x)');
    }
    // dnsmasq logs what it sent when it has ended, and its script hears nothing of what was refused: the names are the same, each at least once.
    const names = (name: string) =>
      [...new Set(shadows(name).map(({ asked, outcome }) => `${asked} ${outcome}`))].sort();
    expect(names('log')).toEqual(names('wire'));
  });

  test('leaves no tcpdump behind when it is killed, although no packet comes by', { timeout: 60_000 }, async () => {
    const device = `seen${process.pid}`.slice(0, 15);
    const made = await makeSegment({ device });
    segment = made;
    const { server, said } = made;
    writeFileSync(join(made.folder, 'wire.out'), '');
    const child = server.start([process.execPath, CLI, 'observe', '--interface', device], 'wire');
    const recorders = () => commandLines().filter((line) => /^\S*tcpdump /.test(line) && line.includes(` ${device} `));
    await until('it looks', () => said('wire').includes('nothing is served'));
    expect(recorders()).toHaveLength(1);
    child.kill('SIGKILL');
    await until('nobody records', () => recorders().length === 0, 10);
  });
});
