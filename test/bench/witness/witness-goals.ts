import type { GoalReport } from '../goals.ts';
import type { Slice } from './decisions.ts';
import type { Hours } from './hours.ts';
import type { Storm } from './storms.ts';

/** How long a walk of 48 ports took, several times. */
export interface Walk {
  readonly kind: string;
  readonly tookMs: readonly number[];
}

interface Figures {
  readonly decisions: readonly Slice[] | null;
  readonly storms: readonly Storm[] | null;
  readonly hours: Hours | null;
  readonly walks: readonly Walk[] | null;
}

/** The goals of docs/performance.md about phones that say what they run; null: that part did not run. */
export function checkWitness({ decisions, storms, hours, walks }: Figures): readonly GoalReport[] {
  return [
    ...(decisions === null ? [] : besideWitnesses(decisions)),
    ...(storms === null ? [] : stormGoals(storms)),
    ...(hours === null ? [] : [flatMemory(hours)]),
    ...(walks === null || walks.length === 0 ? [] : [shortWalk(walks)]),
  ];
}

/** Where others take that much of the machine, what the clock tells is how long the server waited for a processor (invented). */
const CROWDED = 0.2;

/** Each slice by the mean of those before and after it in which nothing went on, so that a slow minute of the machine hits both. */
function besideWitnesses(slices: readonly Slice[]): readonly GoalReport[] {
  const quiet = 'nobody is witnessed';
  const kinds = [...new Set(slices.map(({ kind }) => kind))].filter((kind) => kind !== quiet);
  return kinds.map((kind) => {
    const ratio = (of: (slice: Slice) => number) =>
      median(
        slices.flatMap((slice, at) => {
          if (slice.kind !== kind) return [];
          const around = [slices[at - 1], slices[at + 1]].filter((one) => one?.kind === quiet) as Slice[];
          return [of(slice) / (around.reduce((sum, one) => sum + of(one), 0) / around.length)];
        }),
      );
    const [cost, p50, p99] = [ratio((one) => one.costUs), ratio((one) => one.p50), ratio((one) => one.p99)];
    const others = median(slices.map(({ othersShare }) => othersShare));
    const isQuiet = others < CROWDED;
    const clock = `p50 ${p50.toFixed(2)} x, p99 ${p99.toFixed(2)} x`;
    return {
      goal: `${kind}: a decision takes less than 1.1 x as long as without`,
      measured: `processor time ${cost.toFixed(2)} x, what was witnessed in it; ${clock}${isQuiet ? '' : `, which says little: others took ${(others * 100).toFixed(0)} % of the machine`}`,
      isMet: cost < 1.1 && (!isQuiet || p50 < 1.1),
    };
  });
}

function stormGoals(storms: readonly Storm[]): readonly GoalReport[] {
  const ours = storms.filter(({ server }) => server === 'loadstep');
  const peers = storms.filter(({ server }) => server !== 'loadstep');
  const all = ours.filter(({ atOnce, phones }) => atOnce === phones);
  const slowest = Math.max(...all.map(({ seconds }) => seconds));
  const cost = (of: readonly Storm[]) =>
    median(of.filter(({ kind, atOnce, phones }) => kind === 'again' && atOnce < phones).map(({ costUs }) => costUs));
  const times = cost(peers) / cost(ours);
  const goal = 'per core-second as many registrations as Kamailio with its example configuration';
  const measured = `${times.toFixed(2)} x (${(1e6 / cost(ours)).toFixed(0)} and ${(1e6 / cost(peers)).toFixed(0)})`;
  return [
    {
      goal: `${ours[0]?.phones ?? 0} phones that register at once have their answer within 20 s`,
      measured: `the last one after ${slowest.toFixed(1)} s, in the slowest of ${all.length} storms`,
      isMet: slowest <= 20 && all.every(({ registered, phones }) => registered === phones),
    },
    { goal: `${goal}: at least 0.5 x`, measured, isMet: peers.length === 0 ? null : times >= 0.5 },
    { goal: `${goal}: the aim, 2 x`, measured, isMet: peers.length === 0 ? null : times >= 2 },
  ];
}

/** The last third of the time by the second one. */
function flatMemory({ memoryMb, answered, registrations, alive }: Hours): GoalReport {
  const third = Math.floor(memoryMb.length / 3);
  const [earlier, later] = [memoryMb.slice(third, -third), memoryMb.slice(-third)].map(median) as [number, number];
  return {
    goal: 'memory flat over the hours of phones that stay registered',
    measured: `${earlier.toFixed(0)} MB, then ${later.toFixed(0)} MB; ${answered} of ${registrations + alive} answered`,
    isMet: later < earlier * 1.05 && answered === registrations + alive,
  };
}

function shortWalk(walks: readonly Walk[]): GoalReport {
  const slowest = Math.max(...walks.flatMap(({ tookMs }) => tookMs));
  return { goal: 'a walk of 48 ports below 2 s', measured: `${slowest} ms at most`, isMet: slowest < 2_000 };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length / 2;
  return ((sorted[Math.floor(half)] ?? 0) + (sorted[Math.ceil(half) - 1] ?? 0)) / 2;
}
