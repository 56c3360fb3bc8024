import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { persist } from '../../machines/snapshot.ts';
import { openStore } from '../../src/adapters/sqlite/open-store.ts';
import { acquireServerLock, type ServerInfo } from '../../src/adapters/sqlite/server-lock.ts';
import { NO_MEMORY } from '../../src/app/memory/memory.ts';
import { aPhone } from '../machines/a-hop.ts';
import { ALICE, BOB, NOON, wish } from '../store/samples.ts';
import { temporaryFolder } from '../store/temporary.ts';
import { loadstep } from '../support/fake-io.ts';

/** A record with a phone that never asked and one that has landed, and a server on it. */
async function served(kind: Partial<ServerInfo>) {
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

test('while beside serves, a device of its lease file whose MAC is nearly that of a silent phone is named', async () => {
  const leases = join(temporaryFolder(), 'dnsmasq.leases');
  const near = `${ALICE.slice(0, 10)}EF`;
  const colons = near.match(/../g)?.join(':').toLowerCase();
  writeFileSync(leases, `${Math.floor(Date.now() / 1000) + 3600} ${colons} 192.0.2.31 * *\n`);
  const run = await served({ isBeside: true, leases: [leases] });
  const [never] = (await run('status', '--json')).json();
  expect(never?.reason).toContain(`but ${near} has an address here (192.0.2.31), which is not on the list`);
});

test('after beside has ended, status advises to start it again, not serve, which would not get the port', async () => {
  const db = join(temporaryFolder(), 'loadstep.db');
  const run = (...words: string[]) => loadstep([...words, '--db', db]);
  await run('enroll', '--mac', ALICE, '--target', 'P0S3-08-11-00');
  const info = { pid: process.pid, address: '0.0.0.0', port: 6969 };
  acquireServerLock(db, { ...info, isBeside: true, command: 'beside nft' }).release();
  expect((await run('status')).out).toContain('start one with "loadstep beside nft".');
  acquireServerLock(db, { ...info, command: 'serve' }).release();
  expect((await run('status')).out).toContain('start one with "loadstep serve".');
});
