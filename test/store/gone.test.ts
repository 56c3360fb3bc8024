import { copyFileSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { openStore } from '../../src/adapters/sqlite/open-store.ts';
import { acquireServerLock, serverOf } from '../../src/adapters/sqlite/server-lock.ts';
import { ALICE, NOON, wish } from './samples.ts';
import { temporaryFolder, temporaryStore } from './temporary.ts';

const SEEN = { mac: ALICE, seenAt: NOON, events: [{ event: 'phone.seen', at: NOON, mac: ALICE } as const] };

/** A database in a folder of its own inside one that goes when the test ends. */
function placed(): { path: string; folder: string } {
  const folder = join(temporaryFolder(), 'db');
  mkdirSync(folder);
  return { path: join(folder, 'loadstep.db'), folder };
}

/** What may happen to the files of a database that is open. */
const HARM: Readonly<Record<string, (path: string) => void>> = {
  'was removed': (path) => {
    for (const name of readdirSync(dirname(path))) rmSync(join(dirname(path), name));
  },
  'was moved with its folder': (path) => renameSync(dirname(path), `${dirname(path)}-moved`),
  'was moved with its folder, and another one made': (path) => {
    renameSync(dirname(path), `${dirname(path)}-moved`);
    mkdirSync(dirname(path));
  },
  'was replaced by a backup': (path) => {
    copyFileSync(path, `${path}.bak`);
    renameSync(`${path}.bak`, path);
  },
  'lost its log to a backup that is put over it': (path) => rmSync(`${path}-wal`),
};

test.each(Object.entries(HARM))(
  'nothing is recorded, and nobody told that it is, once the record %s',
  async (_, harm) => {
    const { path } = placed();
    const { store } = temporaryStore({ path });
    store.enrol(wish(ALICE));
    await store.commit(SEEN);
    expect(store.enrolmentsChangedSince(0).enrolments).toHaveLength(1);
    harm(path);
    const gone = expect.objectContaining({ code: 'E_DB_GONE', exitCode: 2, message: expect.stringContaining(path) });
    await expect(store.commit(SEEN)).rejects.toEqual(gone);
    expect(() => store.enrolmentsChangedSince(0)).toThrow(gone);
    expect(() => store.changeBatch((was) => ({ state: was, events: [] }))).toThrow(gone);
  },
);

test('a command that follows the record notices that it was replaced', () => {
  const { path } = placed();
  const { store: writer } = temporaryStore({ path });
  writer.enrol(wish(ALICE));
  const { store } = temporaryStore({ path, mode: 'reader' });
  expect(store.phones()).toHaveLength(1);
  HARM['was replaced by a backup']?.(path);
  for (const read of [() => store.phones(), () => store.historyAfter(0)]) {
    expect(read).toThrow(expect.objectContaining({ code: 'E_DB_GONE' }));
  }
});

test('where a record was taken from under a server no new one begins until somebody says so', () => {
  const { path } = placed();
  const { store } = temporaryStore({ path });
  store.enrol(wish(ALICE));
  store.close();
  copyFileSync(path, `${path}.bak`);
  const again = openStore({ path, mode: 'server' });
  for (const file of [path, `${path}-wal`, `${path}-shm`]) rmSync(file);
  expect(() => again.phones()).toThrow();
  again.close();
  for (const mode of ['client', 'server', 'reader'] as const) {
    expect(() => openStore({ path, mode })).toThrow(
      expect.objectContaining({ code: 'E_DB_GONE', message: expect.stringContaining(`${path}.gone`) }),
    );
  }
  expect(existsSync(path)).toBe(false);
  renameSync(`${path}.bak`, path);
  openStore({ path, mode: 'client' }).close();
  expect(existsSync(`${path}.gone`)).toBe(false);
  writeFileSync(`${path}.gone`, 'x');
  rmSync(path);
  expect(() => openStore({ path, mode: 'client' })).toThrow(/was removed or moved/);
  rmSync(`${path}.gone`);
  openStore({ path, mode: 'client' }).close();
  expect(existsSync(path)).toBe(true);
});

test('a record that is put back whole is opened as it was, whatever its old server does when it ends', () => {
  const { path, folder } = placed();
  const { store } = temporaryStore({ path });
  store.enrol(wish(ALICE));
  HARM['was moved with its folder']?.(path);
  expect(() => store.phones()).toThrow();
  renameSync(`${folder}-moved`, folder);
  const next = openStore({ path, mode: 'server' });
  store.close();
  expect(next.phones().map(({ mac }) => mac)).toEqual([ALICE]);
  next.close();
});

test('a server whose record was taken away leaves the one that sits there now its name', () => {
  const { path, folder } = placed();
  const info = { pid: process.pid, address: '127.0.0.1', port: 69 };
  const old = acquireServerLock(path, info);
  renameSync(folder, `${folder}-moved`);
  const next = acquireServerLock(path, { ...info, pid: process.ppid });
  old.release();
  expect(serverOf(path)).toMatchObject({ pid: process.ppid });
  next.release();
});
