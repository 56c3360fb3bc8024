import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  learnRow,
  learntBudget,
  noTimes,
  type StepKey,
  type StepTimes,
  usualTime,
} from '../../src/core/history/durations.ts';
import { type HistoryEvent, WAITS } from '../../src/core/history/event.ts';
import type { ModelId } from '../../src/core/names/family.ts';
import type { MacAddress } from '../../src/core/names/mac-address.ts';

const MAC = '0018B9C0FFEE' as MacAddress;
const OTHER = '0018B9C0FFAA' as MacAddress;
const [LOAD, TARGET] = ['P003-08-11-00', 'P0S3-08-11-00'];

function state(at: number, previous: string, next: string, changes: Partial<HistoryEvent> = {}): HistoryEvent {
  return { event: 'phone.state', at, mac: MAC, previous, state: next, load: LOAD, target: TARGET, ...changes };
}

function learnt(rows: readonly HistoryEvent[], model: ModelId | null = null): StepTimes {
  const times = noTimes();
  for (const row of rows) learnRow(times, row, model);
  return times;
}

const key = (name: string, changes: Partial<StepKey> = {}): StepKey => ({
  state: name,
  load: LOAD,
  target: TARGET,
  model: null,
  ...changes,
});

/** A bench on which this many phones were offered the load and came for it after so long. */
function offeredFor(...spans: readonly number[]): HistoryEvent[] {
  return spans.flatMap((ms, n) => {
    const mac = `0018B9${String(n).padStart(6, '0')}` as MacAddress;
    return [state(1000, 'identifying', 'offered', { mac }), state(1000 + ms, 'offered', 'downloading', { mac })];
  });
}

test('the time in a state runs from entering it to going on, for each phone by itself', () => {
  const rows = [
    state(0, 'identifying', 'offered'),
    state(5, 'identifying', 'offered', { mac: OTHER }),
    state(100, 'offered', 'downloading'),
    state(405, 'offered', 'downloading', { mac: OTHER }),
  ];
  expect(usualTime(learnt(rows), key('offered'))).toEqual({ times: 2, medianMs: 250, p95Ms: 400 });
});

test('a state that ended in a hold teaches nothing, nor does a clock that was set back', () => {
  const held = [state(0, 'identifying', 'offered'), state(900_000, 'offered', 'held')];
  expect(usualTime(learnt(held), key('offered'))).toBeNull();
  const back = [state(5000, 'identifying', 'offered'), state(0, 'offered', 'downloading')];
  expect(usualTime(learnt(back), key('offered'))).toBeNull();
});

test('time spent waiting for others teaches nothing', () => {
  const waits: HistoryEvent = { event: 'phone.decision', at: 10, mac: MAC, finding: WAITS, reason: 'waits' };
  const rows = [state(0, 'identifying', 'offered'), waits, state(900_000, 'offered', 'downloading')];
  expect(usualTime(learnt(rows), key('offered'))).toBeNull();
  expect(usualTime(learnt([...rows, state(900_500, 'downloading', 'flashing')]), key('downloading'))?.medianMs).toBe(
    500,
  );
});

test('a step that took no time, or longer than any deadline, teaches nothing: the clock was set, or nobody listened', () => {
  expect(usualTime(learnt(offeredFor(0, 3_600_001)), key('offered'))).toBeNull();
  expect(usualTime(learnt(offeredFor(3_600_000, 1)), key('offered'))?.times).toBe(2);
});

test('the most exact past is taken: the load on the model, then the load, then the family', () => {
  const times = learnt(offeredFor(100, 100), '7940');
  for (const row of offeredFor(900, 900, 900)) learnRow(times, row, '7960');
  expect(usualTime(times, key('offered', { model: '7940' }))?.medianMs).toBe(100);
  expect(usualTime(times, key('offered', { model: '7960' }))?.medianMs).toBe(900);
  expect(usualTime(times, key('offered'))?.times).toBe(5);
  // Too few of this model: what all models took is the better guess.
  expect(usualTime(times, key('offered', { model: '7940' }), 5)?.times).toBe(5);
  expect(usualTime(times, key('offered', { load: 'P0S3-07-4-00' }))?.times).toBe(5);
  expect(usualTime(times, key('offered', { load: 'SIP42.9-3-1SR4-1S', target: null }))).toBeNull();
});

test('a state without a load is known by the family of the target', () => {
  const rows = [
    { ...state(0, 'waiting', 'identifying'), load: undefined },
    state(700, 'identifying', 'offered'),
  ] as HistoryEvent[];
  expect(usualTime(learnt(rows), key('identifying', { load: null }))?.medianMs).toBe(700);
});

test('four times teach no deadline and five do', () => {
  const of = (...spans: number[]) => usualTime(learnt(offeredFor(...spans)), key('offered'));
  expect(learntBudget(of(200_000, 200_000, 200_000, 200_000), 1234)).toBe(1234);
  expect(learntBudget(of(200_000, 200_000, 200_000, 200_000, 200_000), 900_000)).toBe(800_000);
  expect(learntBudget(null, 1234)).toBe(1234);
});

test('a learnt deadline is never below five minutes, or what the operator asked for, and never above an hour', () => {
  const usual = (ms: number) => ({ times: 5, medianMs: ms, p95Ms: ms });
  expect(learntBudget(usual(1), 900_000)).toBe(300_000);
  expect(learntBudget(usual(1), 20_000)).toBe(20_000);
  expect(learntBudget(usual(9e9), 900_000)).toBe(3_600_000);
});

test('the slowest in twenty does not set the deadline of the others', () => {
  const spans = [...Array.from({ length: 19 }, () => 100_000), 3_000_000];
  expect(learntBudget(usualTime(learnt(offeredFor(...spans)), key('offered')), 900_000)).toBe(400_000);
});

test('whatever was seen, a deadline is longer than the time that 19 of 20 took, up to an hour', () => {
  const spans = fc.array(fc.integer({ min: 1, max: 3_600_000 }), { minLength: 5, maxLength: 60 });
  fc.assert(
    fc.property(spans, (list) => {
      const usual = usualTime(learnt(offeredFor(...list)), key('offered'));
      const budget = learntBudget(usual, 900_000);
      const kept = list.filter((ms) => ms <= budget).length;
      expect(kept).toBeGreaterThanOrEqual(Math.floor(list.length * 0.95));
      expect(usual?.medianMs).toBeLessThanOrEqual(usual?.p95Ms ?? 0);
      expect(budget).toBeLessThanOrEqual(3_600_000);
    }),
  );
});

test('only the newest two hundred times of a step count', () => {
  const spans = [...Array.from({ length: 200 }, () => 3_000_000), ...Array.from({ length: 200 }, () => 60)];
  expect(usualTime(learnt(offeredFor(...spans)), key('offered'))).toEqual({ times: 200, medianMs: 60, p95Ms: 60 });
});
