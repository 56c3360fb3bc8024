/** What may become of one phone on one road, and what that means. */
const OUTCOMES = [
  'landed',
  'ran it already',
  'cannot show it',
  'warned, and held',
  'refused',
  'careful',
  'kept what it ran, and held',
] as const;

export type Outcome =
  /**
   * `landed`: it runs the target and took its bytes. `ran it already`: it was given no image, and showed that it runs it. `cannot show it`:
   * it runs the target, was given no image and is held, since nothing that it asks can show it. `warned, and held`: `plan` warned that
   * something is not known of a step, the phone did not take it and is held with a code. `refused`: `plan` refuses, the fleet holds it with
   * that code, and no load that the phone takes leads to the target. `careful`: the same, and the phone might be brought there; the refusal says
   * why it is made. `kept what it ran, and held`: the road is ready, the phone took files of it and did not run them, and it is held with a code.
   */
  (typeof OUTCOMES)[number] | 'contradiction';

/** What came of all roads with one kind of phone. */
export interface Tally {
  readonly kind: string;
  readonly outcomes: ReadonlyMap<Outcome, number>;
  readonly roads: number;
}

/** Tallies of several shares of the roads, with the same kinds of phones in the same order, as one. */
export function added(shares: readonly (readonly Tally[])[]): readonly Tally[] {
  const [first = []] = shares;
  return first.map(({ kind }, n) => {
    const same = shares.flatMap((share) => share[n] ?? []);
    const outcomes = new Map<Outcome, number>();
    for (const [outcome, times] of same.flatMap((tally) => [...tally.outcomes])) {
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + times);
    }
    return { kind, outcomes, roads: same.reduce((sum, { roads }) => sum + roads, 0) };
  });
}

/** The table as docs/safety.md has it. */
export function tallyTable(tallies: readonly Tally[]): string {
  const head = ['phone', 'roads', ...OUTCOMES, 'contradictions'];
  const rows = tallies.map(({ kind, outcomes, roads }) => {
    const counts = OUTCOMES.map((outcome) => outcomes.get(outcome) ?? 0);
    return [kind, roads, ...counts, outcomes.get('contradiction') ?? 0];
  });
  return [head, head.map((_, n) => (n === 0 ? '---' : '---:')), ...rows]
    .map((row) => `| ${row.join(' | ')} |`)
    .join('\n');
}
