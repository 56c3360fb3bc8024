import { join } from 'node:path';
import { expect, test } from 'vitest';
import { persist } from '../../machines/snapshot.ts';
import { openStore } from '../../src/adapters/sqlite/open-store.ts';
import { NO_MEMORY } from '../../src/app/memory/memory.ts';
import { runCli } from '../../src/cli/program.ts';
import type { WallMs } from '../../src/core/moment.ts';
import type { MacAddress } from '../../src/core/names/mac-address.ts';
import type { PhoneState } from '../../src/core/phone-states.ts';
import { aPhone } from '../machines/a-hop.ts';
import { temporaryFolder } from '../store/temporary.ts';
import { FakeIo, FakeOut, loadstep } from '../support/fake-io.ts';

const [OLD, NEW, NEWER] = ['0018B9000011', '0018B9000022', '0018B9000023'] as const;

/** A record with two pallets. */
async function pallets() {
  const db = join(temporaryFolder(), 'loadstep.db');
  const run = (...words: string[]) => loadstep([...words, '--db', db]);
  const target = ['--target', 'P0S3-08-11-00'];
  await run('enroll', '--mac', OLD, ...target, '--batch', 'pallet 7');
  await run('enroll', '--mac', NEW, NEWER, ...target, '--batch', 'pallet 8');
  return { db, run };
}

test('status of one batch shows its phones alone', async () => {
  const { run } = await pallets();
  expect((await run('status', '--batch', 'pallet 8', '--json')).json().map(({ mac }) => mac)).toEqual([NEW, NEWER]);
  const { out } = await run('status', '--batch', 'pallet 8');
  expect(out).toContain(NEW);
  expect(out).not.toContain(OLD);
});

test('watch of one batch counts its phones alone', async () => {
  const { db } = await pallets();
  const io = new FakeIo({}, new FakeOut(true, 80, 24));
  const running = runCli(['watch', '--batch', 'pallet 8', '--db', db], io);
  await expect.poll(() => io.stdout.text).toContain('2 phones: 2 waiting');
  expect(io.stdout.text).toContain('0 of 2 landed');
  expect(io.stdout.text).not.toContain(OLD);
  io.signal('SIGINT');
  await running;
});

test('a batch is released as a whole, and the others stay', async () => {
  const { run } = await pallets();
  const { code, out } = await run('release', '--batch', 'pallet 8');
  expect([code, out]).toEqual([0, `${NEW} released\n${NEWER} released\n`]);
  const left = (await run('status', '--json')).json().filter(({ isEnrolled }) => isEnrolled === true);
  expect(left.map(({ mac }) => mac)).toEqual([OLD]);
  const again = await run('release', '--batch', 'pallet 8');
  expect([again.code, again.err]).toEqual([
    2,
    expect.stringContaining('no phone of batch "pallet 8" is on the list any more'),
  ]);
});

test('a pause is told of as what it is: it stops every batch of the record, whichever one is looked at', async () => {
  const { run } = await pallets();
  await run('pause', '--reason', '2 failed');
  for (const command of ['status', 'report'])
    expect((await run(command, '--batch', 'pallet 8')).out).toMatch(/^All 2 batches are PAUSED since .*: 2 failed\./);
});

test('the held phones of a batch start again with one command, and no other phone does', async () => {
  const { db, run } = await pallets();
  const none = await run('retry', '--batch', 'pallet 8');
  expect([none.code, none.err]).toEqual([2, expect.stringContaining('no phone of batch "pallet 8" is held')]);
  const store = openStore({ path: db, mode: 'client' });
  const of = (state: PhoneState, mac: string) => persist(aPhone(state, { mac: mac as MacAddress }));
  for (const [mac, state] of [
    [OLD, 'held'],
    [NEW, 'held'],
    [NEWER, 'landed'],
  ] as const) {
    const obeyed = store.phone(mac as MacAddress)?.enrolment ?? null;
    const memory = {
      ...NO_MEMORY,
      obeyed: obeyed && { revision: obeyed.revision, enrolledAt: obeyed.enrolledAt, from: null, model: null },
    };
    await store.commit({ mac: mac as MacAddress, snapshot: of(state, mac), memory, seenAt: 1 as WallMs, events: [] });
  }
  store.close();
  const { code, out } = await run('retry', '--batch', 'pallet 8');
  expect([code, out]).toEqual([0, `${NEW} starts again\n`]);
});

test('what is said anew of a phone on the list is told, and not that its target changed', async () => {
  const { run } = await pallets();
  const again = (...words: string[]) => run('enroll', '--mac', OLD, '--target', ...words);
  expect((await again('P0S3-8-11-00', '--from', 'P0S3-08-2-00')).out).toContain(
    `${OLD} is on the list for P0S3-8-11-00; it runs P0S3-08-2-00, as you say`,
  );
  expect((await again('P0S3-8-12-00')).out).toContain(`${OLD} is on the list, now for P0S3-8-12-00`);
});

test('a load that is said to run and that nobody knows is warned of, as a target is', async () => {
  const { run } = await pallets();
  const said = await run('enroll', '--mac', OLD, '--target', 'P0S3-08-11-00', '--from', 'P0S3-9-9-00');
  expect(said.err).toMatch(/P0S3-9-9-00 is said to run, and is not a load that the firmware matrix or the store knows/);
  const known = await run('enroll', '--mac', OLD, '--target', 'P0S3-08-11-00', '--from', 'P0S3-08-2-00');
  expect(known.err).not.toContain('is said to run');
});

test('waiting for a batch is waiting for each of its phones', async () => {
  const { run } = await pallets();
  const { code, err } = await run('wait', '--batch', 'pallet 8', '--until', 'landed', '--timeout', '0.1s');
  expect([code, err]).toEqual([5, expect.stringContaining(`${NEW}, ${NEWER}`)]);
  expect(err).not.toContain(OLD);
});

test('a batch that nobody is in is refused with the batches there are', async () => {
  const { run } = await pallets();
  for (const command of ['status', 'watch', 'release', 'retry', 'report', 'wait']) {
    const { code, err } = await run(command, '--batch', 'palet 8');
    expect([command, code]).toEqual([command, 2]);
    expect(err).toContain('no phone was ever enrolled in batch "palet 8"; batches are "pallet 7", "pallet 8"');
  }
});

test('one phone and a batch at once are refused', async () => {
  const { run } = await pallets();
  for (const command of ['status', 'watch', 'release']) {
    const { code, err } = await run(command, '--batch', 'pallet 8', '--mac', NEW);
    expect([command, code]).toEqual([command, 2]);
    expect(err).toContain('--mac is for one phone and --batch for several');
  }
});
