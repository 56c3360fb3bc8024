import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, inject, test } from 'vitest';
import { createPhone } from '../../src/emulator/phone.ts';
import type { EmulatedPhone } from '../../src/emulator/phone-options.ts';
import { watched } from '../e2e/watched.ts';
import { ScriptedServer } from '../emulator/scripted-server.ts';
import { loadstep, ownFolder } from '../support/fake-io.ts';
import { cnfFiles } from '../support/phone-files.ts';

// The example configuration of a real Kamailio, with NAT on, before and after the changes that `loadstep pbx kamailio` tells. Its registrar
// takes everybody here: what is on trial is where the answer goes.

const debian = inject('kamailio');
const MAC = '0018B9CA8A11';
const network = `127.${50 + (process.pid % 150)}.90`;
const address = `${network}.5`;
const server = new ScriptedServer(new Map());
let phone: EmulatedPhone | null = null;
let kamailio: ChildProcess | null = null;
/** In the Debian, as Kamailio sees it. */
let home = '';

beforeAll(async () => {
  if ('skipped' in debian) return;
  home = mkdtempSync(join(debian.root, 'run', 'loadstep-kamailio-'));
  await server.start();
});

afterEach(async () => {
  await phone?.stop();
  const [running, gone] = [kamailio, new Promise((resolve) => kamailio?.once('exit', resolve) ?? resolve(null))];
  running?.kill('SIGTERM');
  await gone;
  [phone, kamailio] = [null, null];
});

afterAll(async () => {
  if ('skipped' in debian) return;
  await server.stop();
  rmSync(home, { recursive: true, force: true });
});

/** The example of the package, as a person changes it who follows the steps; without them where `isOurs` is false. */
async function example(root: string, isOurs: boolean): Promise<string> {
  const folder = await ownFolder();
  try {
    const at = (...words: string[]) =>
      loadstep([...words, '--db', join(folder.path, 'x.db')], { XDG_CONFIG_HOME: folder.path });
    writeFileSync(join(folder.path, 'a.csv'), `mac,extension,password\n${MAC},201,s3cretPW\n`);
    await at('accounts', 'import', join(folder.path, 'a.csv'));
    const out = join(folder.path, 'out');
    const { out: said, code } = await at('pbx', 'kamailio', '--pbx', address, '--out', out);
    expect(code).toBe(0);
    // Each "write in place of X: Y" of the steps, done as it is told.
    const steps = [...said.replace(/\s+/g, ' ').matchAll(/write in place of (?:each )?(\S+;).*?: (if \(.*?\})/g)];
    expect(steps.map(([, call]) => call)).toEqual(['route(NATDETECT);', 'force_rport();']);
    const text = readFileSync(join(root, 'etc/kamailio/kamailio.cfg'), 'utf8');
    writeFileSync(join(home, 'kamailio-loadstep.cfg'), readFileSync(join(out, 'kamailio-loadstep.cfg')));
    const include = `include_file "${home.slice(root.length)}/kamailio-loadstep.cfg"\n\n`;
    const included = text.replace('####### Routing Logic', `${include}####### Routing Logic`);
    const changed = steps.reduce((so, [, call = '', ours = '']) => so.replaceAll(`\t${call}`, `\t${ours}`), included);
    for (const [, , ours] of steps) expect(changed).toContain(ours);
    const file = join(home, 'kamailio.cfg');
    writeFileSync(file, `#!define WITH_NAT\n${isOurs ? changed : text}`);
    return file.slice(root.length);
  } finally {
    await folder.remove();
  }
}

/** Starts it, and a 7960 on 8.12 that has it as its PBX. */
async function startBoth(root: string, file: string): Promise<EmulatedPhone> {
  const own = ['-l', `udp:${address}:5060`, '-m', '64', '-M', '8', '-DD', '-E', '-Y', `${home.slice(root.length)}`];
  const started = watched(
    spawn('chroot', [root, 'kamailio', '-f', file, ...own], { stdio: ['ignore', 'pipe', 'pipe'] }),
  );
  kamailio = started;
  let said = '';
  for (const stream of [started.stdout, started.stderr]) stream.on('data', (data) => (said += String(data)));
  const hex = [...address.split('.')].reverse().map((one) => Number(one).toString(16).padStart(2, '0'));
  const listens = `${hex.join('').toUpperCase()}:13C4`;
  for (let tries = 0; !readFileSync('/proc/net/udp', 'utf8').includes(listens); tries++) {
    if (started.exitCode !== null || tries > 200) throw new Error(`Kamailio did not start:\n${said}`);
    await sleep(100);
  }
  const written = cnfFiles({ mac: MAC, load: 'P0S3-8-12-00', pbx: address, password: 's3cretPW' });
  for (const [name, text] of Object.entries(written)) server.files.set(name, text);
  phone = createPhone({
    model: '7960',
    load: 'P0S3-8-12-00',
    mac: MAC,
    address: `${network}.11`,
    server: { host: '127.0.0.1', port: server.port },
    speed: 20,
    isRunning: true,
    registers: true,
  });
  await phone.start();
  return phone;
}

function withKamailio(name: string, run: (root: string) => Promise<void>): void {
  test(name, { timeout: 60_000 }, async ({ skip }) => {
    if ('skipped' in debian) return skip(debian.skipped);
    await run(debian.root);
  });
}

withKamailio('Kamailio finds no fault in its example configuration with what was written', async (root) => {
  const file = await example(root, true);
  const { status, stderr } = spawnSync('chroot', [root, 'kamailio', '-c', '-f', file], { encoding: 'utf8' });
  expect([status, stderr.split('\n').filter((line) => /ERROR|CRITICAL/.test(line))]).toEqual([0, []]);
});

withKamailio('with its example configuration and NAT no answer reaches a 7960 by UDP', async (root) => {
  const phone = await startBoth(root, await example(root, false));
  await phone.until(() => phone.records.filter(({ event }) => event === 'line.unregistered').length >= 2);
  expect(phone.records.some(({ event }) => event === 'sip.got')).toBe(false);
});

withKamailio('with what was written the same phone registers, and its Contact stays as it is', async (root) => {
  const phone = await startBoth(root, await example(root, true));
  await phone.until(({ event }) => event === 'phone.registered');
  const granted = phone.records.find(({ event }) => event === 'line.registered');
  expect(granted).toMatchObject({ name: '201', server: `${address}:5060`, seconds: 3600 });
});
