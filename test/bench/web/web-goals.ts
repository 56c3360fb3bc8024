import type { GoalReport } from '../goals.ts';
import type { RouteFigures } from './asking.ts';
import type { Watched } from './watched.ts';

/** What looking costs a server: its processor time for a request and for a phone with onlookers, by that without. */
function costRatios(unseen: readonly Watched[], seen: readonly Watched[]) {
  const cost = (runs: readonly Watched[], shares: (run: Watched) => number) =>
    runs.reduce((sum, { conversion }) => sum + conversion.costMs * conversion.phones, 0) /
    runs.reduce((sum, run) => sum + shares(run), 0);
  const ratio = (shares: (run: Watched) => number) => cost(seen, shares) / cost(unseen, shares);
  return { request: ratio(({ conversion }) => conversion.asked), phone: ratio(({ conversion }) => conversion.phones) };
}

/** Bytes of a stream in a second. */
export const rateOf = ({ bytes, seconds }: { readonly bytes: number; readonly seconds: number }) => bytes / seconds;

/** Goals of a bench at which pages are open, for runs in turn. */
export function checkWatched(unseen: readonly Watched[], seen: readonly Watched[]): readonly GoalReport[] {
  const { request, phone } = costRatios(unseen, seen);
  const rate = Math.max(...seen.map(({ stream }) => (stream === null ? Number.NaN : rateOf(stream))));
  const p99 = Math.max(...seen.map(({ conversion }) => conversion.delay.p99));
  const isWhole = [...unseen, ...seen].every(
    ({ conversion: { phones, landed }, failed }) => landed === phones && failed === 0,
  );
  const goals = [
    {
      goal: 'processor time of the server with pages open below 1.15 x that without',
      measured: `${request.toFixed(2)} x for a request, ${phone.toFixed(2)} x for a phone`,
      // Both: questions that phones repeat are cheap, and would make the mean look better.
      isMet: Math.max(request, phone) < 1.15,
    },
    { goal: 'event loop delay p99 with pages open below 20 ms', measured: `${p99.toFixed(1)} ms`, isMet: p99 < 20 },
    { goal: 'the stream of a page below 30 kB/s', measured: `${(rate / 1000).toFixed(1)} kB/s`, isMet: rate < 30_000 },
  ];
  return goals.map((one) => ({ ...one, isMet: one.isMet && isWhole }));
}

/** The longest that an answer may take (issue 16). */
const LONGEST_MS = 100;

/** Whether a route answers in time: asked alone, the very first time included, and with several at a time. */
export function inTime({ firstMs, alone, together, refused }: RouteFigures) {
  const isWhole = refused === 0;
  return {
    alone: isWhole && Math.max(firstMs, alone.p99) < LONGEST_MS,
    together: isWhole && together !== null && together.p99 < LONGEST_MS,
  };
}
