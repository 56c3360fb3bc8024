import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { openStore } from '../../src/adapters/sqlite/open-store.ts';
import type { RestartAnswer } from '../../src/ports/restarts.ts';
import { macOf } from '../support/bench.ts';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function record() {
  const folder = mkdtempSync(join(tmpdir(), 'loadstep-restarts-'));
  folders.push(folder);
  return openStore({ path: join(folder, 'loadstep.db'), mode: 'server' });
}

const WISH = { mac: macOf(1), by: null, isDryRun: false, until: 5_000 };
const ANSWER: RestartAnswer = { result: 'hands', rung: 'hands', text: 'a person', tries: [], keys: ['hold * 6'] };

test('a wish stands until it is answered, and its answer until the next wish of that phone', () => {
  const store = record();
  const number = store.wishRestart(WISH);
  const other = store.wishRestart({ ...WISH, mac: macOf(2), by: 'telnet', isDryRun: true });
  expect(store.restartWishes()).toEqual([
    { ...WISH, number },
    { ...WISH, mac: macOf(2), by: 'telnet', isDryRun: true, number: other },
  ]);
  expect(store.restartAnswer({ mac: macOf(1), number })).toBeNull();
  store.answerRestart({ mac: macOf(1), number }, ANSWER);
  expect(store.restartAnswer({ mac: macOf(1), number })).toEqual(ANSWER);
  expect(store.restartWishes().map(({ mac }) => mac)).toEqual([macOf(2)]);
  const next = store.wishRestart(WISH);
  expect(next).toBeGreaterThan(other);
  expect(store.restartAnswer({ mac: macOf(1), number })).toBe('gone');
  // Who answers the older wish changes nothing of the newer one.
  store.answerRestart({ mac: macOf(1), number }, ANSWER);
  expect(store.restartAnswer({ mac: macOf(1), number: next })).toBeNull();
  store.close();
});

test('who asked for a restart says again and again that he waits for it, or that he does not', () => {
  const store = record();
  const number = store.wishRestart(WISH);
  const wish = { mac: macOf(1), number };
  expect(store.restartUntil(wish)).toBe(5_000);
  store.keepRestart(wish, 9_000);
  expect(store.restartUntil(wish)).toBe(9_000);
  expect(store.restartWishes()).toEqual([{ ...WISH, number, until: 9_000 }]);
  const next = { mac: macOf(1), number: store.wishRestart(WISH) };
  // Who waits for the older one changes nothing of the newer one.
  store.keepRestart(wish, 0);
  expect([store.restartUntil(wish), store.restartUntil(next)]).toEqual([null, 5_000]);
  store.answerRestart(next, ANSWER);
  store.keepRestart(next, 9_000);
  expect([store.restartUntil(next), store.restartWishes()]).toEqual([null, []]);
  store.close();
});
