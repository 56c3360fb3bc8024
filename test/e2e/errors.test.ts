import { type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, chown, cp, mkdir, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { loadDriver } from '../../src/adapters/sqlite/load-driver.ts';
import { Child, CLI, cleanEnvironment, run } from './child.ts';
import { cleanUp, firmwareStore, newFolder, nextPhone, SPEED } from './harness.ts';
import { watched } from './watched.ts';

afterAll(cleanUp);

const [LOADER_LOAD, JAVA_LOAD] = ['P0S3-08-11-00', 'SIP42.9-4-2SR3-1S'];
const [KNOWN, ASKED] = ['0018B9C0FFEE', '0018B9C0FFED'];
/** The user `nobody`: the tests may run as root, who may do everything. */
const NOBODY = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};

/** What one refusal happens in: a store and a database of its own, with one phone on the list. */
interface World {
  readonly folder: string;
  readonly firmware: string;
  readonly db: string;
}

/** How the command is started; what is not said is the plain way. */
interface Start {
  readonly words?: readonly string[];
  /** Put before the command, such as a shell that sets a limit. */
  readonly before?: readonly string[];
  readonly spawn?: SpawnOptions;
}

async function world(): Promise<World> {
  const folder = await newFolder('errors');
  const firmware = join(folder, 'firmware');
  await cp(await firmwareStore([LOADER_LOAD, JAVA_LOAD]), firmware, { recursive: true });
  const db = join(folder, 'kept', 'loadstep.db');
  const words = ['--mac', KNOWN, '--target', LOADER_LOAD, '--db', db, '--firmware', firmware];
  const enrolled = await run(['enroll', '--json', ...words], folder);
  if (enrolled.code !== 0) throw new Error(enrolled.stderr);
  return { folder, firmware, db };
}

/** Every file below a folder with its bytes. */
async function filesIn(folder: string): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile()) found.set(path, (await readFile(path)).toString('base64'));
  }
  return found;
}

/** Runs to its end; a server that opens although it should not is ended, and then has no exit code. */
async function refused(at: World, command: string, start: Start = {}) {
  const place = ['--json', '--db', at.db, '--firmware', at.firmware, '--listen', '127.0.0.1:0'];
  const said = new Set(start.words);
  const usual = [
    ['--mac', ASKED],
    ['--target', LOADER_LOAD],
  ].filter(([flag]) => flag !== undefined && !said.has(flag));
  const wish = command === 'upgrade' ? usual.flat() : [];
  const all = [...(start.before ?? []), process.execPath, CLI, command, ...place, ...wish, ...(start.words ?? [])];
  const env = cleanEnvironment(at.folder);
  const options = { cwd: at.folder, env, timeout: 15_000, ...start.spawn };
  const child = watched(spawn(all[0] as string, all.slice(1), options));
  let [stdout, stderr] = ['', ''];
  child.stdout?.on('data', (text: Buffer) => {
    stdout += text;
    if (stdout.includes('phone.enrolled')) child.kill('SIGKILL');
  });
  child.stderr?.on('data', (text: Buffer) => {
    stderr += text;
  });
  const [exitCode] = await once(child, 'close');
  return { exitCode: exitCode as number | null, stdout, stderr };
}

/** One sentence; beside it the log may say in its own form what happened. */
function expectSentence(stderr: string, code: string): void {
  const said = stderr.replace(/^\{"level":.*\}\n/gm, '');
  expect(said).toMatch(new RegExp(`^loadstep: [^\\n]{20,} \\(${code}\\)\\n$`));
}

/** The phone that was on the list is on it still, and nobody else. */
async function expectKept(at: World): Promise<void> {
  const history = await run(['history', '--json', '--db', at.db], at.folder);
  expect(history).toMatchObject({ code: 0, stderr: '' });
  expect(history.lines).toMatchObject([{ event: 'phone.enrolled', mac: KNOWN, target: LOADER_LOAD }]);
}

interface Case {
  readonly title: string;
  readonly exitCode: number;
  readonly code: string;
  readonly command?: string;
  readonly words?: readonly string[];
  /** Makes the mistake; what it returns says how to start and what to end afterwards. */
  readonly spoil?: (at: World) => Promise<Start & { readonly after?: () => unknown }>;
  /** The database is no database any more, so that only its bytes can be compared. */
  readonly isUnreadable?: boolean;
}

const fromSip6 = ['--from', 'P0S3-06-3-00', '--model', '7940'];
const java = ['--target', JAVA_LOAD, '--from', 'SIP42.9-3-1SR4-1S', '--model', '7942'];

