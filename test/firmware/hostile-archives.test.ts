import { readdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { gzip, membersOf, tar, zip } from './archives.ts';
import { ascii, javaPackage, legacyPackage, signed } from './builders.ts';
import { importFiles, runImport, told, treeOf, treeOfPackages } from './importing.ts';
import { tempFolder, writeFiles } from './trees.ts';

const LOAD = 'SIP42.9-4-2SR3-1S';
const OLD = 'P0S3-8-12-00';
const java = () => javaPackage(LOAD, '9-4-2ES26');
const legacy = () => legacyPackage(OLD, 'P003-8-12-00');

describe('hostile archives', () => {
  const outside = async () => {
    const base = await tempFolder();
    return { base, root: join(base, 'store') };
  };

  const hostile: [string, string][] = [
    [`../../${OLD}.sb2`, 'unsafe-path'],
    [`/tmp/${OLD}.sb2`, 'unsafe-path'],
    [`a/../../${OLD}.sb2`, 'unsafe-path'],
    [`..\\..\\${OLD}.sb2`, 'unsafe-path'],
    [`C:\\${OLD}.sb2`, 'unsafe-path'],
  ];
  for (const [path, code] of hostile) {
    test(`a member ${path} is refused, and nothing is written outside the store`, async () => {
      for (const pack of [tar, zip]) {
        const { base, root } = await outside();
        const run = await importFiles(
          { evil: pack([{ path, content: legacy()[`${OLD}.sb2`] as Uint8Array }, ...membersOf(java())]) },
          { root },
        );
        expect(told(run).sort()).toEqual([`imported ${LOAD}`, `refused  ${code}`]);
        expect(await readdir(base)).toEqual(['store']);
        expect(await treeOf(root)).toEqual(treeOfPackages({ [LOAD]: java() }));
      }
    });
  }

  test('links and devices are refused, all of them in one line', async () => {
    const links = [
      { path: `${OLD}.sb2`, type: '2', link: '/etc/passwd' },
      { path: `${OLD}.sbn`, type: '1', link: '../x' },
      { path: 'null.bin', type: '3' },
      { path: 'fifo.bin', type: '6' },
    ];
    const run = await importFiles({ evil: tar([...links, ...membersOf(java())]) });
    expect(told(run).sort()).toEqual([`imported ${LOAD}`, 'refused  link-refused']);
    const refused = run.events.find((event) => event.event === 'package.refused');
    expect(refused?.files).toEqual([`${OLD}.sb2`, `${OLD}.sbn`, 'null.bin', 'fifo.bin']);
    const zipped = await importFiles({
      evil: zip([{ path: `${OLD}.sb2`, content: ascii('/etc/passwd'), mode: 0o120777 }, ...membersOf(java())]),
    });
    expect(told(zipped).sort()).toEqual([`imported ${LOAD}`, 'refused  link-refused']);
  });

  test('archives without end are refused', async () => {
    let bomb = tar([{ path: 'x.bin', content: ascii('x') }]);
    for (let depth = 0; depth < 12; depth++) bomb = tar([{ path: `${depth}.tar`, content: bomb }]);
    expect(told(await importFiles({ bomb }))).toEqual(['refused  too-deep']);
    let zips = zip([{ path: 'x.bin', content: ascii('x') }]);
    for (let depth = 0; depth < 12; depth++) zips = zip([{ path: `${depth}.zip`, content: zips }]);
    expect(told(await importFiles({ zips }))).toEqual(['refused  too-deep']);
    let streams: Uint8Array = ascii('x');
    for (let depth = 0; depth < 12; depth++) streams = gzip(streams);
    expect(told(await importFiles({ streams }))).toEqual(['refused  too-deep']);
  });

  test('an archive that unpacks to more than the limit is refused and leaves nothing behind', async () => {
    const bomb = gzip(tar([{ path: `${OLD}.sb2`, content: new Uint8Array(3_000_000) }]));
    const run = await importFiles({ bomb }, { limits: { unpackedBytes: 1_000_000 } });
    expect(told(run)).toEqual(['refused  too-big']);
    expect(await readdir(run.root)).toEqual([]);
  });

  test('a load file that no phone could hold is refused', async () => {
    const member = { path: `${OLD}.sb2`, content: signed(`${OLD}.sb2`, new Uint8Array(33 * 1024 * 1024)) };
    expect(told(await importFiles({ 'a.zip': zip([member, ...membersOf(java())]) }))).toContain('refused  too-big');
  });

  test('an archive of more members than the limit is refused', async () => {
    const run = await importFiles({ 'a.tar': tar(membersOf(java())) }, { limits: { members: 3 } });
    expect(told(run)).toEqual(['refused  too-many']);
  });

  test('links of a folder are followed inside it only', async () => {
    const secret = await writeFiles(await tempFolder(), legacy());
    const folder = await writeFiles(await tempFolder(), java());
    await symlink(secret, join(folder, 'elsewhere'));
    await symlink(join(secret, `${OLD}.sb2`), join(folder, `${OLD}.sb2`));
    await symlink('.', join(folder, 'round'));
    expect(told(await runImport([folder]))).toEqual([`imported ${LOAD}`]);
  });
});
