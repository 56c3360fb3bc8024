import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { SNIPPET_KINDS } from '../../src/core/snippet/snippet.ts';

const root = join(import.meta.dirname, '..', '..');
const page = (name: string) => readFileSync(join(root, 'docs', name), 'utf8');

/** The rows of the table of kinds, as cells. */
const ROWS = (
  page('dhcp.md')
    .split(/^## /m)
    .find((part) => part.startsWith('Kinds\n')) ?? ''
)
  .split('\n')
  .filter((line) => line.startsWith('| `'))
  .map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );

test('the page lists every kind that the command knows, with what it can choose, and no other', () => {
  const words = { mac: 'MAC', 'vendor-class': 'vendor class' };
  expect(ROWS.map(([name, , chooses]) => [name, chooses])).toEqual(
    SNIPPET_KINDS.map(({ name, chooses }) => [`\`${name}\``, chooses.map((one) => words[one]).join(', ') || 'nothing']),
  );
});

test('every kind says how it was tried, and where its syntax comes from', () => {
  for (const [name, , , gives, tried, source] of ROWS) {
    expect(gives?.length, name).toBeGreaterThan(0);
    expect(tried, name).toMatch(/^(real, .*\d|read$)/);
    expect(source?.length, name).toBeGreaterThan(5);
  }
});

test('the page of commands names every kind', () => {
  const section =
    page('commands.md')
      .split(/^## /m)
      .find((part) => part.startsWith('dhcp-snippet\n')) ?? '';
  expect(SNIPPET_KINDS.filter(({ name }) => !new RegExp(`\\b${name}\\b`).test(section))).toEqual([]);
});
