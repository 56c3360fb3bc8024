import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { FINDINGS } from '../../src/core/firmware/finding.ts';

test('the page lists every code of a finding with its effect, in order, and no other', () => {
  const page = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'firmware.md'), 'utf8');
  const rows = [...page.matchAll(/^\| `([a-z-]+)` \| ([a-z]+) \| .+ \|$/gm)].map(([, code, effect]) => [code, effect]);
  const codes = Object.entries(FINDINGS).map(([code, { effect }]) => [code, effect]);
  expect(rows).toEqual(codes.sort(([a = ''], [b = '']) => (a < b ? -1 : 1)));
});
