// A process of `scripts/mutate.mjs`: keeps one vitest warm and runs test files against one mutant after the other.
// Messages in: `{ mutant, tests }`, with the mutant's text in it, or null for the code as it is, or `{ hits, tests }` to note what each
// test file comes by. Messages out: `{ ready }`, `{ beat }` for each test file, `{ busyMs }` each second, and
// `{ done, killedBy, test, durations }` at the end.
import { readFileSync } from 'node:fs';
import { createVitest } from 'vitest/node';
import { mutantsOf, withHits, withMutant } from './mutants.mjs';

const [root, hitsOf] = process.argv.slice(2);
const hit = new Set(JSON.parse(hitsOf ?? '[]'));
let present = null;
/** Test files that have come to their end in this run: vitest's own list still has those of the runs before. */
let ended = [];

function noteEnd(testModule) {
  ended.push(testModule);
  process.send({ beat: testModule.moduleId });
}

const plugin = {
  name: 'mutants',
  enforce: 'pre',
  transform(code, id) {
    if (present !== null && id === `${root}/${present.file}`) return { code: withMutant(code, present), map: null };
    const file = id.startsWith(`${root}/`) ? id.slice(root.length + 1) : null;
    return hit.has(file) ? { code: withHits(code, mutantsOf(file, readFileSync(id, 'utf8'))), map: null } : undefined;
  },
};

/** Test files run in the order in which they are named: the likeliest to fail first. */
class AsNamed {
  shard = (files) => files;
  sort = (files) => files;
}

const vitest = await createVitest(
  'test',
  {
    root,
    // Not that of the tests: its projects pass over the plugin and what else is given here.
    config: false,
    include: ['test/**/*.test.ts'],
    provide: { plane: 'here' },
    watch: false,
    pool: 'threads',
    // A fresh worker for every file costs more than most files: only to note what each of them comes by it has to be.
    isolate: hit.size > 0,
    fileParallelism: false,
    maxWorkers: 1,
    // A test in virtual time that waits for what never comes; a crowded machine takes long for the others.
    testTimeout: 60_000,
    bail: hit.size > 0 ? 0 : 1,
    setupFiles: [`${root}/scripts/mutate/setup.mjs`],
    sequence: { sequencer: AsNamed },
    reporters: [{ onTestModuleEnd: noteEnd }],
  },
  { plugins: [plugin], logLevel: 'silent' },
);
const [project] = vitest.projects;

async function run({ mutant, tests }) {
  for (const one of [present, mutant]) if (one) vitest.invalidateFile(`${root}/${one.file}`);
  present = mutant;
  const specifications = tests.map((test) => project.createSpecification(`${root}/${test}`));
  ended = [];
  const { unhandledErrors } = await vitest.runTestSpecifications(specifications);
  const failed = ended.find((one) => one.state() === 'failed');
  const nameOf = (one) => one.moduleId.slice(root.length + 1);
  const durations = Object.fromEntries(ended.map((one) => [nameOf(one), Math.round(one.diagnostic().duration)]));
  const firstFault = failed && [...failed.children.allTests('failed')][0]?.fullName;
  const killedBy = failed ? nameOf(failed) : unhandledErrors.length > 0 ? 'an error outside of a test' : null;
  process.send({ done: true, killedBy, test: firstFault ?? null, durations });
}

process.on('message', (message) => {
  run(message).catch((error) => process.send({ done: true, killedBy: null, fault: String(error?.stack ?? error) }));
});
// Time that this process has computed, in all its threads: on a crowded machine the time of day tells nothing.
setInterval(() => {
  const { user, system } = process.cpuUsage();
  process.send({ busyMs: (user + system) / 1000 });
}, 1000);
process.on('disconnect', () => process.exit());
process.send({ ready: true });
