import { CATALOGUE } from './catalogue.ts';
import type { ExplainEntry } from './entry.ts';

const MOST = 8;
/** Words that say nothing about a failure. */
const COMMON = new Set(
  'a an and are as at be by do does for from had has have i in is it its me my no not of on or says shows that the then there this to was what when why with phone cisco message error'.split(
    ' ',
  ),
);

interface Indexed {
  readonly entry: ExplainEntry;
  readonly screen: readonly string[];
  readonly strong: ReadonlySet<string>;
  readonly weak: ReadonlySet<string>;
}

const INDEX: readonly Indexed[] = CATALOGUE.map((entry) => ({
  entry,
  screen: entry.screen.map(plain),
  strong: new Set(words([entry.code, entry.title, ...entry.screen].join(' '))),
  weak: new Set(words([entry.server ?? '', entry.cause, ...entry.advice].join(' '))),
}));

/** How many entries hold a word: rare words say more. */
const SPREAD = new Map<string, number>();
for (const { strong, weak } of INDEX) {
  for (const word of new Set([...strong, ...weak])) SPREAD.set(word, (SPREAD.get(word) ?? 0) + 1);
}

/**
 * The entries that a code or a text means, best first, at most eight; empty when nothing fits. A code (in any case, with or
 * without `P_`/`E_`) and a text that a phone shows literally give exactly what they name.
 */
export function explain(query: string): ExplainEntry[] {
  const text = query.trim();
  const asked = plain(text);
  if (asked === '') return [];
  const code = text.toUpperCase().replace(/[\s-]+/g, '_');
  const named = CATALOGUE.filter((entry) => entry.code === code || entry.code.slice(2) === code);
  const shown = INDEX.filter(({ screen }) => screen.includes(asked)).map(({ entry }) => entry);
  const literal = [...new Set([...named, ...shown])];
  if (literal.length > 0) return literal;
  const matched = CATALOGUE.filter((entry) => entry.match?.test(text) === true);
  if (matched.length > 0) return matched;
  return ranked(asked);
}

function ranked(asked: string): ExplainEntry[] {
  const tokens = words(asked);
  const scored = INDEX.map((indexed) => ({ entry: indexed.entry, score: score(indexed, asked, tokens) }));
  const best = Math.max(0, ...scored.map(({ score }) => score));
  return scored
    .filter(({ score }) => score > 0 && score >= best / 3)
    .sort((a, b) => b.score - a.score || a.entry.code.localeCompare(b.entry.code, 'en'))
    .slice(0, MOST)
    .map(({ entry }) => entry);
}

function score(indexed: Indexed, asked: string, tokens: readonly string[]): number {
  // A log line that holds the phone's text whole, such as `13:02 W710 Loader failed upgrade to P0S3-08-11-00`.
  const held = indexed.screen.filter((text) => text.includes(' ') && ` ${asked} `.includes(` ${text} `));
  let total = held.length > 0 ? 100 * Math.max(...held.map((text) => text.length)) : 0;
  let found = 0;
  for (const token of tokens) {
    const weight = Math.log(1 + CATALOGUE.length / (SPREAD.get(token) ?? 1));
    if (indexed.strong.has(token)) total += 3 * weight;
    else if (indexed.weak.has(token)) total += weight;
    else continue;
    found += 1;
  }
  // Most of what was asked has to be there, or a single common word would bring up the whole catalogue.
  return held.length > 0 || found * 2 > tokens.length ? total : 0;
}

function plain(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^a-z0-9*#.]+/g, ' ')
    .replace(/(^|\s)\.+|\.+(?=\s|$)/g, '$1')
    .trim();
}

function words(text: string): string[] {
  const kept = plain(text)
    .split(' ')
    .filter((word) => word !== '' && !COMMON.has(word));
  // `loop` and `loops` are one word to the operator.
  return [...new Set(kept.map((word) => (/[a-z]{3}[^s]s$/.test(word) ? word.slice(0, -1) : word)))];
}
