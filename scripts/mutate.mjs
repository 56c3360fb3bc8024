// Breaks the rules of the phone in one place after the other and tells which breaks no test notices.
//   node scripts/mutate.mjs [--sample 500] [--seed 1] [--jobs 1] [--file PART] [--quick] [--again] [--all]
// What was killed is kept in node_modules/.cache, so that the next run takes only what survived and what is new; --again takes everything.
// --quick leaves out the tests that draw their examples by lot.
// The exit code is 0 when at least nine of ten were killed. docs/safety.md says what survives and why.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { filesIn } from './mutate/files.mjs';
import { readHits } from './mutate/hits.mjs';
import { mutantsOf, sampleOf } from './mutate/mutants.mjs';
import { Pool } from './mutate/pool.mjs';
import { TypeCheck } from './mutate/type-check.mjs';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const KEPT = join(ROOT, 'node_modules/.cache/loadstep-mutate.json');
/** What is named as killer where the type checker refuses what no test notices. */
const TYPES = 'the type checker';
/** Tests that draw their examples by lot: the longest by far, and what they notice others mostly notice, too. */
const BY_LOT = [
  'test/plan/plan-properties.test.ts',
  ...['busy-phones', 'bystanders', 'landed-phones', 'no-unsafe-load', 'restart'].map(
    (name) => `test/safety/${name}.test.ts`,
  ),
];
/** The rooms that hold the rules. */
const ROOMS = ['machines', 'src/core/identify', 'src/core/plan', 'src/core/answer'];
/** Tests that run in one process, in virtual time; those of sockets, of other programs and of whole commands would take hours. */
const STARTS_PROGRAMS = ['test/safety/datagrams.test.ts'];
const TESTS = [
  ...['plan', 'identify', 'answer', 'machines', 'explain', 'app', 'safety', 'report'].map((room) => `test/${room}`),
  'test/firmware/commands.test.ts',
  'test/library/questions.test.ts',
];

const { values: options } = parseArgs({
  options: {
    sample: { type: 'string', default: '500' },
    seed: { type: 'string', default: '1' },
    jobs: { type: 'string', default: '1' },
    file: { type: 'string', default: '' },
    again: { type: 'boolean', default: false },
    all: { type: 'boolean', default: false },
    quick: { type: 'boolean', default: false },
  },
});

const sources = ROOMS.flatMap((room) => filesIn(ROOT, room, '.ts'));
const tests = TESTS.flatMap((place) => (place.endsWith('.ts') ? [place] : filesIn(ROOT, place, '.test.ts'))).filter(
  (test) => !STARTS_PROGRAMS.includes(test),
);
const every = sources.flatMap((file) => mutantsOf(file, readFileSync(join(ROOT, file), 'utf8')));
const chosen = options.all ? every : sampleOf(every, options.seed, Number(options.sample));
const sample = chosen.filter(({ file }) => file.includes(options.file));
const kept = { hits: {}, killed: {}, survived: [], ...(options.again ? {} : readKept()) };

say(
  `${every.length} mutants in ${sources.length} files; ${sample.length} of them are tried with ${tests.length} test files`,
);
const hits = await readHits({ root: ROOT, sources, tests, kept: kept.hits, digest, say });
writeKept();
if (!Object.values(hits).some(({ inTests }) => inTests.length > 0)) {
  say('no test comes by any mutant: the tests do not run on the code that is broken here, and nothing can be told');
  process.exit(2);
}

const kills = new Map();
const pool = new Pool(ROOT, Number(options.jobs));
const types = new TypeCheck(ROOT);
// What is new first: what survived before takes longest.
const left = sample
  .filter(({ id }) => kept.killed[id] === undefined)
  .sort((a, b) => Number(kept.survived.includes(a.id)) - Number(kept.survived.includes(b.id)));
say(`${sample.length - left.length} were killed before; ${left.length} are left`);
let done = 0;
const survivors = [];
await pool.each(left, async (mutant, runner) => {
  const fit = fittest(mutant);
  const outcome = fit.length === 0 ? { killedBy: null } : await runner.run({ mutant, tests: fit });
  const { test, fault } = outcome;
  const killedBy = outcome.killedBy ?? (types.refuses(mutant) ? TYPES : null);
  done += 1;
  const what = `${mutant.file}:${mutant.line} ${mutant.operator} ${brief(mutant.was)} -> ${brief(mutant.text) || 'nothing'}`;
  kept.survived = kept.survived.filter((id) => id !== mutant.id);
  if (killedBy === null) {
    survivors.push(mutant);
    kept.survived.push(mutant.id);
  } else {
    kept.killed[mutant.id] = { by: killedBy, test };
    kills.set(`${mutant.file} ${killedBy}`, (kills.get(`${mutant.file} ${killedBy}`) ?? 0) + 1);
  }
  writeKept();
  say(
    `${done}/${left.length} ${killedBy === null ? `SURVIVES (${fit.length} test files)` : `killed by ${killedBy}:`} ${what}${fault ? ` ${fault}` : ''}`,
  );
});
await pool.stop();
types.stop();
tell();

/** The test files that come by a mutant: those first that have killed most of its file, then those that are done soonest. */
function fittest({ id, file }) {
  const rank = (test) => [-(kills.get(`${file} ${test}`) ?? 0), hits[test].inTests.includes(id) ? 0 : 1, hits[test].ms];
  return tests
    .filter((test) => !options.quick || !BY_LOT.includes(test))
    .filter((test) => hits[test].inTests.includes(id) || hits[test].onImport.includes(id))
    .map((test) => ({ test, rank: rank(test) }))
    .sort((a, b) => a.rank[0] - b.rank[0] || a.rank[1] - b.rank[1] || a.rank[2] - b.rank[2])
    .map(({ test }) => test);
}

function tell() {
  const commit = execFileSync('git', ['-C', ROOT, 'rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim();
  const isClean = execFileSync('git', ['-C', ROOT, 'status', '--porcelain'], { encoding: 'utf8' }).trim() === '';
  const killed = sample.length - survivors.length;
  const byTypes = sample.filter(({ id }) => kept.killed[id]?.by === TYPES).length;
  const percent = ((100 * killed) / sample.length).toFixed(1);
  say('');
  for (const { file, line, operator, was, text } of survivors.sort((a, b) =>
    a.file + a.line < b.file + b.line ? -1 : 1,
  ))
    say(`${file}:${line} ${operator} ${brief(was)} -> ${brief(text) || 'nothing'}`);
  say(`${byTypes} of them by the type checker alone`);
  say(
    `${killed} of ${sample.length} killed (${percent} %), seed ${options.seed}, commit ${commit}${isClean ? '' : ' with changes'}`,
  );
  process.exitCode = killed >= 0.9 * sample.length ? 0 : 1;
}

function readKept() {
  try {
    return JSON.parse(readFileSync(KEPT, 'utf8'));
  } catch {
    return {};
  }
}

function writeKept() {
  mkdirSync(dirname(KEPT), { recursive: true });
  // A run that is stopped in the middle of this loses nothing.
  writeFileSync(`${KEPT}.new`, JSON.stringify(kept));
  renameSync(`${KEPT}.new`, KEPT);
}

function brief(text) {
  const line = text.replaceAll(/\s+/g, ' ');
  return line.length > 90 ? `${line.slice(0, 87)}...` : line;
}

function digest(...texts) {
  return createHash('sha256').update(texts.join('\n')).digest('hex').slice(0, 16);
}

function say(line) {
  process.stdout.write(`${line}\n`);
}
