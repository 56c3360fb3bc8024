import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { javaPackage, legacyPackage } from './builders.ts';
import { runImport, told, treeOf, treeOfPackages } from './importing.ts';
import { tempFolder } from './trees.ts';

const FIXTURES = join(import.meta.dirname, '..', 'fixtures', 'firmware');
const OLD = { 'P0S3-8-12-00': legacyPackage('P0S3-8-12-00', 'P003-8-12-00') };
const JAVA = { 'SIP42.9-4-2SR3-1S': javaPackage('SIP42.9-4-2SR3-1S', '9-4-2ES26') };

const archives: [string, typeof OLD | typeof JAVA][] = [
  ['info-zip.zip', { ...OLD, ...JAVA }],
  ['bsd.zip', { ...OLD, ...JAVA }],
  ['gnu.tar.gz', { ...OLD, ...JAVA }],
  ['bsd.tar.gz', { ...OLD, ...JAVA }],
  ['gnu-pax.tar.gz', JAVA],
];

for (const [name, packages] of archives) {
  test(`${name}, made by a real archiver from folders with odd names, imports`, async () => {
    const run = await runImport([join(FIXTURES, name)]);
    expect(told(run).sort()).toEqual(Object.keys(packages).map((load) => `imported ${load}`));
    expect(await treeOf(run.root)).toEqual(treeOfPackages(packages));
  });
}

for (const name of ['gnu', 'bsd']) {
  test(`the bare tar of ${name}tar imports`, async () => {
    const path = join(await tempFolder(), 'firmware.tar');
    await writeFile(path, gunzipSync(await readFile(join(FIXTURES, `${name}.tar.gz`))));
    const run = await runImport([path]);
    expect(await treeOf(run.root)).toEqual(treeOfPackages({ ...OLD, ...JAVA }));
  });
}
