import { expect, test } from 'vitest';
import { Seldom } from '../../src/core/seldom.ts';

function hearing() {
  const heard: object[] = [];
  const seldom = new Seldom();
  return {
    heard,
    say: (what: string, at: number) => seldom.say(what, at, (more) => heard.push({ what, at, ...more })),
  };
}

test('a few lines are all written, and of a flood one in ten seconds that says how many were not', () => {
  const { heard, say } = hearing();
  for (let at = 0; at < 60_000; at += 10) say('flood', at);
  expect(heard.slice(0, 20)).toEqual(Array.from({ length: 20 }, (_, n) => ({ what: 'flood', at: 10 * n })));
  expect(heard.slice(20)).toEqual(
    [10_000, 20_000, 30_000, 40_000, 50_000].map((at, n) => {
      return { what: 'flood', at, unsaid: n === 0 ? 980 : 999 };
    }),
  );
});

test('a flood of one kind keeps no line of another back', () => {
  const { heard, say } = hearing();
  for (let n = 0; n < 1_000; n++) say('flood', 0);
  say('other', 1);
  expect(heard.at(-1)).toEqual({ what: 'other', at: 1 });
});

test('a clock that runs back allows no more lines, and none fewer', () => {
  const { heard, say } = hearing();
  for (let n = 0; n < 30; n++) say('flood', 1_000_000);
  say('flood', 0);
  expect(heard).toHaveLength(20);
  say('flood', 10_000);
  expect(heard.at(-1)).toEqual({ what: 'flood', at: 10_000, unsaid: 11 });
});
