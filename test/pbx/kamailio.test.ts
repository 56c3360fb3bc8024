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
import { cnfFiles, sepFile } from '../support/phone-files.ts';
import type { Debian } from './debians.ts';

// The example configuration of a real Kamailio, with NAT on, before and after the changes that `loadstep pbx kamailio` tells. Without a database its
// registrar takes everybody: what is on trial is where the answer goes. With one it asks for the passwords of `subscribers.sql`.

const debian = inject('kamailio');
const sqlite = inject('kamailioSqlite');
const [MAC, OTHER] = ['0018B9CA8A11', '0018B9CA8A12'];
const LIST = `mac,extension,name,password,authname
${MAC},201,O'Brien,s3cretPW,
${OTHER},202,Hall,an0therPW,desk202
`;
/** What Debian's Kamailio has of the schema: the versions of tables, the subscribers, and the domains that are its own. */
const SCHEMA = ['standard', 'auth_db', 'domain'].map((name) => `/usr/share/kamailio/db_sqlite/${name}-create.sql`);
const network = `127.${50 + (process.pid % 150)}.90`;
const address = `${network}.5`;
/** A name for the domain of a customer that every resolver knows without asking anybody: the address in hexadecimal. */
const DOMAIN = `0x${address
  .split('.')
  .map((part) => Number(part).toString(16).padStart(2, '0'))
  .join('')}`;
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

afterEach(leave);

async function leave(): Promise<void> {
  await phone?.stop();
  const [running, gone] = [kamailio, new Promise((resolve) => kamailio?.once('exit', resolve) ?? resolve(null))];
  running?.kill('SIGTERM');
  await gone;
  [phone, kamailio] = [null, null];
}

afterAll(async () => {
  if ('skipped' in debian) return;
  await server.stop();
  rmSync(home, { recursive: true, force: true });
});

interface Example {
  /** Whether the steps are followed that are told. */
  readonly isOurs: boolean;
  /** Whether it asks for passwords, out of a database. */
  readonly hasDatabase?: boolean;
  /** Whether it serves several domains, DOMAIN among them, and looks for a subscriber in the one that was asked. */
  readonly hasDomains?: boolean;
}

/** The example of the package, as a person changes it. */
async function example(root: string, { isOurs, hasDatabase = false, hasDomains = false }: Example): Promise<string> {
  const folder = await ownFolder();
  try {
    const at = (...words: string[]) =>
      loadstep([...words, '--db', join(folder.path, 'x.db')], { XDG_CONFIG_HOME: folder.path });
    writeFileSync(join(folder.path, 'a.csv'), LIST);
    await at('accounts', 'import', join(folder.path, 'a.csv'));
    const out = join(folder.path, 'out');
    const { out: said, code } = await at('pbx', 'kamailio', '--pbx', hasDomains ? DOMAIN : address, '--out', out);
    expect(code).toBe(0);
    expect(said.replace(/\s+/g, ' ')).toContain('202 answers as "desk202"');
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
    const asking = hasDatabase ? withDatabase(root, join(out, 'subscribers.sql')) : '';
    const loaded = (isOurs ? changed : text).replace('loadmodule "auth_db.so"', 'loadmodule "db_sqlite.so"\n$&');
    writeFileSync(
      file,
      `#!define WITH_NAT\n${hasDomains ? '#!define WITH_MULTIDOMAIN\n' : ''}${asking}${hasDatabase ? loaded : isOurs ? changed : text}`,
    );
    return file.slice(root.length);
  } finally {
    await folder.remove();
  }
}

/** A database with Kamailio's own schema that has read the subscribers, twice as somebody may; how Kamailio is told of it. */
function withDatabase(root: string, subscribers: string): string {
  const at = `${home.slice(root.length)}/kamailio.sqlite`;
  rmSync(join(root, at), { force: true });
  const schema = SCHEMA.map((name) => readFileSync(join(root, name), 'utf8'));
  const own = `INSERT INTO domain (domain) VALUES ('${DOMAIN}');`;
  const input = [...schema, own, ...Array(2).fill(readFileSync(subscribers, 'utf8'))].join('\n');
  const { status, stderr } = spawnSync('chroot', [root, 'sqlite3', '-bail', at], { input, encoding: 'utf8' });
  expect([status, stderr]).toEqual([0, '']);
  return `#!define WITH_AUTH\n#!define DBURL "sqlite://${at}"\n`;
}

const LOADS = { '7941': 'SIP41.8-5-3S', '7942': 'SIP42.9-4-2SR3-1S', '7960': 'P0S3-8-12-00' } as const;

interface Desk {
  readonly model?: keyof typeof LOADS;
  /** Of a Java phone: 1 TCP, 2 UDP. */
  readonly transport?: '1' | '2';
  readonly pbx?: string;
  readonly mac?: string;
  readonly name?: string;
  readonly authName?: string;
  readonly password?: string;
}

