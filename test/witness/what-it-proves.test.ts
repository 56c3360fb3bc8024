import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { LoadName } from '../../src/core/names/load-name.ts';
import { rangesOverlap } from '../../src/core/names/release.ts';
import { softwareTold } from '../../src/core/witness/told-software.ts';
import { matrix } from '../plan/store.ts';
import { packagesOf } from '../support/packages.ts';

// The table of docs/witnesses.md is what the code does with each of these words.

const page = readFileSync(join(import.meta.dirname, '../../docs/witnesses.md'), 'utf8');
const table = /<!-- what each says -->([\s\S]*)<!-- end of what each says -->/.exec(page)?.[1] ?? '';
const rows = table
  .split('\n')
  .filter((line) => line.startsWith('| ') && !line.startsWith('| phone') && !line.startsWith('| ---'))
  .map((line) => line.split('|').map((cell) => cell.trim()))
  .map(([, phone = '', by = '', says = '', what = '']) => ({ phone, by, says, what }));

const STORE = packagesOf('SCCP42.9-4-2SR3-1S').map((pack) => ({ ...pack, manifest: ['jar42sccp.9-4-2ES26.sbn'] }));

test('the table has rows of every kind', () => {
  expect(new Set(rows.map(({ what }) => what))).toEqual(new Set(['proves', 'narrows', 'says nothing']));
  expect(rows.length).toBeGreaterThan(12);
});

test.each(rows)('$phone, by its $by: $says', ({ says, what }) => {
  const word = (kind: string) => new RegExp(`${kind} \`([^\`]+)\``).exec(says)?.[1] ?? null;
  const told = softwareTold(
    { load: word('load'), archive: word('archive'), agent: word('agent') },
    { matrix, index: { packages: STORE } },
  );
  const found = told === null ? 'says nothing' : told.load === null ? 'narrows' : 'proves';
  expect(found).toBe(what);
  if (told?.load != null) expect(told.software.map(({ load }) => load)).toContain(told.load as LoadName);
});

test.each([
  ['Cisco-CP7940G/7.4', ['G1', 'G2', 'G3'], false],
  ['Cisco-CP7960/6.3', ['G1', 'G2', 'G3'], false],
  ['Cisco-CP7940G/8.0', ['G3'], true],
])(
  'a 7940 or 7960 that says %s is no Java phone, and runs 8.x only where it says 8.0',
  (agent, generations, isEight) => {
    const told = softwareTold({ load: null, archive: null, agent }, { matrix, index: { packages: STORE } });
    expect(told?.software.map(({ generation }) => generation)).toEqual(generations);
    expect(told?.software.some(({ releases }) => rangesOverlap(releases, { min: [8], below: null }))).toBe(isEight);
  },
);
