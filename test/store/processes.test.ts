import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openStore, type SqliteStore } from '../../src/adapters/sqlite/open-store.ts';
import type { MacAddress } from '../../src/core/names/mac-address.ts';
import { ALICE, BOB, step } from './samples.ts';
import { compiledChildren, start, temporaryFolder } from './temporary.ts';

const children = compiledChildren();
const node = (name: string, ...parts: string[]) => start(process.execPath, [join(children, name), ...parts]);

/** The number of the last step that a phone's snapshot shows. */
function countOf(store: SqliteStore, mac: MacAddress): number {
  return (store.phone(mac)?.snapshot?.context as { count: number } | undefined)?.count ?? 0;
}

test('after a kill every change that was reported durable is there, and state and history agree', async () => {
  const path = join(temporaryFolder(), 'loadstep.db');
  const reported = new Map([ALICE, BOB].map((mac) => [mac as string, 0]));
  for (let round = 0; round < 6; round++) {
    const child = node('commit-forever.js', path);
    expect(await child.line()).toBe('ready');
    const lines: string[] = [];
    while (lines.length < 40 + round * 37) lines.push((await child.line()) ?? '');
    await child.kill();
    for (const line of [...lines, ...(await child.rest())]) {
      const [mac = '', count = '0'] = line.split(' ');
      reported.set(mac, Math.max(reported.get(mac) ?? 0, Number(count)));
    }
    const store = openStore({ path, mode: round % 2 === 0 ? 'reader' : 'server' });
    for (const mac of [ALICE, BOB]) {
      const count = countOf(store, mac);
      expect(count).toBeGreaterThanOrEqual(reported.get(mac) ?? 0);
      const expected = Array.from({ length: count }, (_, i) => step(mac, i + 1).events).flat();
      expect(Array.from(store.history({ mac }))).toStrictEqual(expected);
    }
    store.close();
  }
  expect([...reported.values()].every((count) => count > 20)).toBe(true);
});

test('status and history can be read while a server writes, and never show half a change', async () => {
  const path = join(temporaryFolder(), 'loadstep.db');
  const server = node('commit-forever.js', path);
  expect(await server.line()).toBe('ready');
  const reader = openStore({ path, mode: 'reader' });
  let rows = 0;
  for (let growths = 0; growths < 20; ) {
    await server.line();
    const before = countOf(reader, ALICE);
    const events = Array.from(reader.history({ mac: ALICE }));
    expect(events.length % 2).toBe(0);
    expect(events.length / 2).toBeGreaterThanOrEqual(before);
    if (events.length > rows) growths++;
    rows = events.length;
  }
  reader.close();
});

test('a client enrols while a server writes, and the server goes on', async () => {
  const path = join(temporaryFolder(), 'loadstep.db');
  const server = node('commit-forever.js', path);
  expect(await server.line()).toBe('ready');
  for (let revision = 1; revision <= 10; revision++) {
    const client = node('create-store.js', path);
    expect(await client.line()).toBe('ready');
    client.process.stdin?.end();
    expect(await client.line()).toBe(`enrolled ${revision}`);
    expect(await server.line()).toMatch(/^[0-9A-F]{12} \d+$/);
  }
  expect(server.process.exitCode).toBeNull();
});

test('many commands that create the database at once all succeed', async () => {
  for (let round = 0; round < 3; round++) {
    const path = join(temporaryFolder(), 'state', 'loadstep.db');
    const clients = Array.from({ length: 6 }, () => node('create-store.js', path));
    for (const client of clients) expect(await client.line()).toBe('ready');
    for (const client of clients) client.process.stdin?.end();
    const lines = await Promise.all(clients.map((client) => client.line()));
    expect(lines.toSorted()).toEqual(clients.map((_, i) => `enrolled ${i + 1}`));
  }
});

test('what opens a database is loaded when a store is opened, not before', async () => {
  const child = node('import-only.js', join(temporaryFolder(), 'loadstep.db'));
  expect(await child.rest()).toEqual(['false true']);
});

interface Report {
  readonly code?: string;
  readonly message?: string;
  readonly refused?: number;
  readonly kept?: number;
  readonly snapshot?: { readonly count: number };
}

async function reportsOf(command: string, parts: readonly string[]): Promise<readonly Report[]> {
  return (await start(command, parts).rest()).map((line) => JSON.parse(line) as Report);
}

test('a file that may not grow any more refuses the change in one sentence and keeps everything before', async () => {
  const path = join(temporaryFolder(), 'loadstep.db');
  const script = join(children, 'fill-disk.js');
  // 2,000 blocks of 512 or 1,024 bytes, as the shell has it; either is less than the log would grow to.
  const limited = ['-c', 'ulimit -f 2000 && exec "$@"', 'sh', process.execPath, script, path];
  const [refusal, state] = await reportsOf('/bin/sh', limited);
  expect(refusal).toMatchObject({ code: 'E_DISK_FULL' });
  expect(refusal?.message).toContain(`that holds ${path} is full: make room`);
  const kept = (refusal?.refused ?? 0) - 1;
  expect(kept).toBeGreaterThan(5);
  expect(state).toMatchObject({ kept: kept * 2, snapshot: { count: kept } });
  const store = openStore({ path, mode: 'server' });
  expect(Array.from(store.history({}))).toHaveLength(kept * 2);
  expect(store.phone(ALICE)?.snapshot?.context).toMatchObject({ count: kept });
  await store.commit(step(ALICE, kept + 1));
  expect(Array.from(store.history({}))).toHaveLength(kept * 2 + 2);
  store.close();
});

/** The ways in which this machine lets us have a small disk of our own; it is gone with the process that mounted it. */
const SMALL_DISKS = [['-m'], ['-r', '-m']].filter(
  (flags) => spawnSync('unshare', [...flags, 'mount', '-t', 'tmpfs', 'none', '/mnt']).status === 0,
);

test.each(SMALL_DISKS.slice(0, 1))(
  'a full disk refuses the change, keeps everything before, and takes it once there is room (unshare %s)',
  async (...flags) => {
    const folder = join(temporaryFolder(), 'disk');
    mkdirSync(folder);
    const setUp =
      'mount -t tmpfs -o size=3m none "$1" && head -c 1500000 /dev/zero > "$1/filler" && cd / && shift && exec "$@"';
    const parts = [
      process.execPath,
      join(children, 'fill-disk.js'),
      join(folder, 'loadstep.db'),
      join(folder, 'filler'),
    ];
    const [refusal, full, roomy] = await reportsOf('unshare', [
      ...flags,
      '/bin/sh',
      '-c',
      setUp,
      'sh',
      folder,
      ...parts,
    ]);
    expect(refusal).toMatchObject({ code: 'E_DISK_FULL' });
    const refused = refusal?.refused ?? 0;
    expect(refused).toBeGreaterThan(5);
    expect(full).toMatchObject({ kept: (refused - 1) * 2, snapshot: { count: refused - 1 } });
    expect(roomy).toMatchObject({ kept: refused * 2, snapshot: { count: refused } });
  },
);
