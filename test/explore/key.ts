/** Names of moments in what is kept: they differ in every run, and only how they stand to now makes a difference. */
const MOMENT = /(?:^|[a-z])(?:At|at|[Ss]ince|[Uu]ntil)$/;
/** The rules tell no higher counts apart: the highest that one of them asks for is the twelfth start of an image. */
const MOST_COUNTED = 13;
/** Learnt times move deadlines, and every deadline is passed in one move; revisions count orders. */
const LEFT_OUT = new Set(['budgets', 'revision']);

/** Lists in which the order tells nothing. */
const SETS = new Set(['avoid', 'disproven', 'followed', 'software', 'tries']);

/** What is kept, as a text in which moments are replaced by how they stand to `now`, and keys stand in order. */
export function canonical(value: unknown, now: number, name = ''): string {
  if (LEFT_OUT.has(name)) return '';
  if (typeof value === 'number') return numberText(value, now, name);
  if (Array.isArray(value)) {
    // Only of the last name of a boot is it asked how often it was said.
    const isTrace = name === 'steps';
    const last = value.length - 1;
    const texts = value.map((one, n) => canonical(isTrace && n < last ? { ...one, times: 1 } : one, now));
    return `[${(SETS.has(name) ? texts.sort() : texts).join()}]`;
  }
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'undefined';
  const fields = Object.entries(value)
    .filter(([, one]) => one !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${fields.map(([key, one]) => `${key}:${canonical(one, now, key)}`).join()}}`;
}

function numberText(value: number, now: number, name: string): string {
  if (MOMENT.test(name)) return value > now ? 'ahead' : 'past';
  return String(Math.min(value, MOST_COUNTED));
}
