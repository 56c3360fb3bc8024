import { expect, test } from 'vitest';
import type { Slice } from '../bench/witness/decisions.ts';
import type { Storm } from '../bench/witness/storms.ts';
import { checkWitness } from '../bench/witness/witness-goals.ts';

// What the bench makes of its figures; nothing is measured here.

const slice = (kind: string, change: Partial<Slice>): Slice => ({
  ...{
    kind,
    answers: 1_000,
    perSecond: 1_000,
    costUs: 300,
    p50: 100,
    p99: 200,
    repeated: 0,
    beside: 0,
    othersShare: 0,
  },
  ...change,
});
const storm = (server: string, change: Partial<Storm>): Storm => ({
  ...{ server, kind: 'again', atOnce: 64, costUs: 40, phones: 1_000, seconds: 2, registered: 1_000, answered: 1_000 },
  ...{ repeated: 0, firstP50: 1, firstP99: 2, ...change },
});
const nothing = { decisions: null, storms: null, hours: null, walks: null };
const verdicts = (figures: Partial<Parameters<typeof checkWitness>[0]>) =>
  checkWitness({ ...nothing, ...figures }).map(({ isMet }) => isMet);

test('questions beside witnesses are held against those before and after, and by the clock only where nobody else wants the machine', () => {
  const quiet = (change: Partial<Slice>) => slice('nobody is witnessed', change);
  const around = (change: Partial<Slice>, crowd = 0) => [
    quiet({ costUs: 300, othersShare: crowd }),
    slice('x', { othersShare: crowd, ...change }),
    quiet({ costUs: 500, othersShare: crowd }),
  ];
  expect(verdicts({ decisions: around({ costUs: 430 }) })).toEqual([true]);
  expect(verdicts({ decisions: around({ costUs: 441 }) })).toEqual([false]);
  expect(verdicts({ decisions: around({ costUs: 400, p50: 111 }) })).toEqual([false]);
  expect(verdicts({ decisions: around({ costUs: 400, p50: 111 }, 0.5) })).toEqual([true]);
});

test('a storm in which one phone gave up is none that was answered, and without Kamailio nothing is compared', () => {
  const ours = [storm('loadstep', {}), storm('loadstep', { atOnce: 1_000, seconds: 20 })];
  expect(verdicts({ storms: ours })).toEqual([true, null, null]);
  expect(verdicts({ storms: [...ours, storm('Kamailio', { costUs: 20 })] })).toEqual([true, true, false]);
  expect(verdicts({ storms: [...ours, storm('Kamailio', { costUs: 80 })] })).toEqual([true, true, true]);
  const one = storm('loadstep', { atOnce: 1_000, registered: 999 });
  expect(verdicts({ storms: [...ours, one, storm('Kamailio', { costUs: 19 })] })).toEqual([false, false, false]);
});

test('memory is flat where its last third is as its second one, and everybody was answered', () => {
  const hours = { registrations: 30, alive: 120, answered: 150, seconds: 1, recordGrownBytes: 0 };
  const memory = (memoryMb: number[], answered = 150) => verdicts({ hours: { ...hours, memoryMb, answered } });
  expect(memory([90, 90, 100, 100, 104, 104])).toEqual([true]);
  expect(memory([90, 90, 100, 100, 106, 106])).toEqual([false]);
  expect(memory([90, 90, 100, 100, 100, 100], 149)).toEqual([false]);
  expect(verdicts({ walks: [{ kind: 'hp', tookMs: [1_999] }] })).toEqual([true]);
  expect(verdicts({ walks: [{ kind: 'hp', tookMs: [300, 2_000] }] })).toEqual([false]);
});
