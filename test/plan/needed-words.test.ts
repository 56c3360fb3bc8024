import { expect, test } from 'vitest';
import type { LoadName } from '../../src/core/names/load-name.ts';
import { describeNeeded } from '../../src/core/plan/describe-needed.ts';
import type { Alternative, NeededFile, NeededPackage } from '../../src/core/plan/needed.ts';

const load = (name: string) => name as LoadName;
const file = (name: string, size: number | null = null, sha1: string[] = [], md5: string[] = []): NeededFile => ({
  name,
  size,
  hashes: { sha1, md5 },
});
const pack = (name: string, parts: Partial<NeededPackage> = {}): NeededPackage => ({
  package: name,
  load: load(name),
  files: [file(`${name}.loads`)],
  archives: [],
  ...parts,
});
const road = (missing: readonly NeededPackage[], parts: Partial<Alternative> = {}): Alternative => ({
  hops: [load('A'), load('B')],
  missing,
  level: 'A',
  ...parts,
});

test('a shopping list names each road, best first, and what is to be obtained for it with size and sums', () => {
  const archives = [file('a.zip', 5, ['s1', 's2'], ['m']), file('a.exe')];
  const lines = describeNeeded('X', 'B', [
    road([pack('A', { archives, files: [file('A.sbn', 7)] }), pack('B')]),
    road([pack('B')], { hops: [load('B')], level: 'B' }),
  ]);
  expect(lines).toEqual([
    'From X to B, the best road first:',
    '1.    A -> B',
    '      obtain a.zip, 5 bytes, SHA-1 s1, SHA-1 s2, MD5 m, for A',
    '          or a.exe',
    '          A.sbn, 7 bytes',
    "      obtain the package of B (its archive's name is not known)",
    '          B.loads',
    '2.    B (a claim of others: neither documented nor seen)',
    "      obtain the package of B (its archive's name is not known)",
    '          B.loads',
  ]);
});

test('once a road is ready nobody reads of packages for others', () => {
  const lines = describeNeeded('X', 'B', [road([]), road([pack('A')]), road([], { hops: [load('B')] })]);
  expect(lines.slice(1)).toEqual([
    '1.    A -> B',
    '      everything for it is in the store',
    '2.    B',
    '      everything for it is in the store',
  ]);
});

test('a phone on its target has nothing to do', () => {
  expect(describeNeeded('B', 'B', [road([], { hops: [] })])[1]).toBe('road  nothing to do, the target runs already');
});

test('of many roads the best are told, and how many more there are', () => {
  const roads = [road([pack('A')]), road([pack('B')]), road([pack('C')]), road([pack('D')])];
  const lines = describeNeeded('X', 'B', roads, 2);
  expect(lines.filter((line) => /^\d\./.test(line))).toHaveLength(2);
  expect(lines.at(-1)).toBe('2 other roads: --all shows them');
  expect(describeNeeded('X', 'B', roads.slice(0, 3), 2).at(-1)).toBe('1 other road: --all shows it');
  expect(describeNeeded('X', 'B', roads.slice(0, 2), 2).at(-1)).toBe('          B.loads');
});
