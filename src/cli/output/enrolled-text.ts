import type { Enrolled, Wish } from '../../app/list/enrol.ts';
import { type LoadName, parseLoadName } from '../../core/names/load-name.ts';
import { findSpelling } from '../../core/plan/loads-at-hand.ts';
import { DEFAULT_BATCH, type Enrolment } from '../../ports/store.ts';

/** What enrolling did to a phone, as one sentence without its full stop; `before` is how it was enrolled, where it was. */
export function enrolledText({ mac, target, from }: Wish, outcome: Enrolled, before: Enrolment | null = null): string {
  if (outcome === 'changed' && before !== null && isSameTarget(before.target, target)) {
    const runs = from === null || from === before.from ? '; its entry was changed' : `; it runs ${from}, as you say`;
    return `${mac} is on the list for ${target}${runs}`;
  }
  const text: Readonly<Record<Enrolled, string>> = {
    new: `is on the list for ${target}`,
    changed: `is on the list, now for ${target}`,
    again: `was held and starts again towards ${target}`,
    'going-on': `is on the list for ${target} already`,
    landed: `has landed on ${target} already`,
  };
  return `${mac} ${text[outcome]}`;
}

function isSameTarget(before: LoadName, target: LoadName): boolean {
  const parsed = parseLoadName(target);
  return parsed.ok && findSpelling(parsed.value, [before]) !== null;
}

/** In which batch a phone is that was off the list and is put on it again without a word about that; empty where there is nothing to tell. */
export function batchAgainText({ batch }: Wish, before: Enrolment | null, after: Enrolment | null): string {
  if (batch !== undefined || before === null || before.status === 'enrolled' || after === null) return '';
  const [was, is] = [JSON.stringify(before.batch), JSON.stringify(after.batch)];
  if (before.batch === after.batch) return after.batch === DEFAULT_BATCH ? '' : `, in batch ${is}`;
  return `, in batch ${is} (it was in ${was}; --batch names another)`;
}

const RESULTS: Readonly<Record<Enrolled, string>> = {
  new: 'new',
  changed: 'changed',
  again: 'started again',
  'going-on': 'unchanged',
  landed: 'landed already',
};

/** What a list did, in a line for each batch and target. */
export function listText(outcomes: ReadonlyMap<Wish, Enrolled>): string {
  const groups = new Map<string, [Wish, Enrolled][]>();
  for (const member of outcomes) {
    const key = JSON.stringify([member[0].batch ?? '', member[0].target]);
    groups.set(key, [...(groups.get(key) ?? []), member]);
  }
  return [...groups.values()].map(groupText).join('');
}

function groupText(members: readonly (readonly [Wish, Enrolled])[]): string {
  const wishes = members.map(([wish]) => wish);
  const [{ batch = '', target = '' } = {}] = wishes;
  const results = counted(members.map(([, outcome]) => RESULTS[outcome])).map(([name, count]) => `${count} ${name}`);
  const models = counted(wishes.map(({ model }) => model ?? 'model not said')).map(
    ([name, count]) => `${name}: ${count}`,
  );
  const filled = (['label', 'extension', 'port', 'serial'] as const).flatMap((column) => {
    const { length } = wishes.filter((wish) => (wish[column] ?? '') !== '');
    return length === 0 ? [] : [`${column}: ${length}`];
  });
  const parts = [results.join(', '), models.join(', '), ...(filled.length === 0 ? [] : [`with ${filled.join(', ')}`])];
  const where = batch === '' ? '' : ` in batch ${JSON.stringify(batch)}`;
  const are = members.length === 1 ? '1 phone is' : `${members.length} phones are`;
  return `${are} on the list${where} for ${target} (${parts.join('; ')})\n`;
}

/** How often each word comes, in the order of the alphabet. */
function counted(words: readonly string[]): readonly [string, number][] {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return [...counts].sort(([a], [b]) => (a < b ? -1 : 1));
}
