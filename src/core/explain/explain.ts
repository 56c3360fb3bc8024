import { nearestWord } from '../names/nearest-word.ts';
import { CATALOGUE, entryOf } from './catalogue.ts';
import { isLoadName } from './entries-load-names.ts';
import type { ExplainEntry, Explanation, LoadWords } from './entry.ts';
import { entriesOfName, namesIn } from './name-index.ts';

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
  readonly title: ReadonlySet<string>;
  /** The words of each sentence that says how it looks or why. */
  readonly sentences: readonly ReadonlySet<string>[];
}

const INDEX: readonly Indexed[] = CATALOGUE.map((entry) => ({
  entry,
  screen: entry.screen.map(plain),
  title: new Set(words(entry.title)),
  strong: new Set(words([entry.title, ...entry.screen].join(' '))),
  weak: new Set(words([entry.server ?? '', entry.cause, ...entry.advice].join(' '))),
  sentences: [entry.title, entry.server ?? '', entry.cause].flatMap((text) =>
    text.split(/[.:;](?:\s|$)/).map((sentence) => new Set(words(sentence))),
  ),
}));

/** How many entries hold a word: rare words say more. */
const SPREAD = new Map<string, number>();
for (const { strong, weak } of INDEX) {
  for (const word of new Set([...strong, ...weak])) SPREAD.set(word, (SPREAD.get(word) ?? 0) + 1);
}

/** A code, as loadstep writes it into its lines. */
const CODE = /\b[EP]_[A-Z0-9]+(?:_[A-Z0-9]+)*\b/g;

/** So many words of one sentence are no accident (invented). */
const LEAST_OF_SENTENCE = 3;
/** A single word that more entries hold than this names none of them (invented). */
const MOST_OF_ONE_WORD = 3;

/**
 * The entries that a code, a text of a phone, a requested name or a line of a log means, best first, at most eight. Empty when
 * nothing fits: an answer that only shares a word with the question would send its reader to the wrong cause.
 *
 * In order: a code, in any case, with or without `P_`/`E_`; a text that a phone shows; the codes in a line of loadstep; what a line of a log tells of; the name
 * of a file, alone or in a line; a phone's text inside a line; words that one entry has all of.
 */
export function explain(query: string, wordsOf: LoadWords = () => null): readonly Explanation[] {
  const text = query.trim();
  const asked = plain(text);
  if (asked === '') return [];
  const code = text.toUpperCase().replace(/[\s-]+/g, '_');
  const named = CATALOGUE.filter((entry) => entry.code === code || entry.code.slice(2) === code);
  const shown = INDEX.filter(({ screen }) => screen.includes(asked)).map(({ entry }) => entry);
  const literal = bare([...named, ...shown]);
  if (literal.length > 0) return literal;
  const coded = (text.match(CODE) ?? []).flatMap((one) => entryOf(one) ?? []);
  if (coded.length > 0) return bare(coded);
  // A code that is not in the catalogue is no question in words.
  if (/^[EP]_/.test(text)) return [];
  const whole = entriesOfName(text, wordsOf);
  if (whole.length > 0) return whole;
  const load = loadNamed(text, wordsOf);
  if (load !== null) return [load];
  const told = bare(CATALOGUE.filter((entry) => entry.match?.test(text) === true));
  const files = namesIn(text).flatMap((name) => entriesOfName(name, wordsOf));
  // What a line says only of a missing file is said by the name of the file.
  const lines = files.length > 0 ? told.filter(({ code }) => code !== 'P_NO_SUCH_FILE_ALONE') : told;
  const held = INDEX.filter(({ screen }) =>
    screen.some((one) => one.includes(' ') && ` ${asked} `.includes(` ${one} `)),
  );
  const phrases = bare([...held].sort((a, b) => longest(b, asked) - longest(a, asked)).map(({ entry }) => entry));
  const spoken = ranked(asked, (naming, tokens) => tokens.length > 1 && naming.length === tokens.length);
  const exact = once([...lines, ...bare(spoken), ...files, ...(lines.length + files.length > 0 ? [] : phrases)]);
  return exact.length > 0
    ? exact.slice(0, MOST)
    : bare(ranked(asked, (naming, tokens) => naming.length * 2 >= tokens.length));
}

/** The code, or the words on a display, that a mistyped text is near; null where it is near none. For a text that nothing explains. */
export function meantBy(query: string): string | null {
  const text = query.trim();
  const code = nearestWord(
    text.toUpperCase().replace(/[\s-]+/g, '_'),
    CATALOGUE.map((entry) => entry.code),
  );
  if (code !== null) return code;
  const shown = new Map(CATALOGUE.flatMap(({ screen }) => screen.map((one) => [plain(one), one] as const)));
  // Two letters of a short text may be most of it.
  const near = nearestWord(
    plain(text),
    [...shown.keys()].filter((one) => one.length >= LEAST_MISTYPED),
  );
  return near === null ? null : (shown.get(near) ?? null);
}

/** Shorter texts are near too many others (invented). */
const LEAST_MISTYPED = 8;

function bare(entries: readonly ExplainEntry[]): readonly Explanation[] {
  return [...new Set(entries)].map((entry) => ({ ...entry, about: null }));
}

function once(found: readonly Explanation[]): readonly Explanation[] {
  return found.filter(({ code }, at) => found.findIndex((other) => other.code === code) === at);
}

function longest({ screen }: Indexed, asked: string): number {
  return Math.max(0, ...screen.filter((one) => asked.includes(one)).map((one) => one.length));
}

function loadNamed(text: string, wordsOf: LoadWords): Explanation | null {
  const entry = entryOf('P_LOAD_NAME');
  if (entry === null || !isLoadName(text)) return null;
  const meant = wordsOf(text);
  return { ...entry, about: meant === null ? null : `It is ${meant}.` };
}

type Enough = (naming: readonly string[], tokens: readonly string[]) => boolean;

function ranked(asked: string, isEnough: Enough): readonly ExplainEntry[] {
  const tokens = words(asked);
  const scored = INDEX.map((indexed) => ({ entry: indexed.entry, score: score(indexed, tokens, isEnough) }));
  const best = Math.max(0, ...scored.map(({ score }) => score));
  return scored
    .filter(({ score }) => score > 0 && score >= best / 2)
    .sort((a, b) => b.score - a.score || a.entry.code.localeCompare(b.entry.code, 'en'))
    .slice(0, MOST)
    .map(({ entry }) => entry);
}

/** Zero unless every word that was asked stands in the entry, and enough of them in what names it, or all in one sentence. */
function score(indexed: Indexed, tokens: readonly string[], isEnough: Enough): number {
  const { strong, weak, title, sentences } = indexed;
  if (tokens.length === 0 || !tokens.every((token) => strong.has(token) || weak.has(token))) return 0;
  const naming = tokens.filter((token) => strong.has(token));
  const isOneSentence = sentences.some((sentence) => tokens.every((token) => sentence.has(token)));
  if (!isEnough(naming, tokens) && !(isOneSentence && tokens.length >= LEAST_OF_SENTENCE)) return 0;
  const [only = ''] = tokens;
  if (tokens.length === 1 && (!title.has(only) || (SPREAD.get(only) ?? 0) > MOST_OF_ONE_WORD)) return 0;
  const weight = (token: string) => Math.log(1 + CATALOGUE.length / (SPREAD.get(token) ?? 1));
  return tokens.reduce((sum, token) => sum + (strong.has(token) ? 3 : 1) * weight(token), 0);
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
