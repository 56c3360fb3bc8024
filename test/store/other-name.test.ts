import { linkSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openStore } from '../../src/adapters/sqlite/open-store.ts';
import { acquireServerLock } from '../../src/adapters/sqlite/server-lock.ts';
import { ALICE, wish } from './samples.ts';
import { temporaryFolder, temporaryStore } from './temporary.ts';

const own = { pid: process.pid, address: '0.0.0.0', port: 69 };
const SERVED = expect.objectContaining({ code: 'E_DB_SERVED', exitCode: 2 });

/** A record that a server works on, and another name of it in another folder: a hard link. */
function linked() {
  const folder = temporaryFolder();
  const path = join(folder, 'loadstep.db');
  temporaryStore({ path }).store.close();
  mkdirSync(join(folder, 'other'));
  const other = join(folder, 'other', 'phones.db');
  linkSync(path, other);
  return { path, other };
}

function serve(path: string) {
  const lock = acquireServerLock(path, own);
  const store = openStore({ path, mode: 'server' });
  let isOver = false;
  const end = () => {
    if (isOver) return;
    isOver = true;
    store.close();
    lock.release();
  };
  onTestFinished(end);
  return end;
}

test.each(['server', 'client'] as const)(
  'a %s is refused by another name of a record that is served, and not when that server has ended',
  (mode) => {
    const { path, other } = linked();
    const end = serve(path);
    expect(() => openStore({ path: other, mode })).toThrow(SERVED);
    expect(() => openStore({ path: other, mode })).toThrow(/has several names \(hard links\)/);
    end();
    const store = openStore({ path: other, mode });
    store.enrol(wish(ALICE));
    expect(() => openStore({ path, mode })).toThrow(SERVED);
    store.close();
  },
);

test('a command that writes goes by the name of the server, whatever other names its record has', () => {
  const { path } = linked();
  serve(path);
  const client = openStore({ path, mode: 'client' });
  onTestFinished(() => client.close());
  client.enrol(wish(ALICE));
  expect(client.phone(ALICE)).not.toBeNull();
});

test('a record with another name that nobody has open is opened, and what was written by the one is read by the other', () => {
  const { path, other } = linked();
  const client = openStore({ path: other, mode: 'client' });
  client.enrol(wish(ALICE));
  client.close();
  const server = openStore({ path, mode: 'server' });
  onTestFinished(() => server.close());
  expect(server.phone(ALICE)).not.toBeNull();
});
