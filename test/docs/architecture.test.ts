import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { arrowsOf, circlesOf, drawHouse, floorsOf, homelessIn, readImports } from '../../scripts/house.mjs';

const root = join(import.meta.dirname, '..', '..');
const folders: string[] = [];

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

/** A house of the given files, each with the paths that it imports. */
function houseOf(files: Readonly<Record<string, readonly string[]>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'loadstep-house-'));
  folders.push(folder);
  for (const [file, imports] of Object.entries(files)) {
    mkdirSync(join(folder, dirname(file)), { recursive: true });
    writeFileSync(join(folder, file), imports.map((path) => `import { one } from '${path}';\n`).join(''));
  }
  return folder;
}

test('the picture of the rooms is what the imports say', () => {
  const page = readFileSync(join(root, 'docs', 'architecture.md'), 'utf8');
  const drawn = /<!-- rooms -->\n\n([\s\S]*)\n\n<!-- end of rooms -->/.exec(page)?.[1];
  expect(drawn, 'run: npm run docs').toBe(drawHouse());
});

test.each([null, 'cli', 'app', 'core', 'adapters'])('there is no circle between the rooms of %s', (layer) => {
  expect(circlesOf(arrowsOf(readImports(), layer))).toEqual([]);
});

test('every file of the product stands in a layer', () => {
  expect(homelessIn()).toEqual([]);
});

test('src/app and src/cli hold rooms, and beside them only the files that the page names', () => {
  const loose = (layer: string) => readdirSync(join(root, 'src', layer)).filter((name) => name.endsWith('.ts'));
  const page = readFileSync(join(root, 'docs', 'architecture.md'), 'utf8');
  const shown = [...page.matchAll(/^\| \d+ \| ([\w-]+) \|/gm)].map(([, room]) => `${room}.ts`);
  expect([...loose('app'), ...loose('cli')].filter((name) => !shown.includes(name))).toEqual([]);
});

test('two rooms that import each other by way of a third are a circle, and stand on no floor', () => {
  const folder = houseOf({
    'src/app/a/one.ts': ['../b/two.ts'],
    'src/app/b/two.ts': ['../c/three.ts'],
    'src/app/c/three.ts': ['../a/one.ts'],
    'src/app/d/four.ts': ['../a/one.ts'],
  });
  const arrows = arrowsOf(readImports(folder), 'app', folder);
  expect(circlesOf(arrows)).toEqual(['a/', 'b/', 'c/']);
  expect(floorsOf(arrows).has('a/')).toBe(false);
});

test('a room stands one floor above the highest that it imports', () => {
  const folder = houseOf({
    'src/app/a/one.ts': [],
    'src/app/b/two.ts': ['../a/one.ts'],
    'src/app/c/three.ts': ['../a/one.ts', '../b/two.ts'],
  });
  const floors = floorsOf(arrowsOf(readImports(folder), 'app', folder));
  expect([...floors].sort()).toEqual([
    ['a/', 0],
    ['b/', 1],
    ['c/', 2],
  ]);
});
