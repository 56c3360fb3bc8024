import { expect, test } from 'vitest';
import { type Bench, pattern, serve, until, watch } from './harness.ts';
import type { Peer } from './peer.ts';

/** What somebody relies on who takes "sent" for "the phone has it whole": two blocks, of which the second is the last. */
const FILE = pattern(700);

/** Takes the file up to its last block, which it does not acknowledge; the port of ours that it came from. */
async function takeAllBut(phone: Peer, name = 'file'): Promise<{ readonly port: number }> {
  phone.ask(name);
  const { from } = await phone.next();
  phone.ack(1, from);
  expect(await phone.seen()).toBe('DATA 2 (188)');
  return from;
}

/** Another phone gets its file: whatever was told before has been heard by then. */
async function heardAll(bench: Bench): Promise<void> {
  const before = bench.server.counters().sent;
  await (await bench.peer()).fetch('other');
  await until(() => bench.server.counters().sent > before);
}

test('a file counts as sent when its last ACK was read: not when its last block leaves, nor when that is repeated', async () => {
  const { watcher, calls, end } = watch();
  const other = watch();
  const bench = await serve(async ({ name }) => ({
    ...{ kind: 'content', content: FILE },
    watcher: name === 'file' ? watcher : other.watcher,
  }));
  const phone = await bench.peer();
  const from = await takeAllBut(phone);
  for (let repeats = 0; repeats < 3; repeats += 1) {
    await heardAll(bench);
    expect(calls.filter((call) => !call.startsWith('progress'))).toEqual([]);
    bench.clock.advance(1_000 * 2 ** repeats);
    expect(await phone.seen()).toBe('DATA 2 (188)');
  }
  // Neither an ACK of before nor one of nothing, nor one of somebody else is the last one.
  for (const block of [0, 1, 3, 7]) phone.ack(block, from);
  (await bench.peer()).ack(2, from);
  await heardAll(bench);
  expect(calls.filter((call) => !call.startsWith('progress'))).toEqual([]);
  phone.ack(2, from);
  expect(await end).toBe('sent 700');
  expect(calls.filter((call) => !call.startsWith('progress'))).toEqual(['sent 700']);
});

test('a phone whose last ACK never comes has failed, and may have its file whole', async () => {
  const ends: unknown[] = [];
  const watcher = {
    progress: () => {},
    sent: () => ends.push('sent'),
    failed: ({ reason, bytes, isUnacked }: { reason: string; bytes: number; isUnacked?: boolean }) =>
      ends.push([reason, bytes, isUnacked]),
  };
  const bench = await serve(async () => ({ kind: 'content', content: FILE, watcher }));
  await takeAllBut(await bench.peer());
  for (let seconds = 0; seconds < 200; seconds += 1) bench.clock.advance(1_000);
  await until(() => ends.length > 0);
  expect(ends).toEqual([['silent', 512, true]]);
});

test('what a phone asks after its last ACK is decided after the end of that transfer was told', async () => {
  const story: string[] = [];
  const bench = await serve(async ({ name }) => {
    story.push(`asked ${name}`);
    const tell = (end: string) => () => void story.push(`${end} ${name}`);
    const watcher = { progress: () => {}, sent: tell('sent'), failed: tell('failed') };
    return { kind: 'content', content: FILE, watcher };
  });
  const expected: string[] = [];
  for (let boot = 0; boot < 40; boot += 1) {
    const [phone, next] = [await bench.peer(), await bench.peer()];
    const from = await takeAllBut(phone, `load ${boot}`);
    phone.ack(2, from);
    await next.fetch(`after ${boot}`);
    expected.push(`asked load ${boot}`, `sent load ${boot}`, `asked after ${boot}`, `sent after ${boot}`);
    await until(() => story.length >= expected.length);
  }
  expect(story).toEqual(expected);
});
