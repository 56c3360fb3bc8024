/** Questions of phones that have gone by the time somebody could decide them. */
import { expect, inject, test } from 'vitest';
import { type Bench, pattern, serve, until } from './harness.ts';
import type { Peer } from './peer.ts';

/** What happens while the server is busy; each `yield` waits until the server has taken something up. */
type Meanwhile = (bench: Bench, phones: readonly Peer[]) => Generator<() => boolean, void>;

const FILE = pattern(300);
const rest = new Int32Array(new SharedArrayBuffer(4));

/** A server that is busy with one question while the others come, and then takes these up. */
async function whileBusy(phones: readonly (string | undefined)[], meanwhile: Meanwhile) {
  const decided: string[] = [];
  const isHere = inject('plane') === 'here';
  const held: (() => void)[] = [];
  let isHeld = isHere;
  const run = (task: () => void) => void (isHeld ? held.push(task) : task());
  let steps: Generator<() => boolean, void> | null = null;
  const bench: Bench = await serve(
    async ({ name, peerPort }) => {
      if (name !== 'busy') decided.push(`${name} ${open.findIndex(({ port }) => port === peerPort)}`);
      // The thread that decides is held up, and the one that hears phones is not.
      else for (const isDone of steps ?? []) while (!isDone()) Atomics.wait(rest, 0, 0, 1);
      return { kind: 'content', content: FILE };
    },
    { queue: { run, flush: () => {} } },
  );
  const open = await Promise.all(phones.map((address) => bench.peer(address)));
  steps = meanwhile(bench, open);
  if (isHere) {
    for (const isDone of steps) await until(isDone);
    isHeld = false;
    for (const task of held.splice(0)) task();
  } else {
    const busy = await bench.peer('127.0.0.9');
    busy.ask('busy');
    expect(await busy.seen()).toBe('DATA 1 (300)');
  }
  const last = await bench.peer('127.0.0.8');
  last.ask('last');
  await last.seen();
  const told = bench.log.lines.filter(({ event }) => event === 'tftp.question.given-up');
  return { bench, decided: decided.filter((one) => !one.startsWith('last')), told, phones: open };
}

/** How many questions the server took up since it was made, repeats included, beside the one that keeps it busy. */
function heard({ server }: Bench): number {
  const { requests, repeatedRequests } = server.counters();
  return requests + repeatedRequests - (inject('plane') === 'here' ? 0 : 1);
}

test.each([
  ['is not decided any more 10 s after it came last', 10_000, []],
  ['is decided a moment before', 9_999, ['file 0']],
] as const)('a question that nobody repeats %s', async (_, waitMs, expected) => {
  const { decided, bench, told, phones } = await whileBusy([undefined], function* (bench, [phone]) {
    phone?.ask('file');
    yield () => heard(bench) === 1;
    bench.clock.advanceHeldUp(waitMs);
  });
  expect(decided).toEqual(expected);
  expect(bench.server.counters().givenUp).toBe(1 - expected.length);
  expect(told).toHaveLength(1 - expected.length);
  // The same phone is answered as soon as it asks again.
  phones[0]?.ask('file');
  expect(await phones[0]?.seen()).toBe('DATA 1 (300)');
});

test('a phone that repeats its question every 4 s is answered, however long that takes', async () => {
  const { decided, bench } = await whileBusy([undefined], function* (bench, [phone]) {
    for (let times = 1; times <= 5; times += 1) {
      phone?.ask('file');
      yield () => heard(bench) === times;
      bench.clock.advanceHeldUp(4000);
    }
  });
  expect(decided).toEqual(['file 0']);
  expect(bench.server.counters().givenUp).toBe(0);
});

test('a phone that took its next port is answered there, and what it asked from the ports before is not decided', async () => {
  const ports = [undefined, undefined, undefined];
  const { decided, bench, told } = await whileBusy(ports, function* (bench, phones) {
    for (const [at, phone] of phones.entries()) {
      phone.ask('file');
      yield () => heard(bench) === at + 1;
      bench.clock.advanceHeldUp(4000);
    }
  });
  expect(decided).toEqual(['file 2']);
  expect(bench.server.counters().givenUp).toBe(2);
  const line = { level: 'warn', address: '127.0.0.1', asked: { name: 'file' }, waitedMs: 4000 };
  expect(told).toMatchObject([line, line]);
});

test('two phones behind one address that ask for the same file and repeat it are both answered', async () => {
  const { decided } = await whileBusy([undefined, undefined], function* (bench, phones) {
    let times = 0;
    for (let round = 0; round < 3; round += 1) {
      for (const phone of phones) {
        phone.ask('file');
        times += 1;
        const now = times;
        yield () => heard(bench) === now;
        bench.clock.advanceHeldUp(2000);
      }
    }
  });
  expect(decided).toEqual(['file 0', 'file 1']);
});

test('a client that asks for a wait of its own is waited for two and a half of them', async () => {
  const asks = (waitMs: number) =>
    whileBusy([undefined], function* (bench, [phone]) {
      phone?.ask('file', [{ name: 'timeout', value: '20' }]);
      yield () => heard(bench) === 1;
      bench.clock.advanceHeldUp(waitMs);
    });
  expect((await asks(49_999)).decided).toEqual(['file 0']);
  expect((await asks(50_000)).decided).toEqual([]);
});

test('a question that is superseded from its port before anybody began with it is not decided', async () => {
  const { decided } = await whileBusy([undefined], function* (bench, [phone]) {
    phone?.ask('one');
    yield () => heard(bench) === 1;
    phone?.ask('other');
    yield () => heard(bench) === 2;
  });
  expect(decided).toEqual(['other 0']);
});

test('a question that is being decided is waited for, although nobody repeats it', async () => {
  let decide: () => void = () => {};
  const bench = await serve(
    () =>
      new Promise((resolve) => {
        decide = () => resolve({ kind: 'content', content: FILE });
      }),
  );
  const phone = await bench.peer();
  phone.ask('file');
  await until(() => bench.asked.length === 1);
  bench.clock.advance(30_000);
  decide();
  expect(await phone.seen()).toBe('DATA 1 (300)');
  expect(bench.server.counters().givenUp).toBe(0);
});
