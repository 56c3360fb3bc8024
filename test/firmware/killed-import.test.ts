import { spawnSync } from 'node:child_process';
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { oneMomentIn } from '../support/kills.ts';
import { membersOf, tar, zip } from './archives.ts';
import { type Files, javaPackage, legacyPackage } from './builders.ts';
import { compiledChildren } from './compiled.ts';
import { runImport, treeOf, treeOfPackages } from './importing.ts';
import { tempFolder, writeFiles } from './trees.ts';

const script = join(compiledChildren(), 'import-and-die.js');
const LOAD = 'SIP42.9-4-2SR3-1S';
const OLD = 'P0S3-8-12-00';
const KEPT = 'P0S3-08-11-00';

/** The package of a folder, by what its files hold; work folders are none. */
function packagesIn(tree: Record<string, string>): Record<string, Record<string, string>> {
  const found: Record<string, Record<string, string>> = {};
  for (const [path, sum] of Object.entries(tree)) {
    const [folder = '', ...rest] = path.split('/');
    if (folder.startsWith('.loadstep-')) continue;
    found[folder] = { ...found[folder], [rest.join('/')]: sum };
  }
  return found;
}

function bare(files: Files): Record<string, string> {
  return packagesIn(treeOfPackages({ x: files })).x ?? {};
}

test('an import that is killed at a change leaves whole packages only, and the next one completes the store', async () => {
  const whole = legacyPackage(OLD, 'P003-8-12-00');
  const { 'P003-8-12-00.bin': _bin, ...lesser } = whole;
  const fresh = javaPackage(LOAD, '9-4-2ES26');
  const kept = legacyPackage(KEPT, 'P003-8-12-00');
  const sources = await writeFiles(await tempFolder(), {
    'java.zip': zip(membersOf(fresh)),
    'old.tar': tar([{ path: 'inner.zip', content: zip(membersOf(whole)) }]),
  });
  const before = (
    await runImport([await writeFiles(await tempFolder(), lesser), await writeFiles(await tempFolder(), kept)])
  ).root;
  const [isLesser, isWhole, isFresh, isKept] = [lesser, whole, fresh, kept].map(bare);
  const paths = ['java.zip', 'old.tar'].map((name) => join(sources, name));
  const seen = new Set<string>();
  let changes = Number.POSITIVE_INFINITY;
  for (let diesAt = 0; diesAt <= changes; diesAt += diesAt === 0 ? 1 : oneMomentIn(2)) {
    const base = await tempFolder();
    const root = join(base, 'store');
    await cp(before, root, { recursive: true });
    const child = spawnSync(process.execPath, [script, root, join(base, 'index.json'), String(diesAt), ...paths], {
      encoding: 'utf8',
    });
    // Number 0 is the run to its end, which tells how many changes there are to die at.
    if (diesAt === 0) changes = (JSON.parse(child.stdout) as { changes: number }).changes;
    expect(child.signal, `at ${diesAt}: ${child.stderr}`).toBe(diesAt === 0 ? null : 'SIGKILL');
    const left = packagesIn(await treeOf(root));
    const state = Object.entries(left).map(([folder, files]) => {
      if (folder === KEPT) expect(files, `at ${diesAt}`).toEqual(isKept);
      else if (folder === LOAD) expect(files, `at ${diesAt}`).toEqual(isFresh);
      else expect([isLesser, isWhole], `${folder} at ${diesAt}`).toContainEqual(files);
      return `${folder}:${Object.keys(files).length}`;
    });
    expect(
      Object.keys(left).some((folder) => folder.startsWith(OLD)),
      `no ${OLD} at ${diesAt}`,
    ).toBe(true);
    seen.add(state.sort().join(' '));
    await runImport(paths, { root, indexPath: join(base, 'index.json') });
    expect(await treeOf(root), `completed after ${diesAt}`).toEqual(
      treeOfPackages({ [LOAD]: fresh, [OLD]: whole, [KEPT]: kept }),
    );
  }
  expect(changes).toBeGreaterThan(40);
  // As before, with the first package, with both beside the replaced one, and complete.
  expect(seen.size).toBeGreaterThanOrEqual(4);
}, 240_000);