/** Starts it, and a phone that has it as its PBX: a 7960 on 8.12 where nothing else is said. */
async function startBoth(root: string, file: string, desk: Desk = {}): Promise<EmulatedPhone> {
  const own = [
    '-l',
    `udp:${address}:5060`,
    '-l',
    `tcp:${address}:5060`,
    '-m',
    '64',
    '-M',
    '8',
    '-DD',
    '-E',
    '-Y',
    `${home.slice(root.length)}`,
  ];
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
  const { mac = MAC, model = '7960', ...account } = { password: 's3cretPW', ...desk };
  const load = LOADS[model];
  const written = (model === '7960' ? cnfFiles : sepFile)({ mac, load, pbx: address, ...account });
  for (const [name, text] of Object.entries(written)) server.files.set(name, text);
  phone = createPhone({
    model,
    load,
    mac,
    address: `${network}.11`,
    server: { host: '127.0.0.1', port: server.port },
    speed: 20,
    isRunning: true,
    registers: true,
  });
  await phone.start();
  return phone;
}

function withKamailio(name: string, run: (root: string) => Promise<void>, where: Debian = debian): void {
  test(name, { timeout: 60_000 }, async ({ skip }) => {
    if ('skipped' in where) return skip(where.skipped);
    await run(where.root);
  });
}

withKamailio('Kamailio finds no fault in its example configuration with what was written', async (root) => {
  const file = await example(root, { isOurs: true });
  const { status, stderr } = spawnSync('chroot', [root, 'kamailio', '-c', '-f', file], { encoding: 'utf8' });
  expect([status, stderr.split('\n').filter((line) => /ERROR|CRITICAL/.test(line))]).toEqual([0, []]);
});

withKamailio('with its example configuration and NAT no answer reaches a 7960 by UDP', async (root) => {
  const phone = await startBoth(root, await example(root, { isOurs: false }));
  await phone.until(() => phone.records.filter(({ event }) => event === 'line.unregistered').length >= 2);
  expect(phone.records.some(({ event }) => event === 'sip.got')).toBe(false);
});

withKamailio('with what was written the same phone registers, and its Contact stays as it is', async (root) => {
  const phone = await startBoth(root, await example(root, { isOurs: true }));
  await phone.until(({ event }) => event === 'phone.registered');
  const granted = phone.records.find(({ event }) => event === 'line.registered');
  expect(granted).toMatchObject({ name: '201', server: `${address}:5060`, seconds: 3600 });
});

for (const [model, transport, by] of [
  ['7941', '2', 'UDP'],
  ['7942', '2', 'UDP'],
  ['7942', '1', 'TCP'],
] as const)
  withKamailio(`a ${model} on ${LOADS[model]} registers by ${by}, too`, async (root) => {
    const phone = await startBoth(root, await example(root, { isOurs: true }), { model, transport });
    await phone.until(({ event }) => event === 'phone.registered');
    const granted = phone.records.find(({ event }) => event === 'line.registered');
    expect(granted).toMatchObject({ name: '201', server: `${address}:5060`, seconds: 3600 });
  });

withKamailio(
  'a phone registers with its password out of the database, and with no other',
  async (root) => {
    const file = await example(root, { isOurs: true, hasDatabase: true });
    const known = await startBoth(root, file);
    await known.until(({ event }) => event === 'phone.registered');
    await leave();
    const wrong = await startBoth(root, file, { password: 'an0therPW' });
    const gone = await wrong.until((one) => one.event === 'line.unregistered');
    expect(gone).toMatchObject({ why: 'REG auth failed: no more credentials' });
  },
  sqlite,
);

withKamailio(
  'a phone that answers by another name than its extension is not let in, as the steps tell',
  async (root) => {
    const file = await example(root, { isOurs: true, hasDatabase: true });
    const desk = { mac: OTHER, name: '202', authName: 'desk202', password: 'an0therPW' };
    const phone = await startBoth(root, file, desk);
    const gone = await phone.until((one) => one.event === 'line.unregistered');
    expect(gone).toMatchObject({ why: 'REG auth failed: no more credentials' });
  },
  sqlite,
);

withKamailio(
  'one that serves several domains does not know a phone that asks its address, and registers it when it asks the domain',
  async (root) => {
    const file = await example(root, { isOurs: true, hasDatabase: true, hasDomains: true });
    const stranger = await startBoth(root, file);
    const gone = await stranger.until((one) => one.event === 'line.unregistered');
    expect(gone).toMatchObject({ why: 'REG auth failed: no more credentials' });
    await leave();
    const customer = await startBoth(root, file, { pbx: DOMAIN });
    await customer.until(({ event }) => event === 'phone.registered');
  },
  sqlite,
);
