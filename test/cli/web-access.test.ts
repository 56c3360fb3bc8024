import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openStore } from '../../src/adapters/sqlite/open-store.ts';

import { accessOfPassword, accessOfToken } from '../../src/web/guard/credentials.ts';
import { loadstep } from '../support/fake-io.ts';

async function bench() {
  const folder = mkdtempSync(join(tmpdir(), 'loadstep-web-access-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const db = join(folder, 'loadstep.db');
  const run = (...words: string[]) => loadstep([...words, '--db', db]);
  const accesses = () => {
    const store = openStore({ path: db, mode: 'reader' });
    try {
      return store.webAccesses();
    } finally {
      store.close();
    }
  };
  return { folder, run, accesses };
}

test('a password that is made is shown once, and opens what its role may do', async () => {
  const { run, accesses } = await bench();
  const { code, out } = await run('web', 'password');
  const password = out.trim().split('\n')[1] ?? '';
  expect(code).toBe(0);
  expect(await accessOfPassword(password, accesses())).toMatchObject({ name: 'act', role: 'act' });
  expect((await run('web', 'list')).out).not.toContain(password);
});

test('a password is taken from a file, and one that is too short is refused', async () => {
  const { folder, run, accesses } = await bench();
  writeFileSync(join(folder, 'word'), 'only looking on\nnot this\n');
  expect((await run('web', 'password', '--role', 'look', '--password-file', join(folder, 'word'))).code).toBe(0);
  expect(await accessOfPassword('only looking on', accesses())).toMatchObject({ role: 'look' });
  writeFileSync(join(folder, 'word'), 'short\n');
  const refused = await run('web', 'password', '--password-file', join(folder, 'word'));
  expect([refused.code, refused.err]).toEqual([2, expect.stringContaining('10 to 200 signs')]);
});

test('a token is made, listed and forgotten', async () => {
  const { run, accesses } = await bench();
  const made = JSON.parse((await run('web', 'token', 'pbx', '--role', 'act', '--json')).out);
  expect(made).toMatchObject({ name: 'pbx', role: 'act' });
  expect(accessOfToken(made.token, accesses())).toMatchObject({ name: 'pbx' });
  expect((await run('web', 'list')).out).toContain('token pbx, may act');
  expect((await run('web', 'forget', 'pbx')).out).toContain('forgotten');
  expect(accesses()).toEqual([]);
  expect((await run('web', 'forget', 'pbx')).code).toBe(2);
});

test('a name that is a role is no name of a token, and a role that is none is refused', async () => {
  const { run } = await bench();
  expect((await run('web', 'token', 'act')).code).toBe(2);
  expect((await run('web', 'password', '--role', 'admin')).code).toBe(2);
});
