import { expect, test } from 'vitest';
import { type Explored, Explorer, Violation } from './explorer.ts';

/** A world of numbered places: each knows its moves; `!` ones are deeds, and a move to -1 is what never must happen. */
function explorerOf(ways: Readonly<Record<number, Readonly<Record<string, number>>>>, settled: readonly number[] = []) {
  const start = async (): Promise<Explored> => {
    let at = 0;
    return {
      moves: () => Object.keys(ways[at] ?? {}),
      isFair: (move) => !move.startsWith('!'),
      make: async (move) => {
        const to = ways[at]?.[move] ?? at;
        if (to < 0) throw new Violation('never', `${move} from ${at}`);
        at = to;
      },
      key: () => String(at),
      facts: () => ({ isSettled: settled.includes(at), hasLanded: false, mayLand: true, words: `place ${at}` }),
      end: async () => {},
    };
  };
  return new Explorer(start);
}

test('every place is found, and what never must happen is told with the way there', async () => {
  const found = await explorerOf({ 0: { on: 1, '!jump': 3 }, 1: { on: 2 }, 2: { on: 0 }, 3: { on: -1 } }).explore();
  expect(found).toMatchObject({ states: 4, isComplete: true });
  expect(found.findings).toEqual([{ property: 'never', message: 'on from 3', moves: ['!jump', 'on'] }]);
});

test('with one deed allowed nothing is found that takes two, and everything that takes one', async () => {
  const chain = { 0: { on: 0, '!a': 1 }, 1: { on: 1, '!a': 2 }, 2: { on: 2, '!a': 3 }, 3: {} };
  for (const mostDeeds of [0, 1, 2, 3]) {
    expect(await explorerOf(chain).explore({ mostDeeds })).toMatchObject({ states: mostDeeds + 1, isComplete: true });
  }
});

test('a place that is found first by a way with too many deeds is left again when a way with fewer is found', async () => {
  // The walk goes 0, 1 by a deed, 2; later 2 is found without one, so that its own deed may follow.
  const found = await explorerOf({
    0: { '!a': 1, on: 4 },
    1: { on: 2 },
    2: { '!b': 3 },
    3: {},
    4: { on: 5 },
    5: { on: 2 },
  }).explore({ mostDeeds: 1 });
  expect(found).toMatchObject({ states: 6, isComplete: true });
});

test('a round without an end in which nothing is settled is told, and one with a settled place is not', async () => {
  const ways = { 0: { on: 1, '!a': 3 }, 1: { on: 2 }, 2: { on: 1 }, 3: { on: 3 } };
  const waits = explorerOf(ways, [3]);
  await waits.explore();
  expect(waits.endless('on').map(({ message }) => message)).toEqual(['place 0', 'place 1', 'place 2']);
  const settles = explorerOf(ways, [2, 3]);
  await settles.explore();
  expect(settles.endless('on')).toEqual([]);
});

test('what is not explored to its end is not called complete', async () => {
  expect(await explorerOf({ 0: { on: 1 }, 1: { on: 2 }, 2: {} }).explore({ mostStates: 2 })).toMatchObject({
    isComplete: false,
  });
});
