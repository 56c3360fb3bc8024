import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../src/adapters/package-root.ts';
import { differenceTable } from './differences.ts';
import { type Tally, tallyTable } from './outcomes.ts';
import { allPairs } from './pairs.ts';
import { driveThem, tryEveryStep } from './run.ts';

// npm run pairs: every step with every phone, every road through the fleet. Fails when something contradicts something, or docs/safety.md
// has other figures.
/** What is ready is tried once more with phones that do not run what they take, for one pair in so many. */
const STUBBORN_ONE_IN = 4;

const out = (text: string) => process.stdout.write(`${text}\n`);
const begin = performance.now();
const steps = await tryEveryStep();
const pairs = allPairs();
const { tallies, contradictions } = await driveThem(pairs, STUBBORN_ONE_IN, (done) => {
  if (done % 1000 === 0 && process.stderr.isTTY) process.stderr.write(`${done} of ${pairs.length} pairs\n`);
});
const seconds = ((performance.now() - begin) / 1000).toFixed(0);
const { user, system } = process.cpuUsage();
const processor = ((user + system) / 1e6).toFixed(0);
const tables = [tallyTable(tallies), differenceTable(steps.differences)];
const roads = tallies.reduce((sum: number, tally: Tally) => sum + tally.roads, 0);
out(
  `${pairs.length} pairs, ${steps.steps} of them steps; ${roads} roads in ${seconds} s, ${processor} s of them of one processor.\n`,
);
for (const table of tables) out(`${table}\n`);
for (const one of [...steps.contradictions, ...contradictions]) out(one);
const page = readFileSync(join(packageRoot(), 'docs', 'safety.md'), 'utf8');
const isOld = tables.some((table) => !page.includes(table));
if (isOld) out('docs/safety.md has other figures than these: put the tables above into its section "All pairs"');
process.exitCode = isOld || steps.contradictions.length + contradictions.length > 0 ? 1 : 0;
