import { expect, test } from 'vitest';
import { GRACE_MS, ServerWatch } from '../../src/cli/commands/server-watch.ts';

function watching(isThere: boolean) {
  const said: string[] = [];
  const world = { isThere, isStopped: false };
  const info = { pid: 4711, address: '127.0.0.1', port: 69 };
  const server = () => (world.isStopped ? { ...info, isStopped: true as const } : info);
  const watch = new ServerWatch({
    serverOf: () => (world.isThere ? server() : null),
    say: (text) => void said.push(text),
  });
  return { said, world, watch };
}

test('a server that ends is told of at once, and has time to come back', () => {
  const { said, world, watch } = watching(true);
  expect(watch.isGone(0)).toBe(false);
  expect(said).toEqual([]);
  world.isThere = false;
  expect(watch.isGone(1_000)).toBe(false);
  expect(watch.isGone(1_000 + GRACE_MS - 1)).toBe(false);
  expect(watch.isGone(1_000 + GRACE_MS)).toBe(true);
  expect(said).toEqual([expect.stringMatching(/^The server has ended: no phone is answered\. It has 10 s/)]);
});

test('a service that is only restarted ends nothing, however often', () => {
  const { said, world, watch } = watching(true);
  for (let at = 0; at < 10 * GRACE_MS; at += 1_000) {
    world.isThere = at % GRACE_MS !== 0;
    expect(watch.isGone(at)).toBe(false);
  }
  expect(said.at(-1)).toBe('A server works on this database again.');
});

test('where no server works yet that is said once, and ends nothing', () => {
  const { said, world, watch } = watching(false);
  expect(watch.isGone(0)).toBe(false);
  expect(watch.isGone(10 * GRACE_MS)).toBe(false);
  expect(said).toEqual([expect.stringMatching(/^No server works on this database yet/)]);
  world.isThere = true;
  expect(watch.isGone(11 * GRACE_MS)).toBe(false);
  world.isThere = false;
  expect(watch.isGone(12 * GRACE_MS)).toBe(false);
  expect(watch.isGone(13 * GRACE_MS)).toBe(true);
});

test('a server that ended before the first look is one that has ended', () => {
  const said: string[] = [];
  const watch = new ServerWatch({ serverOf: () => null, say: (text) => void said.push(text), wasThere: true });
  expect([watch.isGone(0), watch.isGone(GRACE_MS)]).toEqual([false, true]);
  expect(said[0]).toMatch(/^The server has ended/);
});

test('a server that stands still is told of once, with the way out, ends nothing, and is told of when it goes on', () => {
  const { said, world, watch } = watching(true);
  expect(watch.isGone(0)).toBe(false);
  world.isStopped = true;
  for (let at = 1_000; at < 5 * GRACE_MS; at += 1_000) expect(watch.isGone(at)).toBe(false);
  expect(said).toEqual([
    'The server (process 4711) stands still (Ctrl-Z, SIGSTOP), so no phone is answered: let it go on with "kill -CONT 4711", or with "fg" in its terminal.',
  ]);
  world.isStopped = false;
  expect(watch.isGone(5 * GRACE_MS)).toBe(false);
  expect(watch.isGone(6 * GRACE_MS)).toBe(false);
  expect(said.slice(1)).toEqual(['The server goes on.']);
  world.isStopped = true;
  watch.isGone(7 * GRACE_MS);
  expect(said).toHaveLength(3);
});

test('a server that was killed while it stood still has ended', () => {
  const { said, world, watch } = watching(true);
  world.isStopped = true;
  watch.isGone(0);
  world.isThere = false;
  expect([watch.isGone(1_000), watch.isGone(1_000 + GRACE_MS)]).toEqual([false, true]);
  expect(said.at(-1)).toMatch(/^The server has ended/);
});
