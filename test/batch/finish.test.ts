import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Finish, finishOf, MISSING_AFTER_MS, missingText } from '../../src/core/batch/finish.ts';
import type { Standing } from '../../src/core/batch/outcome.ts';
import { adviceOn } from '../../src/core/explain/hold-advice.ts';
import { Batch, TARGET } from '../support/batch-bench.ts';
import { macOf } from '../support/bench.ts';

const OPEN: Finish = { isFinished: false, missing: [] };
const standings = (...kinds: Standing['kind'][]): Standing[] => kinds.map((kind, n) => ({ mac: macOf(n), kind }));
const KIND = fc.constantFrom<Standing['kind']>('landed', 'failed', 'stuck', 'under-way', 'unseen');
const LIST = fc.array(KIND, { maxLength: 6 }).map((kinds) => standings(...kinds));
const QUIET = fc.oneof(fc.nat(2 * MISSING_AFTER_MS), fc.constantFrom(MISSING_AFTER_MS - 1, MISSING_AFTER_MS));

test('phones that never came are waited for until the batch was quiet for half an hour, and not a millisecond less', () => {
  const list = standings('landed', 'failed', 'unseen');
  expect(finishOf(OPEN, list, MISSING_AFTER_MS - 1)).toEqual(OPEN);
  expect(finishOf(OPEN, list, MISSING_AFTER_MS)).toEqual({ isFinished: true, missing: [macOf(2)] });
});

test('a batch to which nobody came has not begun, however long ago', () => {
  expect(finishOf(OPEN, standings('unseen', 'unseen'), 1e12)).toEqual(OPEN);
  expect(finishOf(OPEN, [], 1e12)).toEqual(OPEN);
});

test('one phone that is missing and comes opens the batch; when it is over nobody waits for the others again', () => {
  const told = finishOf(OPEN, standings('landed', 'unseen', 'unseen'), MISSING_AFTER_MS);
  const open = finishOf(told, standings('landed', 'under-way', 'unseen'), 0);
  expect(open).toEqual({ isFinished: false, missing: [macOf(2)] });
  expect(finishOf(open, standings('landed', 'landed', 'unseen'), 0)).toEqual({ isFinished: true, missing: [macOf(2)] });
});

test('a phone that is put on the list of a finished batch opens it and has its half hour', () => {
  const told = finishOf(OPEN, standings('landed'), 0);
  expect(told.isFinished).toBe(true);
  expect(finishOf(told, standings('landed', 'unseen'), MISSING_AFTER_MS - 1).isFinished).toBe(false);
});

test('nobody is left behind: a batch with a phone under way is never finished, and who is missing is named', () => {
  fc.assert(
    fc.property(LIST, LIST, QUIET, QUIET, (before, now, quietBefore, quietMs) => {
      const finish = finishOf(finishOf(OPEN, before, quietBefore), now, quietMs);
      const unseen = now.filter((one) => one.kind === 'unseen').map((one) => one.mac);
      if (now.some((one) => one.kind === 'under-way')) expect(finish.isFinished).toBe(false);
      if (finish.isFinished) expect(finish.missing).toEqual(unseen);
      else expect(unseen).toEqual(expect.arrayContaining([...finish.missing]));
    }),
  );
});

test('without phones that never came, silence plays no part', () => {
  fc.assert(
    fc.property(LIST, QUIET, (list, quietMs) => {
      const seen = list.filter((one) => one.kind !== 'unseen');
      const isOver = seen.length > 0 && seen.every((one) => one.kind !== 'under-way');
      expect(finishOf(OPEN, seen, quietMs).isFinished).toBe(isOver);
    }),
  );
});

test('the longer it is quiet the more is finished, and a server that starts again does not open what is', () => {
  fc.assert(
    fc.property(LIST, QUIET, fc.nat(MISSING_AFTER_MS), (list, quietMs, more) => {
      const first = finishOf(OPEN, list, quietMs);
      if (first.isFinished) expect(finishOf(OPEN, list, quietMs + more)).toEqual(first);
      // A restart begins with no silence at all.
      expect(finishOf(first, list, 0)).toEqual(first);
    }),
  );
});

test('a batch is told to be finished a second time only after a phone was under way, or a new one was waited for', () => {
  const move = fc.record({ phone: fc.nat(3), kind: KIND, quietMs: QUIET });
  fc.assert(
    fc.property(fc.array(move, { maxLength: 40 }), (moves) => {
      let [finish, list] = [OPEN, standings('unseen', 'unseen', 'unseen', 'unseen')];
      let [isOpened, missed]: [boolean, readonly string[]] = [true, []];
      for (const { phone, kind, quietMs } of moves) {
        list = list.with(phone, { mac: macOf(phone), kind });
        const isNew = list.some((one) => one.kind === 'unseen' && !missed.includes(one.mac));
        isOpened ||= isNew || list.every((one) => one.kind === 'unseen' || one.kind === 'under-way');
        isOpened ||= list.some((one) => one.kind === 'under-way');
        missed = missed.filter((mac) => list.some((one) => one.mac === mac && one.kind === 'unseen'));
        const next = finishOf(finish, list, quietMs);
        if (next.isFinished && !finish.isFinished) {
          expect(isOpened).toBe(true);
          [isOpened, missed] = [false, next.missing];
        }
        finish = next;
      }
    }),
  );
});

