import { existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { acquireServerLock, type ServerLock, serverOf } from '../../src/adapters/sqlite/server-lock.ts';
import { AppError } from '../../src/core/errors.ts';
import { compiledChildren, start, temporaryFolder, temporaryStore } from './temporary.ts';

const children = compiledChildren();
const own = { pid: process.pid, address: '0.0.0.0', port: 69 };

function acquire(path: string, info = own): ServerLock {
  const lock = acquireServerLock(path, info);
  onTestFinished(() => lock.release());
  return lock;
}

async function serverProcess(path: string) {
  const child = start(process.execPath, [join(children, 'hold-server-lock.js'), path]);
  return { child, first: await child.line() };
}

test('a database that nobody serves has no server', () => {
  const folder = temporaryFolder();
  expect(serverOf(join(folder, 'loadstep.db'))).toBeNull();
  expect(readdirSync(folder)).toEqual([]);
});

test('a second server is refused with the place of the first, and may start when that has ended', async () => {
  const path = join(temporaryFolder(), 'state', 'loadstep.db');
  const { child, first } = await serverProcess(path);
  expect(first).toBe('held');
  expect(serverOf(path)).toEqual({ pid: child.process.pid, address: '127.0.0.1', port: 6969 });
  try {
    acquire(path);
    expect.unreachable();
  } catch (error) {
    expect(error).toMatchObject({ code: 'E_DB_SERVED', exitCode: 2 });
    expect((error as AppError).message).toContain(`process ${child.process.pid} on 127.0.0.1 port 6969`);
    expect(error).toBeInstanceOf(AppError);
  }
  child.process.stdin?.end();
  await child.rest();
  expect(serverOf(path)).toBeNull();
  acquire(path);
  expect(serverOf(path)).toEqual(own);
});

test('a server that was killed leaves no lock behind', async () => {
  const path = join(temporaryFolder(), 'loadstep.db');
  for (let round = 0; round < 3; round++) {
    const { child, first } = await serverProcess(path);
    expect(first).toBe('held');
    await child.kill();
    expect(existsSync(`${path}.server.json`)).toBe(true);
    expect(serverOf(path)).toBeNull();
  }
  acquire(path);
  expect((await serverProcess(path)).first).toMatch(/^E_DB_SERVED .*process \d+ on 0\.0\.0\.0 port 69/);
});

test('of many servers that start at once exactly one serves', async () => {
  const path = join(temporaryFolder(), 'loadstep.db');
  const all = await Promise.all(Array.from({ length: 5 }, () => serverProcess(path)));
  const firsts = all.map(({ first }) => first?.split(' ')[0]).sort();
  expect(firsts).toEqual(['E_DB_SERVED', 'E_DB_SERVED', 'E_DB_SERVED', 'E_DB_SERVED', 'held']);
});

test('one process cannot serve a database twice, not even under another spelling', () => {
  const folder = temporaryFolder();
  const { path } = temporaryStore({ path: join(folder, 'loadstep.db') });
  mkdirSync(join(folder, 'links'));
  symlinkSync(path, join(folder, 'links', 'phones.db'));
  const lock = acquire(path);
  for (const spelling of [path, join(folder, 'links', 'phones.db'), join(folder, 'links', '..', 'loadstep.db')]) {
    expect(() => acquire(spelling)).toThrow(expect.objectContaining({ code: 'E_DB_SERVED' }));
    expect(serverOf(spelling)).toEqual(own);
  }
  lock.release();
  lock.release();
  expect(serverOf(path)).toBeNull();
  acquire(join(folder, 'links', 'phones.db'));
  expect(serverOf(path)).toEqual(own);
});

test('a server tells its port once it is known', () => {
  const path = join(temporaryFolder(), 'loadstep.db');
  const lock = acquire(path, { ...own, port: 0 });
  lock.announce({ ...own, address: '127.0.0.1', port: 40_069 });
  expect(serverOf(path)).toEqual({ ...own, address: '127.0.0.1', port: 40_069 });
});

test.each(['', '{"pid": "one"}', '[]', 'null'])('a server whose notice reads "%s" is still a server', (notice) => {
  const path = join(temporaryFolder(), 'loadstep.db');
  acquire(path);
  writeFileSync(`${path}.server.json`, notice);
  expect(serverOf(path)).toEqual({ pid: 0, address: '', port: 0 });
  expect(() => acquire(path)).toThrow(/another process/);
});

test('asking who serves never keeps a server from starting', async () => {
  const path = join(temporaryFolder(), 'loadstep.db');
  acquire(path).release();
  const probe = start(process.execPath, [join(children, 'probe-server.js'), path]);
  expect(await probe.line()).toBe('probing');
  for (let i = 0; i < 100; i++) acquireServerLock(path, own).release();
  expect(probe.process.exitCode).toBeNull();
});

test('a lock below a file is refused as not allowed', () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'file'), '');
  expect(() => acquire(join(folder, 'file', 'loadstep.db'))).toThrow(expect.objectContaining({ code: 'E_DB_DENIED' }));
});

test.runIf(process.platform === 'linux')(
  'a server that stands still (Ctrl-Z, SIGSTOP) is told of as such until it goes on',
  async () => {
    const path = join(temporaryFolder(), 'loadstep.db');
    const { child } = await serverProcess(path);
    const isStopped = () => serverOf(path)?.isStopped === true;
    expect(isStopped()).toBe(false);
    child.process.kill('SIGSTOP');
    await expect.poll(isStopped).toBe(true);
    child.process.kill('SIGCONT');
    await expect.poll(isStopped).toBe(false);
    await child.kill();
  },
);
