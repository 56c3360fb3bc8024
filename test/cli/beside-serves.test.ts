import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { persist } from '../../machines/snapshot.ts';
import { openStore } from '../../src/adapters/sqlite/open-store.ts';
import { acquireServerLock } from '../../src/adapters/sqlite/server-lock.ts';
import { NO_MEMORY } from '../../src/app/memory/memory.ts';
import { aPhone } from '../machines/a-hop.ts';
import { ALICE, BOB, NOON, wish } from '../store/samples.ts';
import { temporaryFolder } from '../store/temporary.ts';
import { loadstep } from '../support/fake-io.ts';

/** A record with a phone that never asked and one that has landed, and a server on it. */
async function served(kind: { readonly isBeside?: true }) {
  const db = join(temporaryFolder(), 'loadstep.db');
  const store = openStore({ path: db, mode: 'client' });
  for (const mac of [ALICE, BOB]) store.enrol(wish(mac));
  const memory = { ...NO_MEMORY, obeyed: { revision: 1, enrolledAt: NOON, from: null, model: null } };
  const snapshot = persist(aPhone('landed', { mac: BOB }));
  await store.commit({ mac: BOB, snapshot, memory, seenAt: NOON, events: [] });
  store.close();
  const lock = acquireServerLock(db, { pid: process.pid, address: '0.0.0.0', port: 6969, ...kind });
  onTestFinished(() => lock.release());
  return (...words: string[]) => loadstep([...words, '--db', db]);
}

test('while beside serves, a phone that never asked may have another MAC: nobody else is heard', async () => {
  const run = await served({ isBeside: true });
  const [never, landed] = (await run('status', '--json')).json();
  expect(never).toMatchObject({ mac: ALICE, state: 'waiting' });
  expect(never?.advice).toMatch(/; check its MAC: phones that are not on the list are not heard here$/);
  expect(landed?.advice ?? '').not.toContain('not heard here');
  expect((await run('status')).out.replace(/\s+/g, ' ')).toContain('check its MAC');
});

test('while beside serves, a phone that is released goes back to the other server, and DHCP stays as it is', async () => {
  const run = await served({ isBeside: true });
  const { code, err } = await run('release', '--mac', BOB);
  expect(code).toBe(0);
  expect(err).toBe(
    'loadstep: within a second it is left with the server at port 69, like every phone that is not on the list, and takes whatever load the files of that server name\n',
  );
});

test('while serve serves, everybody is heard, and DHCP has to name another server for a phone that is released', async () => {
  const run = await served({});
  const [never] = (await run('status', '--json')).json();
  expect(never?.advice).toMatch(/at its next boot$/);
  expect((await run('release', '--mac', BOB)).err).toMatch(/have DHCP name your own provisioning server by then\n$/);
});
