import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Pool } from './pool.mjs';

/**
 * What each test file comes by: ids of mutants `onImport` and `inTests`, and how long it takes. What `kept` holds of a test file is taken
 * as long as neither it nor the rules have changed. Test files that fail as they are kill nothing and are left out of everything.
 */
export async function readHits({ root, sources, tests, kept, digest, say }) {
  const rules = digest(...sources.map((file) => readFileSync(join(root, file), 'utf8')));
  const keyOf = (test) => digest(rules, readFileSync(join(root, test), 'utf8'));
  const stale = tests.filter((test) => kept[test]?.key !== keyOf(test));
  for (const test of Object.keys(kept)) if (!tests.includes(test)) delete kept[test];
  if (stale.length === 0) return kept;
  const folder = mkdtempSync(join(tmpdir(), 'loadstep-hits-'));
  const pool = new Pool(root, 1, { hits: sources, folder });
  try {
    await pool.each(stale, async (test, runner) => {
      const { killedBy, durations } = await runner.run({ mutant: null, tests: [test] });
      const met = killedBy === null ? readMet(folder, root, test) : { onImport: [], inTests: [] };
      kept[test] = { key: keyOf(test), ms: durations?.[test] ?? 0, ...met };
      say(
        `${test}: ${met.inTests.length} mutants in ${kept[test].ms} ms${killedBy === null ? '' : ', FAILS as it is'}`,
      );
    });
  } finally {
    await pool.stop();
    rmSync(folder, { recursive: true });
  }
  return kept;
}

function readMet(folder, root, test) {
  try {
    return JSON.parse(readFileSync(join(folder, `${`${root}/${test}`.replaceAll('/', '+')}.json`), 'utf8'));
  } catch {
    return { onImport: [], inTests: [] };
  }
}
