import { mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { BatchLoop, type LoopHooks } from '../../src/adapters/tftp/batch/batch-loop.ts';
import type { Libc } from '../../src/adapters/tftp/batch/libc.ts';
import { Doze, makeSharedState } from '../../src/adapters/tftp/plane/shared-state.ts';

const [SOCKET, BELL] = [7, 9];

/** What one call of `poll` finds: nothing, a datagram, or the bell. */
type Found = 'nothing' | 'datagram' | 'bell';

const standsStill: LoopHooks['standStill'] = (_bell, wait) => {
  wait();
  return 'waited';
};

/** A loop whose system finds what it is told, one thing for each wait, then nothing; it notes how it was asked. */
function loop(finds: readonly Found[], standStill = standsStill) {
  const calls: string[] = [];
  let waits = 0;
  let wakes: (() => void) | null = null;
  const never = () => {
    throw new Error('not called by a loop');
  };
  const libc: Libc = {
    ...{ socket: never, bind: never, getsockname: never, setsockopt: never, recvmmsg: never, sendmmsg: never },
    ...{ write: never, close: never, addressOf: never, errno: never },
    eventfd: () => BELL,
    read: () => calls.push('silenced'),
    poll: (entries, count, ms) => {
      const words = new DataView(entries.buffer);
      for (let at = 0; at < count; at++) words.setInt16(at * 8 + 6, 0, true);
      if (ms === 0) return 0;
      const found = finds[waits] ?? 'nothing';
      waits += 1;
      calls.push(`waited: ${found}`);
      if (found === 'nothing') return 0;
      words.setInt16((found === 'bell' ? count - 1 : 0) * 8 + 6, 1, true);
      return 1;
    },
    pollLater: (_entries, _count, _ms, done) => {
      calls.push('waits elsewhere');
      wakes = done;
    },
  };
  const made = new BatchLoop(libc, { tell: () => {}, standStill });
  let datagrams = 0;
  made.add({
    descriptor: SOCKET,
    isForRequests: false,
    read: () => 1,
    handle: () => {
      datagrams += 1;
    },
    flush: () => {},
  });
  /** Lets the event loop turn until the thread waits elsewhere. */
  const untilQuiet = async () => {
    while (wakes === null) await new Promise((resolve) => setImmediate(resolve));
    return calls;
  };
  return { untilQuiet, datagrams: () => datagrams };
}

test('the next datagram is waited for in the thread, and elsewhere only when nobody asks for a while', async () => {
  const { untilQuiet, datagrams } = loop(['datagram', 'nothing', 'datagram']);
  const calls = await untilQuiet();
  expect(calls.slice(0, 3)).toEqual(['waited: datagram', 'waited: nothing', 'waited: datagram']);
  expect(calls.slice(3)).toEqual([...Array(11).fill('waited: nothing'), 'waits elsewhere']);
  expect(datagrams()).toBe(2);
});

test('a bell that rings has the event loop turn, so that a message is heard, and is silenced', async () => {
  let turns = 0;
  setImmediate(function turn() {
    turns += 1;
    if (turns < 20) setImmediate(turn);
  });
  const heard: number[] = [];
  const { untilQuiet } = loop(['bell', 'bell'], (_bell, wait) => {
    heard.push(turns);
    wait();
    return 'waited';
  });
  const calls = await untilQuiet();
  expect(calls.slice(0, 4)).toEqual(['waited: bell', 'silenced', 'waited: bell', 'silenced']);
  expect(heard[1]).toBeGreaterThan(heard[0] ?? 0);
});

test('a thread that awaits what rings no bell does not stand still', async () => {
  const { untilQuiet } = loop([], () => 'busy');
  expect(await untilQuiet()).toEqual(['waits elsewhere']);
});

test('a message that came before the thread stands still is taken first', async () => {
  let isFirst = true;
  const { untilQuiet } = loop([], (bell, wait) => {
    if (!isFirst) return standsStill(bell, wait);
    isFirst = false;
    return 'called';
  });
  expect(await untilQuiet()).toEqual([...Array(11).fill('waited: nothing'), 'waits elsewhere']);
});

test('the bell is rung once for a thread that stands still, and never for one that does not', () => {
  const folder = mkdtempSync(join(tmpdir(), 'loadstep-doze-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const bell = join(folder, 'bell');
  const descriptor = openSync(bell, 'w');
  const shared = makeSharedState(1);
  const [thread, other] = [new Doze(shared), new Doze(shared)];
  other.ring();
  expect(readFileSync(bell).length).toBe(0);
  thread.begin(descriptor);
  other.ring();
  other.ring();
  expect([...readFileSync(bell)]).toEqual([1, 0, 0, 0, 0, 0, 0, 0]);
  thread.end();
  other.ring();
  expect(readFileSync(bell).length).toBe(8);
});