/** Takes bytes off the end of a file in the store. */
async function cut(at: World, name: string, bytes: number): Promise<Start> {
  const path = join(at.firmware, name);
  await truncate(path, (await stat(path)).size - bytes);
  return {};
}

async function anotherServer(at: World, db: string) {
  const place = ['--json', '--db', db, '--firmware', at.firmware, '--listen', '127.0.0.1:0'];
  const server = new Child(['serve', ...place], at.folder);
  const { port } = await server.until((line) => line.event === 'server.listening');
  return { words: ['--listen', `127.0.0.1:${port}`], after: () => server.stop() };
}

const bad = (mac: string): Case => ({
  title: `the MAC address "${mac}"`,
  exitCode: 2,
  code: 'E_BAD_USAGE',
  words: ['--mac', mac],
});

const CASES: readonly Case[] = [
  ...['0018B9C0FFE', '0018B9C0FFEG', '00:18-b9:c0:ff:ee', '0018.b9c0.ff', 'SEP0018B9', '', '000000000000'].map(bad),
  ...['FF:FF:FF:FF:FF:FF', '0100.5e00.0001'].map(bad),
  {
    title: 'a firmware folder that is not there',
    exitCode: 3,
    code: 'E_NO_FIRMWARE',
    words: ['--firmware', '/nonexistent/firmware'],
  },
  { title: 'a load that nobody knows', exitCode: 3, code: 'E_UNKNOWN_LOAD', words: ['--target', 'P0S3-09-99-00'] },
  { title: 'a word that is no load', exitCode: 3, code: 'E_UNKNOWN_LOAD', words: ['--target', 'newest'] },
  {
    title: 'a loader image that lacks its last byte',
    exitCode: 3,
    code: 'E_FILES_MISSING',
    words: fromSip6,
    spoil: (at) => cut(at, `${LOADER_LOAD}/P003-08-11-00.sbn`, 1),
  },
  {
    title: 'an application image that ends in its beginning',
    exitCode: 3,
    code: 'E_FILES_MISSING',
    words: fromSip6,
    spoil: (at) => cut(at, `${LOADER_LOAD}/${LOADER_LOAD}.sb2`, 31_900),
  },
  {
    title: 'an archive that lacks its last byte',
    exitCode: 3,
    code: 'E_FILES_MISSING',
    words: java,
    spoil: (at) => cut(at, `${JAVA_LOAD}/jar42sip.9-4-2ES26.sbn`, 1),
  },
  {
    title: 'a database of noise',
    exitCode: 2,
    code: 'E_DB_DAMAGED',
    isUnreadable: true,
    spoil: async ({ db }) => {
      await writeFile(db, Buffer.from(Array.from({ length: 20_000 }, (_, at) => (at * 7919) % 251)));
      return {};
    },
  },
  {
    title: 'a database of a newer loadstep',
    exitCode: 2,
    code: 'E_DB_NEWER',
    isUnreadable: true,
    spoil: async ({ db }) => {
      const newer = new (loadDriver())(db);
      newer.pragma('user_version = 999');
      newer.close();
      return {};
    },
  },
  {
    title: 'a database that another program keeps locked',
    exitCode: 2,
    code: 'E_DB_LOCKED',
    spoil: async ({ db }) => {
      const other = new (loadDriver())(db);
      other.exec('BEGIN IMMEDIATE');
      return { after: () => other.close() };
    },
  },
  {
    title: 'a database that lacks its end',
    exitCode: 2,
    code: 'E_DB_DAMAGED',
    isUnreadable: true,
    spoil: async ({ db }) => {
      await truncate(db, (await stat(db)).size - 5_000);
      return {};
    },
  },
  {
    title: 'a port that is in use',
    exitCode: 2,
    code: 'E_PORT_IN_USE',
    spoil: (at) => anotherServer(at, join(at.folder, 'other', 'loadstep.db')),
  },
  {
    title: 'a second server on the same database',
    exitCode: 2,
    code: 'E_DB_SERVED',
    command: 'serve',
    spoil: async (at) => ({ ...(await anotherServer(at, at.db)), words: [] }),
  },
  {
    title: 'a full disk',
    exitCode: 1,
    code: 'E_DISK_FULL',
    // Less than the log needs to take one phone.
    spoil: async () => ({ before: ['/bin/bash', '-c', 'ulimit -f 4 && exec "$@"', 'sh'] }),
  },
];

