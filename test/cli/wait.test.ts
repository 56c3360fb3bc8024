import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { persist } from '../../machines/snapshot.ts';
import { loadDriver } from '../../src/adapters/sqlite/load-driver.ts';
import { openStore } from '../../src/adapters/sqlite/open-store.ts';
import { acquireServerLock } from '../../src/adapters/sqlite/server-lock.ts';
import { NO_MEMORY } from '../../src/app/memory/memory.ts';
import { reportPhones } from '../../src/app/told/phone-line.ts';
import { runCli } from '../../src/cli/program.ts';
import type { PhoneState } from '../../src/core/phone-states.ts';
import { aPhone } from '../machines/a-hop.ts';
import { ALICE, BOB, NOON, wish } from '../store/samples.ts';
import { temporaryFolder } from '../store/temporary.ts';
import { FakeIo, loadstep } from '../support/fake-io.ts';

vi.mock(import('../../src/app/told/phone-line.ts'), { spy: true });

const [TARGET, OTHER] = ['P0S3-08-11-00', 'P0S3-8-12-00'];
const ends: (() => void)[] = [];
afterEach(() => {
  for (const end of ends.splice(0).reverse()) end();
});

/** As a server keeps it that has heard of the enrolment. */
const OBEYED = { ...NO_MEMORY, obeyed: { revision: 1, enrolledAt: NOON, from: null, model: null } };

/** A database with phones on the list in these states, and a server that holds its lock. */
async function database(...states: readonly PhoneState[]) {
  const db = join(temporaryFolder(), 'loadstep.db');
  const store = openStore({ path: db, mode: 'client' });
  ends.push(() => store.close());
  const land = (mac: typeof ALICE, state: PhoneState) =>
    store.commit({ mac, snapshot: persist(aPhone(state, { mac })), memory: OBEYED, seenAt: NOON, events: [] });
  for (const [n, mac] of [ALICE, BOB].slice(0, states.length).entries()) {
    store.enrol(wish(mac));
    await land(mac, states[n] as PhoneState);
  }
  const lock = acquireServerLock(db, { pid: process.pid, address: '127.0.0.1', port: 69 });
  ends.push(() => lock.release());
  const run = (...words: string[]) => loadstep([...words, '--db', db]);
  const macs = [ALICE, BOB].slice(0, states.length);
  /** Begins to wait; what is done meanwhile is done once it waits. */
  const wait = async (meanwhile: () => unknown, ...words: string[]) => {
    const io = new FakeIo({});
    const code = runCli(['wait', '--mac', ...macs, ...words, '--db', db], io);
    await expect.poll(() => io.isListening, { timeout: 10_000 }).toBe(true);
    await meanwhile();
    return { code: await code, out: io.stdout.text, err: io.stderr.text };
  };
  return { db, store, land, lock, run, wait };
}

test('it ends with 0 once the last of the phones has landed', async () => {
  const { wait, land } = await database('landed', 'flashing');
  const { code, out, err } = await wait(() => land(BOB, 'landed'), '--timeout', '20s');
  expect([code, err]).toEqual([0, '']);
  expect(out.split('\n').slice(0, -1)).toEqual([expect.stringContaining(ALICE), expect.stringContaining(BOB)]);
});

test.each([
  [['cancel', '--mac', BOB], /001A2B3C4D5E was taken off the list by somebody else meanwhile \(E_HELD\)/],
  [['release', '--mac', BOB], /001A2B3C4D5E was taken off the list/],
  [['enroll', '--mac', BOB, '--target', OTHER], /001A2B3C4D5E was given another target \(P0S3-8-12-00\)/],
] as const)('a phone of which somebody wants something else meanwhile ends it with 4: %j', async (words, why) => {
  const { wait, run } = await database('landed', 'offered');
  const { code, err } = await wait(() => run(...words), '--timeout', '20s');
  expect(code).toBe(4);
  expect(err).toMatch(why);
});

test('a landing on another target, and a hold of before a retry, are no answer to what was asked last', async () => {
  const { run, store } = await database('landed', 'held');
  for (const words of [
    ['enroll', '--mac', ALICE, '--target', OTHER],
    ['retry', '--mac', BOB],
  ]) {
    expect((await run(...words)).code).toBe(0);
  }
  for (const mac of [ALICE, BOB]) {
    const { code, err } = await run('wait', '--mac', mac, '--timeout', '50ms');
    expect([code, err]).toEqual([5, expect.stringMatching(/not landed within/)]);
  }
  const status = (await run('status', '--json')).json();
  expect(status).toMatchObject([
    { state: 'waiting', target: OTHER, reason: expect.stringMatching(/no server has taken over yet/) },
    { state: 'waiting', code: null },
  ]);
  const report = (await run('report', '--json')).json();
  expect(report[0]).toMatchObject({ counts: { landed: 0, held: 0 } });
  // A server looks at the list every few seconds.
  const [served] = reportPhones(store, [ALICE], Date.now(), { listensSince: Date.now() });
  expect(served?.advice).toMatch(/^nothing: the server takes it over in a moment/);
  // Asking again for what the phone had landed on is no reason to doubt it.
  await run('enroll', '--mac', ALICE, '--target', TARGET);
  expect((await run('wait', '--mac', ALICE, '--timeout', '50ms')).code).toBe(0);
});

test('a new label leaves a phone landed', async () => {
  const { run } = await database('landed');
  await run('enroll', '--mac', ALICE, '--target', TARGET, '--label', 'desk 9');
  expect((await run('wait', '--mac', ALICE, '--timeout', '50ms')).code).toBe(0);
});

test('a database that fails meanwhile is one sentence with the code that it means', async () => {
  const { wait, db } = await database('offered');
  // No time is up: the failure alone ends it.
  const { code, err } = await wait(() => {
    const other = new (loadDriver())(db);
    other.exec('ALTER TABLE enrolments RENAME TO gone');
    other.close();
  });
  expect(err).toMatch(/^loadstep: [^\n]+ \(E_DB_FAILED\)\n$/);
  expect(code).toBe(1);
});

test('where no server works that is said, and a phone that has landed ends it at once', async () => {
  const { lock, run } = await database('landed', 'offered');
  lock.release();
  expect(await run('wait', '--mac', ALICE)).toMatchObject({ code: 0, err: '' });
  const { code, err } = await run('wait', '--mac', BOB, '--timeout', '50ms');
  expect(code).toBe(5);
  expect(err).toMatch(/^loadstep: No server works on this database yet; [^\n]*\nloadstep: not landed within/);
});

test('however many phones are told of, the list is read once', async () => {
  const { store, run } = await database('landed', 'landed');
  let reads = 0;
  const counting = {
    ...store,
    phones: () => {
      reads++;
      return store.phones();
    },
  };
  const reports = vi.mocked(reportPhones);
  const told = reports(counting, [BOB, ALICE], NOON).map(({ mac, state }) => [mac, state]);
  expect([told, reads]).toEqual([
    [
      [ALICE, 'landed'],
      [BOB, 'landed'],
    ],
    1,
  ]);
  reports.mockClear();
  expect((await run('wait', '--mac', BOB, ALICE)).code).toBe(0);
  expect(reports.mock.calls.map(([, macs]) => macs)).toEqual([[BOB, ALICE]]);
});
