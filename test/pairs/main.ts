import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { packageRoot } from '../../src/adapters/package-root.ts';
import { differenceTable } from './differences.ts';
import { added, type Tally, tallyTable } from './outcomes.ts';
import { allPairs } from './pairs.ts';
import { type Driven, driveThem, tryEveryStep } from './run.ts';

// npm run pairs: every step with every phone, every road through the fleet, with a thread for each core. Fails when something contradicts
// something, or docs/safety.md has other figures.
/** What is ready is tried once more with phones that do not run what they take, for one pair in so many. */
const STUBBORN_ONE_IN = 4;
const MOST_THREADS = 8;

/** Which pairs one thread drives: from the first to before the last. */
interface Share {
  readonly from: number;
  readonly to: number;
}

const out = (text: string) => process.stdout.write(`${text}\n`);

function driveInThread(share: Share): Promise<Driven> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL(import.meta.url), { workerData: share });
    worker.once('message', resolve);
    worker.once('error', reject);
  });
}

async function main(): Promise<void> {
  const begin = performance.now();
  const pairs = allPairs();
  const threads = Math.min(MOST_THREADS, availableParallelism());
  // Each share begins at one of the pairs that are tried with stubborn phones, so that those are the same however many share the work.
  const size = Math.ceil(pairs.length / threads / STUBBORN_ONE_IN) * STUBBORN_ONE_IN;
  const shares = Array.from({ length: threads }, (_, n) => ({ from: n * size, to: (n + 1) * size }));
  const [steps, ...driven] = await Promise.all([tryEveryStep(), ...shares.map(driveInThread)]);
  const seconds = ((performance.now() - begin) / 1000).toFixed(0);
  const { user, system } = process.cpuUsage();
  const processor = ((user + system) / 1e6).toFixed(0);
  const tallies = added(driven.map((one) => one.tallies));
  const contradictions = driven.flatMap((one) => one.contradictions);
  const tables = [tallyTable(tallies), differenceTable(steps.differences)];
  const roads = tallies.reduce((sum: number, tally: Tally) => sum + tally.roads, 0);
  out(
    `${pairs.length} pairs, ${steps.steps} of them steps; ${roads} roads in ${seconds} s on ${threads} threads, ${processor} s of processor time.\n`,
  );
  for (const table of tables) out(`${table}\n`);
  for (const one of [...steps.contradictions, ...contradictions]) out(one);
  const page = readFileSync(join(packageRoot(), 'docs', 'safety.md'), 'utf8');
  const isOld = tables.some((table) => !page.includes(table));
  if (isOld) out('docs/safety.md has other figures than these: put the tables above into its section "All pairs"');
  process.exitCode = isOld || steps.contradictions.length + contradictions.length > 0 ? 1 : 0;
}

if (isMainThread) await main();
else {
  const { from, to } = workerData as Share;
  parentPort?.postMessage(await driveThem(allPairs().slice(from, to), STUBBORN_ONE_IN));
}
