import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { keypadOf, keypadText } from '../../src/core/explain/keypad.ts';
import { isForPhone, KEY_SEQUENCES, type Press, phonesText } from '../../src/core/explain/keys.ts';
import { FAMILIES } from '../../src/core/names/family.ts';

const DRAWN = KEY_SEQUENCES.flatMap(({ topic, phones, keys, presses = [] }) =>
  presses.map((press) => [`${topic} of ${phones}: ${press.keys.join('')}`, press, keys] as const),
);

/** The keys in the order in which a picture has them pressed. */
function pressedIn(press: Press): readonly string[] {
  return keypadOf(press)
    .keys.flatMap(({ name, turns }) => turns.map((turn) => ({ name, turn })))
    .sort((a, b) => a.turn - b.turn)
    .map(({ name }) => name);
}

test.each(DRAWN)('%s: the picture shows the keys of the data, and no others', (_, press, words) => {
  const { keys, rows } = keypadOf(press);
  const pressed = keys.filter(({ isPressed }) => isPressed).map(({ name }) => name);
  expect(new Set(pressed)).toEqual(new Set(press.keys));
  if (press.how === 'in turn') expect(pressedIn(press)).toEqual(press.keys);
  else expect(keys.every(({ turns }) => turns.length === 0)).toBe(true);
  // Every key of the pad is there once, each at a place of its own.
  expect(keys.filter(({ isWide }) => !isWide).map(({ name }) => name)).toEqual([...'123456789*0#']);
  expect(new Set(keys.map(({ row, column }) => `${row} ${column}`)).size).toBe(keys.length);
  expect(Math.max(...keys.map(({ row }) => row))).toBe(rows - 1);
  // What is drawn is what is said.
  const digits = press.keys.filter((key) => key.length === 1).join('');
  expect(press.how === 'together' ? words.replaceAll(' ', '') : words).toContain(digits);
});

test.each(DRAWN)('%s: the text for a terminal shows the same in at most 40 columns', (_, press) => {
  const lines = keypadText(press).split('\n');
  const words = lines.pop() ?? '';
  expect(words).toBe(keypadOf(press).words);
  expect(lines.every((line) => line.length === lines[0]?.length && line.length <= 40)).toBe(true);
  const marked = lines.flatMap((line) => [...line.matchAll(/\[([^\]]+)\]/g)].map((match) => match[1]));
  expect(new Set(marked)).toEqual(new Set(press.keys));
  const turns = lines.flatMap((line) => (/\[|[*#]|\b0\b/.test(line) ? [] : (line.match(/\d+/g) ?? [])));
  if (press.how === 'in turn')
    for (let turn = 1; turn <= press.keys.length; turn++) expect(turns).toContain(String(turn));
});

test('the terminal is shown a keypad that can be read', () => {
  expect(keypadText({ how: 'in turn', keys: ['Settings', ...'**#**'] })).toBe(
    [
      '+---------------------------+',
      '|        [Settings]         |',
      '|             1             |',
      '|    1        2        3    |',
      '|    4        5        6    |',
      '|    7        8        9    |',
      '|   [*]       0       [#]   |',
      '| 2 3 5 6              4    |',
      '+---------------------------+',
      'Press in turn: Settings, *, *, #, *, *',
    ].join('\n'),
  );
});

test('each family has keys that restart it, and only one picture of them', () => {
  for (const family of FAMILIES) {
    const restarts = KEY_SEQUENCES.filter((one) => one.topic === 'restart' && isForPhone(one, family));
    expect([family, restarts.length, restarts[0]?.presses?.length]).toEqual([family, 1, 1]);
  }
});

test('where a sequence is for some families only, it is for those of its group', () => {
  for (const { phones, only } of KEY_SEQUENCES)
    for (const family of only?.families ?? []) expect(family === '79x0').toBe(phones === '79x0');
});

test('docs/restarts.md has the keys that restart a phone as the data has them', () => {
  const page = readFileSync(join(import.meta.dirname, '../../docs/restarts.md'), 'utf8');
  const table = /<!-- keys -->([\s\S]*)<!-- end of keys -->/.exec(page)?.[1] ?? '';
  const rows = table.split('\n').filter((line) => line.startsWith('| ') && !/^\| (?:phones|---)/.test(line));
  const restarts = KEY_SEQUENCES.filter(({ topic }) => topic === 'restart');
  expect(rows).toEqual(
    restarts.map((one) => `| ${phonesText(one)} | \`${one.keys}\` | ${one.sources.join(', ')} (${one.level}) |`),
  );
});
