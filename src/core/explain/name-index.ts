import { CATALOGUE } from './catalogue.ts';
import type { AskedPattern, ExplainEntry, Explanation, LoadWords } from './entry.ts';

/** The index by name pattern: every pattern of the catalogue with its entry. */
const PATTERNS: readonly { readonly entry: ExplainEntry; readonly asked: AskedPattern }[] = CATALOGUE.flatMap((entry) =>
  entry.asks.map((asked) => ({ entry, asked })),
);

/** What it means that a phone asks for a name; empty for a name that no pattern knows. Each entry comes once. */
export function entriesOfName(name: string, words: LoadWords): readonly Explanation[] {
  const whole = name.replace(/^\/+/, '');
  const last = whole.slice(whole.lastIndexOf('/') + 1);
  const found: Explanation[] = [];
  for (const { entry, asked } of PATTERNS) {
    if (found.some((one) => one.code === entry.code)) continue;
    const spelling = [whole, last].find((text) => asked.pattern.test(text));
    if (spelling !== undefined) found.push({ ...entry, about: asked.about?.(spelling, words) ?? null });
  }
  return found;
}

/** Whatever in a line of a log could be the name of a file: its words without the marks around them, and without folders of Windows in front. */
export function namesIn(line: string): readonly string[] {
  const words = line.split(/[\s"'<>`[\]=\\]+/).map((word) => word.replace(/^[([{]+|[)\]},;:.]+$/g, ''));
  // A name may end in a blank: `P0S3-8-12-00 .loads`.
  const blanks = [...line.matchAll(/[^\s"'<>`[\]=\\]+ +\.(?:loads|bin|sbn)\b/g)].map(([name]) => name);
  return [...new Set([...blanks, ...words])].filter((word) => word !== '');
}
