import { expect, test } from 'vitest';
import { durationsOf, learntBudget } from '../../src/core/history/durations.ts';
import type { HistoryEvent } from '../../src/core/history/event.ts';
import type { MacAddress } from '../../src/core/names/mac-address.ts';

const MAC = '0018B9C0FFEE' as MacAddress;

function state(at: number, previous: string, next: string, mac = MAC): HistoryEvent {
  return { event: 'phone.state', at, mac, previous, state: next };
}

test('the time in a state runs from entering it to going on, for each phone by itself', () => {
  const other = '0018B9C0FFAA' as MacAddress;
  const rows = [
    state(0, 'identifying', 'offered'),
    state(5, 'identifying', 'offered', other),
    state(100, 'offered', 'downloading'),
    state(405, 'offered', 'downloading', other),
  ];
  expect(durationsOf(rows).get('offered')).toEqual([100, 400]);
});

test('a state that ended in a hold teaches nothing', () => {
  const rows = [state(0, 'identifying', 'offered'), state(900_000, 'offered', 'held')];
  expect(durationsOf(rows).get('offered')).toBeUndefined();
});

test('four times teach nothing and five do', () => {
  const times = (n: number) => new Map([['flashing', Array.from({ length: n }, () => 200_000)]]);
  expect(learntBudget(times(4), 'flashing', 1234)).toBe(1234);
  expect(learntBudget(times(5), 'flashing', 1234)).toBe(800_000);
});

test('a learnt deadline is never below five minutes and never above an hour', () => {
  expect(learntBudget(new Map([['offered', [1, 1, 1, 1, 1]]]), 'offered', 9)).toBe(300_000);
  expect(learntBudget(new Map([['offered', Array.from({ length: 9 }, () => 9e9)]]), 'offered', 9)).toBe(3_600_000);
});

test('the slowest in twenty does not set the deadline of the others', () => {
  const list = [...Array.from({ length: 19 }, () => 100_000), 10_000_000];
  expect(learntBudget(new Map([['offered', list]]), 'offered', 9)).toBe(400_000);
});