test('those that are missing are named, the first three of many', () => {
  expect(missingText([macOf(1)])).toBe('1 never seen (0018B9000001)');
  expect(missingText([1, 2, 3, 4, 5].map(macOf))).toBe(
    '5 never seen (0018B9000001, 0018B9000002, 0018B9000003 and 2 more)',
  );
});

const finished = (batch: Batch) => batch.kept.events.filter((event) => event.event === 'batch.finished');
const MINUTE = 60_000;

/** Two phones on the list, one of which nobody plugs in; the other has landed. */
async function oneMissing(): Promise<Batch> {
  const batch = await new Batch({ timing: { enrolmentPollMs: 1_000 } }).start();
  batch.plug(TARGET);
  batch.plug(TARGET);
  for (let turn = 0; turn < 40; turn++) await batch.turn(() => {}, [0]);
  expect([batch.state(0), batch.status(1).state]).toEqual(['landed', 'waiting']);
  return batch;
}

test('a night ends although one phone was never plugged in: the batch is finished without it, and says what to check', async () => {
  const batch = await oneMissing();
  const landedAt = batch.rows(0, 'phone.landed')[0]?.at ?? 0;
  batch.bench.clock.advance(landedAt + 30 * MINUTE - 1_001 - batch.bench.clock.now());
  expect(finished(batch)).toEqual([]);
  batch.bench.clock.advance(2_002);
  expect(finished(batch)).toEqual([
    expect.objectContaining({
      ...{ reason: '1 landed, 1 never seen (0018B9000001)', phones: 2, landed: 1, held: 0, missing: [macOf(1)] },
      ...{ code: 'P_NO_FIRST_REQUEST', advice: adviceOn('P_NO_FIRST_REQUEST') },
    }),
  ]);
  expect(adviceOn('P_NO_FIRST_REQUEST')).toMatch(/PoE.*150 and 66/s);
  batch.bench.clock.advance(24 * 60 * MINUTE);
  expect(finished(batch)).toHaveLength(1);
});

test('a restart neither tells it a second time nor hurries it', async () => {
  const batch = await oneMissing();
  batch.bench.clock.advance(20 * MINUTE);
  await batch.restart();
  batch.bench.clock.advance(29 * MINUTE);
  expect(finished(batch)).toEqual([]);
  batch.bench.clock.advance(2 * MINUTE);
  expect(finished(batch)).toHaveLength(1);
  await batch.restart();
  await batch.restart();
  batch.bench.clock.advance(5 * 60 * MINUTE);
  expect(finished(batch)).toHaveLength(1);
});

test('a phone that comes after its batch was finished goes on as any other, and the batch is finished again', async () => {
  const batch = await oneMissing();
  batch.bench.clock.advance(40 * MINUTE);
  await batch.restart();
  for (let turn = 0; turn < 40; turn++) await batch.turn(() => {}, [1]);
  expect(batch.states()).toEqual(['landed', 'landed']);
  expect(finished(batch).map((event) => event.reason)).toEqual(['1 landed, 1 never seen (0018B9000001)', '2 landed']);
});

test('a phone that was released is missed by nobody', async () => {
  const batch = await oneMissing();
  batch.bench.store.release(macOf(1), batch.bench.clock.now());
  batch.bench.clock.advance(2_000);
  expect(finished(batch).map((event) => event.reason)).toEqual(['1 landed']);
});

test('a batch of which everybody was cancelled is finished, and one with cancelled phones counts them', async () => {
  const batch = await new Batch().start();
  const cancelled = batch.plug('P0030301MFG2');
  await batch.turn();
  const cancel = (mac: typeof cancelled) => {
    batch.bench.store.release(mac, batch.bench.clock.now(), true);
    batch.kept.changeBatch((was) => ({ state: { ...was, cancelled: [...was.cancelled, mac] }, events: [] }));
    batch.bench.fleet.syncEnrolments();
  };
  cancel(cancelled);
  const finished = () => batch.told.filter(({ event }) => event === 'batch.finished');
  expect(finished()).toMatchObject([{ phones: 1, landed: 0, held: 0, cancelled: 1, reason: '0 landed, 1 cancelled' }]);
  batch.plug(TARGET);
  const other = batch.plug('P0030301MFG2');
  for (let turn = 0; turn < 2; turn++) await batch.turn(() => {}, [2]);
  for (let turn = 0; turn < 40; turn++) await batch.turn(() => {}, [1]);
  expect(batch.states().slice(1)).toEqual(['landed', 'offered']);
  cancel(other);
  expect(finished()[1]).toMatchObject({ phones: 2, landed: 1, cancelled: 1, reason: '1 landed, 1 cancelled' });
});
