import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runCli } from '../../src/cli/program.ts';
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

test('a batch that nobody is in is refused with the batches there are', async () => {
  const { run } = await pallets();
  for (const command of ['status', 'watch', 'release', 'report']) {
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
