// Runs before every test file of `scripts/mutate.mjs`: the same examples each time, and a note of the mutants it comes by.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect } from 'vitest';

fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: 20261128 });

const folder = process.env.LOADSTEP_HITS;
if (folder !== undefined) {
  /** What is met while the files are read, and what only the tests come by. */
  const met = { onImport: [], inTests: [] };
  let hits = new Set();
  globalThis.hit = (id) => hits.add(id);
  beforeAll(() => {
    met.onImport = [...hits];
    hits = new Set();
  });
  afterAll(() => {
    met.inTests = [...hits];
    const name = `${expect.getState().testPath?.replaceAll(/[/\\]/g, '+')}.json`;
    writeFileSync(join(folder, name), JSON.stringify(met));
  });
}
