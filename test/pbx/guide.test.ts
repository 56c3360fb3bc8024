import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, expect, inject, test } from 'vitest';
import { loadstepAt } from '../beside/loadstep-at.ts';
import { cleanUp } from '../e2e/harness.ts';
import { hasBench, isThere } from '../support/dhcp-bench.ts';
import { makeSegment, type Segment, until } from '../support/segment.ts';
import type { Asterisk } from './asterisk.ts';
import { expectHeard, plugPhone, startDnsmasq, startExchange } from './office.ts';

// The four commands of docs/after-landing.md, typed as they stand there, with the addresses that stand there: from a phone that loadstep has landed to
// one that hears itself.

const asterisk = inject('asterisk');
const GUIDE = join(import.meta.dirname, '..', '..', 'docs', 'after-landing.md');
const [LANDS_ON, MAC, PBX] = ['SIP42.9-4-2SR3-1S', '0018B9C0FFEE', '192.0.2.10'];

let segment: Segment | null = null;
let exchange: Asterisk | null = null;
afterEach(async () => {
  await exchange?.stop();
  await segment?.end();
  [exchange, segment] = [null, null];
});
afterAll(cleanUp);

/** The commands below the heading of the page. */
function commandsOf(heading: string): readonly string[] {
  const [, block = ''] =
    new RegExp(`## ${heading}\n.*?^\`\`\`\n(.*?)^\`\`\``, 'ms').exec(readFileSync(GUIDE, 'utf8')) ?? [];
  return block.trim().split('\n');
}

test('from landed to a call in four commands, as the guide has them', { timeout: 180_000 }, async ({ skip }) => {
  if ('skipped' in asterisk) return skip(asterisk.skipped);
  if (!hasBench()) return skip('no networks of our own, or no busybox udhcpc');
  if (!isThere('dnsmasq')) return skip('not installed: dnsmasq');
  const made = await makeSegment({ network: '192.0.2', device: 'eth0' });
  segment = made;
  await startDnsmasq(made, made.server, 'interface=eth0\ndhcp-range=192.0.2.100,192.0.2.150,10m');
  const pbx = await made.join(PBX);
  const loadstep = await loadstepAt(made.server, made, LANDS_ON);

  loadstep.run(`loadstep enroll --mac ${MAC} --target ${LANDS_ON} --label Reception`);
  const lands = loadstep.start('loadstep serve');
  await until('it serves', () => /:0045 /.test(made.server.run('cat /proc/net/udp /proc/net/udp6')));
  const phone = await plugPhone(made, { mac: MAC, model: '7942', load: 'SCCP42.8-5-2S', words: ['--call', '*43'] });
  loadstep.run(`loadstep wait --mac ${MAC} --until landed --timeout 90s`);
  lands.kill('SIGTERM');
  await until('it has ended', () => lands.exitCode !== null);

  const [account = '', forPbx = '', files = '', serve = '', ...more] = commandsOf('Four commands');
  expect(more).toEqual([]);
  loadstep.run(account);
  const steps = loadstep.run(forPbx);
  // What it says is to be done at the PBX: copied, and included.
  expect(steps).toContain('#include pjsip_loadstep.conf');
  const folder = join(made.folder, 'pbx');
  const written = readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')]);
  exchange = await startExchange({
    root: asterisk.root,
    machine: pbx,
    address: '0.0.0.0',
    files: {
      ...Object.fromEntries(written),
      'pjsip.conf': '#include pjsip_loadstep.conf\n#include pjsip_loadstep_transports.conf\n',
      'extensions.conf': '#include extensions_loadstep.conf\n',
    },
  });
  loadstep.run(files);
  expect(loadstep.run('loadstep config check tftp')).toContain('without a finding');
  loadstep.start(serve);
  await phone.until('its line is registered', ({ event }) => event === 'phone.registered');
  expectHeard(await phone.until('it heard itself', ({ event }) => event === 'call.ended'));
  expect(phone.lines().at(-1)).toMatchObject({ running: LANDS_ON });
});
