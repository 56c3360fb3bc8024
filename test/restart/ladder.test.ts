import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { KEY_SEQUENCES } from '../../src/core/explain/keys.ts';
import { LADDER, RUNG_IDS, type Rung } from '../../src/core/restart/ladder.ts';
import { spanText } from '../../src/core/text/amounts.ts';

// The table of docs/restarts.md is the ladder that the code climbs.

const page = readFileSync(join(import.meta.dirname, '../../docs/restarts.md'), 'utf8');
const table = /<!-- ladder -->([\s\S]*)<!-- end of ladder -->/.exec(page)?.[1] ?? '';

const PHONES = { '79x0': '7940, 7960', java: 'Java', any: 'all' } as const;

function rowOf(rung: Rung): string {
  const { id, phones, protocol, releases, needs, does, proof, refusal, withinMs, sources, level } = rung;
  const from = releases.min === null ? '' : ` from ${releases.min.join('.')}`;
  const below = releases.below === null || phones === 'java' ? '' : ` below ${releases.below.join('.')}`;
  const who = `${PHONES[phones]}${protocol === null ? '' : ` on ${protocol}`}${protocol === null ? '' : `${from}${below}`}`;
  const cells = [id, who, needs, does, proof, refusal, spanText(withinMs), `${sources.join(', ')} (${level})`];
  return `| ${cells.join(' | ')} |`;
}

test('the page has each way as the data has it, in the same order', () => {
  const rows = table.split('\n').filter((line) => line.startsWith('| ') && !/^\| (?:way|---)/.test(line));
  expect(rows).toEqual(LADDER.map(rowOf));
});

test('every way of the command has a row, and the rows stand in the order in which they are tried', () => {
  expect([...new Set(LADDER.map(({ id }) => id))]).toEqual([...RUNG_IDS]);
});

test('every row has sources, and the last one is a person with keys that are known', () => {
  for (const { sources } of LADDER) expect(sources.length).toBeGreaterThan(0);
  expect(LADDER.at(-1)?.id).toBe('hands');
  const known = KEY_SEQUENCES.filter(({ topic }) => topic === 'restart').flatMap(({ sources }) => sources);
  expect([...new Set(known)].sort()).toEqual([...(LADDER.at(-1)?.sources ?? [])].sort());
});
