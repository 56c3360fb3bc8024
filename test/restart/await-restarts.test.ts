import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { openStore } from '../../src/adapters/sqlite/open-store.ts';
import { awaitRestarts, type RestartsEnded } from '../../src/app/restart/await-restarts.ts';
import type { StopSignal } from '../../src/cli/io.ts';
import type { MacAddress } from '../../src/core/names/mac-address.ts';
import type { RestartAnswer } from '../../src/ports/restarts.ts';
import { temporaryFolder } from '../store/temporary.ts';
import { macOf, settled } from '../support/bench.ts';
import { FakeClock } from '../support/clock.ts';

const [A, B] = [macOf(1), macOf(2)];
const REFUSED: RestartAnswer = { result: 'refused', rung: null, text: 'it asks just now', tries: [], keys: [] };
const RESTARTED: RestartAnswer = { ...REFUSED, result: 'restarted', rung: 'telnet', text: 'it asked for something' };

const ends: (() => void)[] = [];
afterEach(() => {
  for (const end of ends.splice(0)) end();
});

/** A command that waits for restarts, of which the test is the server. */
function waiting(macs: readonly MacAddress[] = [A], timeoutMs = 600_000) {
  const store = openStore({ path: join(temporaryFolder(), 'loadstep.db'), mode: 'client' });
  ends.push(() => store.close());
  const clock = new FakeClock();
  const told: string[] = [];
  let stop: (signal: StopSignal) => void = () => {};
  let ended: RestartsEnded<StopSignal> | null = null;
  const one = { isServerGone: false };
  awaitRestarts<StopSignal>({
    ...{ shelf: store, macs, by: null, isDryRun: false, timeoutMs, clock },
    onStop: (listener) => {
      stop = listener;
      return () => {};
    },
    isServerGone: () => one.isServerGone,
    told: (mac, { result }) => told.push(`${mac} ${result}`),
  }).then((how) => {
    ended = how;
  });
  const pass = async (seconds: number) => {
    for (let n = 0; n < seconds * 4; n++) clock.advance(250);
    await settled();
  };
  /** Whose restart somebody waits for now. */
  const wanted = () => store.restartWishes().flatMap(({ mac, until }) => (until > clock.wall() ? [mac] : []));
  const answer = (mac: MacAddress, said: RestartAnswer) => {
    const wish = store.restartWishes().find((found) => found.mac === mac);
    if (wish !== undefined) store.answerRestart(wish, said);
  };
  return {
    one,
    store,
    clock,
    told,
    pass,
    wanted,
    answer,
    stop: (signal: StopSignal) => stop(signal),
    how: () => ended,
  };
}

test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('%s withdraws at once what was not answered', async (signal) => {
  const { pass, wanted, stop, how, answer, told } = waiting([A, B]);
  await pass(2);
  answer(A, RESTARTED);
  await pass(1);
  expect([wanted(), how()]).toEqual([[B], null]);
  stop(signal);
  expect(wanted()).toEqual([]);
  answer(B, REFUSED);
  await pass(1);
  expect(how()).toEqual({ why: signal, unanswered: [] });
  expect(told).toEqual([`${A} restarted`, `${B} refused`]);
});

test('where the server does not say that it told nobody, the phone may have been told', async () => {
  const { pass, wanted, stop, how } = waiting();
  await pass(2);
  stop('SIGINT');
  await pass(2);
  expect(how()).toBeNull();
  // A second one changes nothing, and nothing is renewed meanwhile.
  stop('SIGTERM');
  await pass(1);
  expect(how()).toEqual({ why: 'SIGINT', unanswered: [A] });
  await pass(60);
  expect(wanted()).toEqual([]);
});

test('it says again and again that it waits, and nobody does soon after it was killed', async () => {
  const { pass, wanted, clock, store } = waiting();
  for (let n = 0; n < 30; n++) {
    await pass(10);
    expect(wanted()).toEqual([A]);
  }
  const [wish] = store.restartWishes();
  expect((wish?.until ?? 0) - clock.wall()).toBeLessThanOrEqual(20_000);
});

test.each(['timeout', 'server gone', 'another wish'] as const)('nothing is wished any more after: %s', async (why) => {
  const { one, pass, wanted, how, store, clock } = waiting([A, B], 60_000);
  await pass(50);
  if (why === 'server gone') one.isServerGone = true;
  if (why === 'another wish') store.wishRestart({ mac: A, by: null, isDryRun: false, until: clock.wall() + 60_000 });
  else expect(wanted()).toEqual([A, B]);
  await pass(why === 'timeout' ? 13 : 3);
  expect(how()).toEqual({ why, unanswered: [A, B] });
  expect(wanted()).toEqual(why === 'another wish' ? [A] : []);
});