test.concurrent.each(CASES)('$title is refused in one sentence, and nothing is lost', async (one) => {
  const at = await world();
  const { after, ...start } = { after: undefined, ...(await one.spoil?.(at)) };
  const firmware = await filesIn(at.firmware);
  const database = await readFile(at.db);
  try {
    const words = [...(start.words ?? []), ...(one.words ?? [])];
    const { exitCode, stdout, stderr } = await refused(at, one.command ?? 'upgrade', { ...start, words });
    expectSentence(stderr, one.code);
    expect(exitCode).toBe(one.exitCode);
    // On a full disk the server is open before the first phone is written down.
    if (one.code !== 'E_DISK_FULL') expect(stdout).toBe('');
    expect(stdout).not.toContain('phone.enrolled');
  } finally {
    await after?.();
  }
  expect(await filesIn(at.firmware)).toEqual(firmware);
  if (one.isUnreadable === true) expect(await readFile(at.db)).toEqual(database);
  else await expectKept(at);
});

test('port 69 without the right to it is refused in one sentence, and nothing is lost', async () => {
  const first = Number(await readFile('/proc/sys/net/ipv4/ip_unprivileged_port_start', 'utf8'));
  expect(first, 'this machine lets everybody listen on port 69, so that nothing can be refused here').toBeGreaterThan(
    69,
  );
  const at = await world();
  await rm(join(at.folder, 'kept', 'loadstep.db.lock'), { force: true });
  for (const path of [at.folder, join(at.folder, 'kept'), at.db]) await chmod(path, 0o777);
  await chmod(at.firmware, 0o755);
  for (const entry of await readdir(join(at.folder, 'kept'))) await chmod(join(at.folder, 'kept', entry), 0o666);
  const firmware = await filesIn(at.firmware);
  const words = ['--listen', '127.0.0.1:69'];
  const { exitCode, stdout, stderr } = await refused(at, 'upgrade', { words, spawn: NOBODY });
  expectSentence(stderr, 'E_PORT_DENIED');
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
  expect(await filesIn(at.firmware)).toEqual(firmware);
  await expectKept(at);
});

test('an image that is damaged while the server runs is not served, and its phone is held', async () => {
  const at = await world();
  await mkdir(join(at.folder, 'phone'));
  const { mac, address } = nextPhone();
  const place = ['--json', '--db', at.db, '--firmware', at.firmware, '--listen', '127.0.0.1:0'];
  const server = new Child(['upgrade', '--mac', mac, '--target', LOADER_LOAD, ...place], at.folder);
  let phone: Child | null = null;
  try {
    const { port } = await server.until((line) => line.event === 'server.listening');
    const image = `${LOADER_LOAD}.sb2`;
    await cut(at, `${LOADER_LOAD}/${image}`, 1);
    const words = ['--model', '7940', '--load', 'P0S3-06-3-00', '--mac', mac, '--address', address];
    const pace = ['--server', `127.0.0.1:${port}`, '--speed', String(SPEED), '--restart-idle', '90'];
    phone = new Child(['emulate', 'phone', '--json', ...words, ...pace], join(at.folder, 'phone'));
    expect(await server.end()).toBe(4);
    const events = (await run(['history', '--json', '--db', at.db, '--mac', mac], at.folder)).lines;
    expect(events.filter(({ event }) => event === 'phone.held')).toMatchObject([{ code: 'E_FIRMWARE_CHANGED' }]);
    const taken = events.filter(({ event }) => event === 'file.sent').map((line) => String(line.file ?? line.name));
    expect(taken).not.toContain(image);
    expect(server.stderr).toContain('E_FIRMWARE_CHANGED');
  } finally {
    await phone?.stop('SIGKILL');
    await server.stop('SIGKILL');
  }
});

test('a server whose record belongs to somebody else, as after a backup was put back, does not start', async () => {
  const at = await world();
  const folder = join(at.folder, 'kept');
  await rm(join(folder, 'loadstep.db.lock'), { force: true });
  await chmod(at.folder, 0o755);
  await chmod(at.firmware, 0o755);
  if (NOBODY.uid !== undefined) await chown(folder, NOBODY.uid, NOBODY.gid);
  await chmod(at.db, NOBODY.uid === undefined ? 0o444 : 0o644);
  const { exitCode, stderr } = await refused(at, 'serve', { spawn: NOBODY });
  expect({ exitCode, stderr }).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('E_DB_DENIED') });
  expect(stderr).not.toContain('listening');
});
