import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openStore } from '../../src/adapters/sqlite/open-store.ts';
import { serverOf } from '../../src/adapters/sqlite/server-lock.ts';
import { systemClock } from '../../src/adapters/system-clock.ts';
import type { AttachedAids } from '../../src/server/bench-aids.ts';
import { type ServerChange, startServer } from '../../src/server/start-server.ts';
import { matrix } from '../plan/store.ts';
import { temporaryFolder } from '../store/temporary.ts';
import { KeptLog, TaggedFirmware } from '../support/bench.ts';

const CHANGE: ServerChange = {
  ...{
    enroll: 'listed',
    targets: [],
    limits: {},
    leases: [],
    root: null,
    rootLoads: 'nobody',
    batch: null,
    stallAfterMs: null,
  },
};

/** A server without phones. */
async function running(
  attach?: () => AttachedAids,
  kind: { readonly isBeside?: boolean; readonly firmwareFolders?: readonly string[] } = {},
) {
  const databasePath = join(temporaryFolder(), 'loadstep.db');
  const store = openStore({ path: databasePath, mode: 'server' });
  const parts = { databasePath, store, firmware: new TaggedFirmware([]), matrix, clock: systemClock() };
  const listen = { address: '127.0.0.1', port: 0 };
  const log = new KeptLog();
  const rest = { ...CHANGE, log, listen, isSinglePort: false, onEvent: () => {}, onFailure: () => {} };
  const server = await startServer({ ...rest, ...parts, ...kind, ...(attach === undefined ? {} : { attach }) });
  onTestFinished(async () => {
    await server.stop();
    store.close();
  });
  return { server, log, databasePath };
}

test('aids that are relieved end when what they began has ended, however often the configuration changes', async () => {
  const made: { end: () => void; stops: number; rests: number }[] = [];
  const attach = (): AttachedAids => {
    const one = { end: () => {}, stops: 0, rests: 0 };
    made.push(one);
    const rested = new Promise<void>((resolve) => {
      one.end = resolve;
    });
    return {
      note: () => {},
      rest: () => {
        one.rests++;
        return rested;
      },
      stop: async () => void one.stops++,
    };
  };
  const { server } = await running(attach);
  for (let n = 0; n < 3; n++) (await server.prepare({ ...CHANGE, attach })).commit();
  expect(made.map(({ rests, stops }) => [rests, stops])).toEqual([
    [1, 0],
    [1, 0],
    [1, 0],
    [0, 0],
  ]);
  for (const one of made.slice(0, 2)) one.end();
  await new Promise((resolve) => setImmediate(resolve));
  expect(made.map(({ stops }) => stops)).toEqual([1, 1, 0, 0]);
  await server.stop();
  expect(made.map(({ stops }) => stops)).toEqual([1, 1, 1, 1]);
});

test('a server that is given a tree says which files of the tree decide about phones, and which it cannot read', async () => {
  const root = temporaryFolder();
  writeFileSync(join(root, 'A.bin'), 'image');
  writeFileSync(join(root, 'SIPDefault.cnf'), 'image_version: P0S3-08-12-00\n');
  writeFileSync(join(root, 'secret.cnf'), 'secret', { mode: 0 });
  chmodSync(root, 0o755);
  // The superuser may read everything: then the tree is looked at as nobody in particular.
  const isRoot = process.geteuid?.() === 0;
  const { server, log } = await running();
  log.lines.length = 0;
  if (isRoot) process.seteuid?.(65_534);
  try {
    (await server.prepare({ ...CHANGE, root })).discard();
  } finally {
    if (isRoot) process.seteuid?.(0);
  }
  expect(log.lines).toMatchObject([
    {
      level: 'warn',
      event: 'root.holds-loads',
      folder: root,
      files: 2,
      reason: expect.stringContaining(
        'SIPDefault.cnf names P0S3-08-12-00; firmware itself: A.bin. Phones do not get them',
      ),
    },
    {
      level: 'warn',
      event: 'root.unreadable-files',
      folder: root,
      files: 1,
      reason: expect.stringContaining('cannot be read by this user: secret.cnf'),
    },
  ]);
});

test('other commands can tell a server beside another one from one that hears every phone', async () => {
  const [beside, alone] = [await running(undefined, { isBeside: true }), await running(undefined, { isBeside: false })];
  expect(serverOf(beside.databasePath)).toMatchObject({ pid: process.pid, isBeside: true });
  expect(serverOf(alone.databasePath)).not.toHaveProperty('isBeside');
});

test('other commands can tell which folders and lease files a server reads, also once its configuration has changed', async () => {
  const { server, databasePath } = await running(undefined, { firmwareFolders: ['/srv/one'] });
  expect(serverOf(databasePath)).toMatchObject({ firmware: ['/srv/one'], leases: [] });
  (await server.prepare({ ...CHANGE, firmwareFolders: ['/srv/two', '/srv/three'] })).commit();
  expect(serverOf(databasePath)).toMatchObject({ firmware: ['/srv/two', '/srv/three'], port: server.listening.port });
});
