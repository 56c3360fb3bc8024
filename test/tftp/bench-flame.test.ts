import { expect, test } from 'vitest';
import { type CpuProfile, callsOf, flameSvg } from '../bench/flame.ts';

const node = (id: number, functionName: string, children: number[] = [], url = 'file:///x/fleet-ChzEpxe2.cjs') => ({
  id,
  callFrame: { functionName, url },
  children,
});

/** A start, two questions with a wait and a collection in between, and an end. */
const profile: CpuProfile = {
  nodes: [
    node(1, '(root)', [2, 3, 5, 6], ''),
    node(2, 'start'),
    node(3, 'decide', [4]),
    node(4, 'ask<T>'),
    node(5, '(idle)', [], ''),
    node(6, '(garbage collector)', [], ''),
  ],
  samples: [2, 4, 5, 6, 4, 3, 2],
  timeDeltas: [100, 10, 1000, 5, 20, 5, 100],
};

test('what a server did between its first and its last question is drawn, without its start and without waiting', () => {
  const calls = callsOf(profile);
  expect(calls?.us).toBe(40);
  const decide = calls?.below.get('decide fleet');
  expect([decide?.us, decide?.below.get('ask<T> fleet')?.us]).toEqual([35, 30]);
  expect(calls?.below.get('(garbage collector)')?.us).toBe(5);
});

test('each frame is as wide as its share, and says it', () => {
  const calls = callsOf(profile);
  if (calls === null) throw new Error('no question');
  const svg = flameSvg([{ title: 'one thread', calls }]);
  expect(svg).toContain('<title>decide fleet: 87.5 %</title><rect x="0.0" y="29" width="1050.0"');
  expect(svg).toContain('<title>ask&lt;T&gt; fleet: 75.0 %</title>');
  expect(svg).not.toContain('start');
});

test('a profile of a server that nobody asked shows nothing', () => {
  expect(callsOf({ ...profile, samples: [2, 5], timeDeltas: [1, 1] })).toBeNull();
});
