import { expect, test } from 'vitest';
import type { PhoneSession } from '../../src/app/phone/phone-session.ts';
import type { Decided } from '../../src/app/record/wall-dates.ts';
import { SessionKeeper } from '../../src/app/session-keeper.ts';
import { NO_EVIDENCE } from '../../src/core/identify/evidence.ts';
import { macOf } from '../support/bench.ts';

/** A session as its keeper sees it, whose parts a test exchanges, and what the record is given. */
function bench() {
  const session = {
    enrolment: { mac: macOf(1) },
    snapshot: { machine: 'phone', version: 1, value: 'offered', context: { deadlineAt: null } },
    evidence: NO_EVIDENCE,
    memory: { surprises: 0 },
    standing: 'offered',
    isReleased: false,
    isUnreadable: false,
  };
  const given: Decided[] = [];
  const commit = async (decided: Decided) => void given.push(decided);
  const clock = { aheadMs: 0 };
  const keeper = new SessionKeeper(
    { commit },
    () => {},
    () => clock.aheadMs,
  );
  const keep = async () => {
    await keeper.keep(session as unknown as PhoneSession, []);
    const { snapshot, evidence, memory } = given.at(-1) ?? {};
    return Object.entries({ snapshot, evidence, memory }).flatMap(([part, value]) =>
      value === undefined ? [] : [part],
    );
  };
  return { session, clock, keep };
}

test('the record is given what a phone showed when that has changed, and not again with each of its requests', async () => {
  const { session, keep } = bench();
  expect(await keep()).toEqual(['snapshot', 'evidence', 'memory']);
  expect(await keep()).toEqual([]);
  session.evidence = { ...NO_EVIDENCE };
  expect(await keep()).toEqual(['evidence']);
  session.memory = { surprises: 1 };
  expect(await keep()).toEqual(['memory']);
  expect(await keep()).toEqual([]);
});

test('when the machine is set to another time, what has times is given again', async () => {
  const { clock, keep } = bench();
  await keep();
  clock.aheadMs = 999;
  expect(await keep()).toEqual([]);
  clock.aheadMs = 1_000;
  expect(await keep()).toEqual(['evidence', 'memory']);
  clock.aheadMs = 1_999;
  expect(await keep()).toEqual([]);
});

test('nothing is written over a record that could not be read, and all of it once that may be', async () => {
  const { session, keep } = bench();
  session.isUnreadable = true;
  expect(await keep()).toEqual([]);
  session.isUnreadable = false;
  session.snapshot = { ...session.snapshot, value: 'identifying' };
  expect(await keep()).toEqual(['snapshot', 'evidence', 'memory']);
});
