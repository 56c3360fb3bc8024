import { expect, inject, test } from 'vitest';
import type { DataPlane } from '../../../src/adapters/tftp/plane/messages.ts';
import { createWorkerTftpServer } from '../../../src/adapters/tftp/plane/worker-server.ts';
import type { TftpAnswer } from '../../../src/ports/tftp.ts';
import { afterThisTest, type Bench, KeptLog, PlaneClock, pattern, serve, until, watch } from '../harness.ts';
import type { Peer } from '../peer.ts';

const FILE = pattern(20_000);

const listenings = ({ log }: Pick<Bench, 'log'>) => log.lines.filter(({ event }) => event === 'tftp.listening').length;

/** Fails the test where no thread runs. */
function threadOf(bench: Pick<Bench, 'thread'>) {
  const thread = bench.thread();
  if (thread === null) throw new Error('no thread runs');
  return thread;
}

/** The thread ends, and the next one listens. */
async function killed(bench: Bench): Promise<void> {
  const before = listenings(bench);
  await threadOf(bench).terminate();
  await until(() => bench.log.lines.some(({ event }) => event === 'tftp.thread.ended'));
  bench.clock.advance(10_000);
  await until(() => listenings(bench) > before);
}

/** Takes the first block and no more. */
async function begin(phone: Peer, name = 'file'): Promise<void> {
  phone.ask(name);
  const { from } = await phone.next();
  phone.ack(1, from);
  expect(await phone.seen()).toBe('DATA 2 (512)');
}

test('a thread that dies in the middle of 50 transfers is told of, each transfer ends once, and phones that ask again get their file', async () => {
  const told = Array.from({ length: 50 }, watch);
  let asked = 0;
  const bench = await serve(
    async () => {
      const watcher = told[asked]?.watcher;
      asked += 1;
      return { kind: 'content', content: FILE, ...(watcher === undefined ? {} : { watcher }) };
    },
    { limits: { maxTransfersPerAddress: 50 } },
  );
  const phones = await Promise.all(told.map(() => bench.peer()));
  for (const phone of phones) await begin(phone);
  expect(bench.server.underWay()).toBe(50);
  await killed(bench);
  expect(await Promise.all(told.map(({ end }) => end))).toEqual(Array(50).fill('failed socket 512'));
  expect(bench.log.lines.find(({ event }) => event === 'tftp.thread.ended')).toMatchObject({
    level: 'error',
    transfers: 50,
  });
  for (const phone of phones) expect((await phone.fetch('file')).bytes.equals(FILE)).toBe(true);
  await until(() => bench.server.underWay() === 0);
  expect(asked).toBe(100);
  expect(told.map(({ calls }) => calls.length)).toEqual(Array(50).fill(1));
});

test('phones that ask while no thread lives are answered by the next one, on the same port', async () => {
  const bench = await serve({ file: FILE });
  const phone = await bench.peer();
  await begin(phone);
  await threadOf(bench).terminate();
  await until(() => bench.log.lines.some(({ event }) => event === 'tftp.thread.ended'));
  // Lost, as on any other path.
  phone.ask('file');
  bench.clock.advance(99);
  expect(bench.thread()).toBeNull();
  bench.clock.advance(1);
  await until(() => listenings(bench) === 2);
  phone.ask('file');
  expect(await phone.seen()).toBe('DATA 1 (512)');
});

test('an answer that is decided for a thread that has ended is sent by nobody, and its watcher is told', async () => {
  const told = watch();
  let decide: (answer: TftpAnswer) => void = () => {};
  const bench = await serve(() => new Promise((resolve) => (decide = resolve)));
  const phone = await bench.peer();
  phone.ask('file');
  await until(() => bench.asked.length === 1);
  await killed(bench);
  decide({ kind: 'content', content: FILE, watcher: told.watcher });
  expect(await told.end).toBe('failed socket 0');
  phone.ask('other');
  await until(() => bench.asked.length === 2);
  expect(phone.unread).toBe(0);
});

test('when the thread dies, a phone that had all but the last ACK may have its file whole, and one that had less has not', async () => {
  const ends = new Map<string, boolean | undefined>();
  const bench = await serve(async ({ name }) => ({
    kind: 'content',
    content: pattern(700),
    watcher: { progress: () => {}, sent: () => {}, failed: ({ isUnacked }) => void ends.set(name, isUnacked) },
  }));
  const [early, late] = [await bench.peer(), await bench.peer()];
  early.ask('early');
  await early.next();
  late.ask('late');
  late.ack(1, (await late.next()).from);
  expect(await late.seen()).toBe('DATA 2 (188)');
  await threadOf(bench).terminate();
  await until(() => ends.size === 2);
  expect([ends.get('early'), ends.get('late')]).toEqual([false, true]);
});

test('a server whose thread has ended stops at once and starts no other', async () => {
  const bench = await serve({ file: FILE });
  await threadOf(bench).terminate();
  await until(() => bench.log.lines.some(({ event }) => event === 'tftp.thread.ended'));
  await bench.server.stop();
  bench.clock.advance(60_000);
  expect(bench.thread()).toBeNull();
  expect(bench.clock.pending).toBe(0);
});

test('a server that is ending has ended when its thread has: no other is started', async () => {
  const bench = await serve({ file: FILE });
  await begin(await bench.peer());
  const drained = bench.server.drain(60_000);
  await threadOf(bench).terminate();
  expect(await drained).toBe(0);
  expect(bench.clock.pending).toBe(0);
});

test('a thread that has ended twice in a row reads single datagrams from then on, when nobody demanded batches', async () => {
  const clock = new PlaneClock();
  const log = new KeptLog();
  const planes: (DataPlane | 'auto')[] = [];
  const server = createWorkerTftpServer({
    ...{ listen: { address: '127.0.0.1', port: 0 }, clock, log, plane: 'auto' },
    handler: async () => ({ kind: 'error', code: 1, message: 'file not found' }),
    startWorker: (data) => {
      planes.push(data.plane);
      return clock.startWorker(data, false);
    },
  });
  clock.drive(server);
  await server.start();
  afterThisTest(() => server.stop());
  for (const pause of [100, 200, 400]) {
    const before = listenings({ log });
    await threadOf({ thread: () => clock.worker }).terminate();
    await until(() => log.lines.filter(({ event }) => event === 'tftp.thread.ended').length === before);
    clock.advance(pause - 1);
    expect(clock.worker).toBeNull();
    clock.advance(1);
    await until(() => listenings({ log }) === before + 1);
  }
  expect(planes).toEqual(['auto', 'auto', 'dgram', 'dgram']);
  expect(log.lines.filter(({ event }) => event === 'tftp.listening').at(-1)).toMatchObject({
    dataPlane: 'dgram',
    reason: 'the thread that sends files has ended twice in a row with batches',
  });
});

test('the line about listening says which plane it is', async () => {
  const { log } = await serve({});
  expect(log.lines).toMatchObject([{ event: 'tftp.listening', dataPlane: inject('plane') }]);
});
