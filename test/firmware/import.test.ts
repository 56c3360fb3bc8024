import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openFirmwareStore } from '../../src/adapters/firmware/firmware-store.ts';
import { asStoreError } from '../../src/adapters/firmware/staging.ts';
import { cop, gzip, membersOf, tar, zip } from './archives.ts';
import { ascii, cat, type Files, javaPackage, legacyPackage, noise, rawImage, signed, textMode } from './builders.ts';
import { importFiles, runImport, told, treeOf, treeOfPackages } from './importing.ts';
import { tempFolder, writeFiles } from './trees.ts';

const LOAD = 'SIP42.9-4-2SR3-1S';
const OLD = 'P0S3-8-12-00';
const LOADER = 'P003-8-12-00';
const java = () => javaPackage(LOAD, '9-4-2ES26');
const legacy = () => legacyPackage(OLD, LOADER);

describe('every form in which firmware is passed on', () => {
  const extras: Files = {
    'copstart.sh': ascii('#!/bin/sh\n'),
    'load434.txt': ascii('434 SIP42.9-4-2SR3-1S 11 // x\n'),
  };
  const forms: [string, () => Uint8Array][] = [
    ['cmterm-7942_7962-sip.9-4-2SR3-1.zip', () => zip(membersOf(java()))],
    ['cmterm-7942_7962-sip.9-4-2SR3-1.tar', () => tar(membersOf(java()))],
    [
      'a tar with ./ and folders.tar',
      () => tar([{ path: './', type: '5' }, { path: './a b/', type: '5' }, ...membersOf(java(), './a b/')]),
    ],
    ['cmterm-7942_7962-sip.9-4-2SR3-1.tar.gz', () => gzip(tar(membersOf(java())))],
    ['cmterm-7942_7962-sip.9-4-2SR3-1.cop', () => gzip(tar(membersOf({ ...java(), ...extras })))],
    [
      'cmterm-7942_7962-sip.9-4-2SR3-1.cop.sgn',
      () => cop('cmterm-7942_7962-sip.9-4-2SR3-1.cop.sgn', membersOf({ ...java(), ...extras })),
    ],
    [
      'cmterm.k4.cop.sha512',
      () => cop('cmterm.k4.cop.sha512', [{ path: 'inner.tar', content: tar(membersOf(java(), 'usr/local/cm/tftp/')) }]),
    ],
    ['a zip in a tar.gz.tgz', () => gzip(tar([{ path: 'bundle/Sip/pack.zip', content: zip(membersOf(java())) }]))],
    ['a tar in a zip.zip', () => zip([{ path: '7942_7962/Sip/cmterm.tar', content: tar(membersOf(java())) }])],
    ['a wrong name.txt', () => zip(membersOf(java()))],
    ['from DOS.zip', () => zip(membersOf(java(), 'FIRMWARE\\SIP\\'))],
  ];
  for (const [name, bytes] of forms) {
    test(`${name} imports`, async () => {
      const run = await importFiles({ [name]: bytes() });
      expect(told(run)).toEqual([`imported ${LOAD}`]);
      expect(await treeOf(run.root)).toEqual(treeOfPackages({ [LOAD]: java() }));
    });
  }

  test('archives of many pieces import: files longer than what is read at once', async () => {
    const big = { name: '/ubin/big', content: noise(900_001, 5) };
    const files = javaPackage(LOAD, '9-4-2ES26', { members: { apps: [big], cvm: [{ ...big, name: '/ubin/cvm' }] } });
    const members = membersOf(files);
    const forms = [
      tar(members),
      zip(members),
      gzip(tar(members)),
      cop('x.cop.sgn', members),
      tar([{ path: 'i.zip', content: zip(members) }]),
    ];
    for (const archive of [...forms, zip([{ path: 'i.tar', content: tar(members) }])]) {
      const run = await importFiles({ archive });
      expect(await treeOf(run.root)).toEqual(treeOfPackages({ [LOAD]: files }));
    }
  });

  test('a folder, an existing TFTP root with many loads among other files, and loose files import', async () => {
    const single = { 'P0S3-05-3-00.bin': rawImage('P0S3-05-3-00', 'PAS3ARM1') };
    const tftp = await writeFiles(await tempFolder(), {
      ...java(),
      ...legacy(),
      'OS79XX.TXT': ascii('P003-8-12-00\n'),
      'SEP0011223344AA.cnf.xml': ascii('<device/>'),
      'cisco/ios/c2600.bin': ascii('router'),
    });
    expect(told(await runImport([tftp]))).toEqual([`imported ${OLD}`, `imported ${LOAD}`]);
    const loose = await writeFiles(await tempFolder(), { ...legacy(), ...single });
    const run = await runImport(Object.keys(single).map((name) => join(loose, name)));
    expect(told(run)).toEqual(['imported P0S3-05-3-00']);
    expect(await treeOf(run.root)).toEqual(treeOfPackages({ 'P0S3-05-3-00': single }));
    const allNamed = await runImport(Object.keys(legacy()).map((name) => join(loose, name)));
    expect(told(allNamed)).toEqual([`imported ${OLD}`]);
  });

  test('a folder of zips imports, and what is no firmware in it is passed over', async () => {
    const folder = await writeFiles(await tempFolder(), {
      'a.zip': zip(membersOf(java())),
      'deeper/b.tar': tar(membersOf(legacy())),
      'photo.jpg': ascii('not firmware'),
      'music.zip': zip([{ path: 'song.mp3', content: ascii('la') }]),
    });
    expect(told(await runImport([folder]))).toEqual([`imported ${LOAD}`, `imported ${OLD}`]);
  });

  test('an archive of a kind that is not read is named in a folder, too, and a picture or a program is not', async () => {
    const folder = await writeFiles(await tempFolder(), {
      'a.zip': zip(membersOf(java())),
      'photo.jpg': ascii('not firmware'),
      'sip-8-12.rar': ascii('Rar!\x1a\x07\x00'),
      'tftpd.exe': ascii('MZ\x90\x00'),
    });
    const run = await runImport([folder]);
    expect(told(run)).toEqual([`imported ${LOAD}`, 'refused  unsupported-archive']);
    const refused = run.events.find(({ event }) => event === 'package.refused');
    expect(refused?.event === 'package.refused' && refused.message).toMatch(/sip-8-12\.rar is a RAR archive/);
  });
});

describe('what is kept', () => {
  test('importing twice changes nothing', async () => {
    const first = await importFiles({ 'a.zip': zip(membersOf(java())) });
    const before = await stat(join(first.root, LOAD), { bigint: true });
    const again = await importFiles({ 'renamed.zip': zip(membersOf(java())) }, { root: first.root });
    expect(told(again)).toEqual([`present ${LOAD}`]);
    expect((await stat(join(first.root, LOAD), { bigint: true })).mtimeNs).toBe(before.mtimeNs);
    expect(again.summary).toEqual({ imported: 0, present: 1, refused: 0 });
  });

  test('the SIP and the SCCP package of one release lie apart, each with its own bytes of the same names', async () => {
    const sccp = javaPackage('SCCP42.9-4-2SR3-1S', '9-4-2ES26', { seed: 5 });
    const run = await importFiles({ 'sip.zip': zip(membersOf(java())), 'sccp.zip': zip(membersOf(sccp)) });
    expect(await treeOf(run.root)).toEqual(treeOfPackages({ [LOAD]: java(), 'SCCP42.9-4-2SR3-1S': sccp }));
    const store = await openFirmwareStore({ roots: [run.root], indexPath: null });
    expect(store.packages().map((pack) => pack.verdict)).toEqual(['complete', 'complete']);
  });

  test('files that two packages share take room once', async () => {
    const other = { ...legacyPackage('P0S3-08-11-00', LOADER) };
    const run = await importFiles({ 'a.zip': zip(membersOf(legacy())), 'b.zip': zip(membersOf(other)) });
    const event = run.events[1];
    expect(event?.event === 'package.imported' && event.linked).toBe(2);
    const [a, b] = await Promise.all([OLD, 'P0S3-08-11-00'].map((load) => stat(join(run.root, load, `${LOADER}.sbn`))));
    expect(a?.ino).toBe(b?.ino);
  });

  test('names get back the spelling they were made with', async () => {
    const files = javaPackage('SIP41.8-3-1S', '8-3-0-50', { jarPrefix: 'Jar' });
    const lower = Object.fromEntries(Object.entries(files).map(([name, bytes]) => [name.toLowerCase(), bytes]));
    const run = await importFiles({ 'a.zip': zip(membersOf(lower)) });
    expect(told(run)).toEqual(['imported SIP41.8-3-1S']);
    expect(await treeOf(run.root)).toEqual(treeOfPackages({ 'SIP41.8-3-1S': files }));
    const [event] = run.events;
    expect(event?.event === 'package.imported' && event.renamed).toEqual([
      { from: 'sip41.8-3-1s.loads', to: 'SIP41.8-3-1S.loads' },
      { from: 'jar41sip.8-3-0-50.sbn', to: 'Jar41sip.8-3-0-50.sbn' },
    ]);
  });

  test('a renamed copy of an image beside the real one is left out', async () => {
    const run = await importFiles({
      'a.tar': tar(membersOf({ ...legacy(), [`${OLD}.bin`]: legacy()[`${OLD}.sb2`] as Uint8Array })),
    });
    expect(told(run)).toEqual([`imported ${OLD}`]);
    expect(await treeOf(run.root)).toEqual(treeOfPackages({ [OLD]: legacy() }));
  });

  test('a package with one file more replaces the one with less, and one with less changes nothing', async () => {
    const { [`${LOADER}.bin`]: _bin, ...less } = legacy();
    const first = await importFiles({ 'less.zip': zip(membersOf(less)) });
    expect(told(await importFiles({ 'more.zip': zip(membersOf(legacy())) }, { root: first.root }))).toEqual([
      `imported ${OLD}`,
    ]);
    expect(await treeOf(first.root)).toEqual(treeOfPackages({ [OLD]: legacy() }));
    expect(told(await importFiles({ 'less.zip': zip(membersOf(less)) }, { root: first.root }))).toEqual([
      `present ${OLD}`,
    ]);
    expect(await treeOf(first.root)).toEqual(treeOfPackages({ [OLD]: legacy() }));
  });

  test('a whole package replaces a damaged one in the store', async () => {
    const first = await importFiles({ 'a.zip': zip(membersOf(legacy())) });
    await writeFile(join(first.root, OLD, `${OLD}.sb2`), 'broken');
    expect(told(await importFiles({ 'a.zip': zip(membersOf(legacy())) }, { root: first.root }))).toEqual([
      `imported ${OLD}`,
    ]);
    expect(await treeOf(first.root)).toEqual(treeOfPackages({ [OLD]: legacy() }));
  });

  test('the same load with other bytes is refused', async () => {
    const first = await importFiles({ 'a.zip': zip(membersOf(java())) });
    const run = await importFiles(
      { 'b.zip': zip(membersOf(javaPackage(LOAD, '9-4-2ES26', { seed: 9 }))) },
      { root: first.root },
    );
    expect(told(run)).toEqual([`refused ${LOAD} other-bytes`]);
    expect(await treeOf(first.root)).toEqual(treeOfPackages({ [LOAD]: java() }));
  });

  test('two copies that imports at once left are made one', async () => {
    const first = await importFiles({ 'a.zip': zip(membersOf(legacy())) });
    await writeFiles(join(first.root, `${OLD}~2`), legacy());
    await importFiles({ 'b.zip': zip(membersOf(java())) }, { root: first.root });
    expect(await treeOf(first.root)).toEqual(treeOfPackages({ [OLD]: legacy(), [LOAD]: java() }));
  });

  test('no work folder stays behind, and one of a killed import is removed', async () => {
    const root = join(await tempFolder(), 'store');
    await mkdir(join(root, '.loadstep-999999999-x', 'source-0'), { recursive: true });
    await importFiles({ 'a.zip': zip(membersOf(java())) }, { root });
    expect(await readdir(root)).toEqual([LOAD]);
  });

  test('an archive with a published hash makes its packages known-good', async () => {
    const bytes = zip(membersOf(legacy()));
    const { sha1 } = await import('../../src/adapters/firmware/read-facts.ts');
    const row = {
      name: 'cmterm.zip',
      load: null,
      isArchive: true,
      sizeBytes: bytes.length,
      sha1: sha1(bytes),
      md5: null,
    };
    const indexPath = join(await tempFolder(), 'index.json');
    const run = await importFiles({ 'other name.zip': bytes }, { matrixHashes: [row], indexPath });
    const [event] = run.events;
    expect(event?.event === 'package.imported' && event.verdict).toBe('known-good');
    const store = await openFirmwareStore({ roots: [run.root], indexPath, matrixHashes: [row] });
    expect(store.packages()[0]?.verdict).toBe('known-good');
    expect(store.packages()[0]?.source).toContain('other name.zip');
    const odd = legacy()[`${OLD}.sb2`] as Uint8Array;
    await writeFile(join(run.root, OLD, `${OLD}.sb2`), cat(odd, [0, 0]));
    const changed = await openFirmwareStore({ roots: [run.root], indexPath, matrixHashes: [row] });
    expect(changed.packages()[0]?.verdict).toBe('damaged');
  });
});

describe('what is refused', () => {
  const { 'term42.default.loads': _term, ...incomplete } = java();
  const cases: [string, Files, string][] = [
    ['a web page saved as .zip', { 'fw.zip': ascii('<!DOCTYPE html><html>Sign in</html>') }, 'refused  web-page'],
    ['an empty download', { 'fw.zip': new Uint8Array() }, 'refused  empty-file'],
    ['a self-extracting installer', { 'fw.exe': ascii('MZ\x90\x00') }, 'refused  unsupported-archive'],
    ['an archive of another kind', { 'fw.cop': ascii('Rar!\x1a\x07\x00') }, 'refused  unsupported-archive'],
    ['a file of another kind', { 'fw.cop': ascii('\x7fELF') }, 'refused  unknown-kind'],
    ['a COP file sent in text mode', { 'fw.cop.sgn': textMode(cop('fw.cop.sgn', [])) }, 'refused  text-mode'],
    ['a zip with bytes behind it', { 'fw.zip': cat(zip([]), ascii('x'.repeat(99))) }, 'refused  archive-damaged'],
    ['a zip cut short', { 'fw.zip': zip(membersOf(java())).subarray(0, -40) }, 'refused  archive-damaged'],
    [
      'a zip with a wrong checksum',
      { 'fw.zip': zip(membersOf(java()).map((member) => ({ ...member, crc: 7 }))) },
      'refused  archive-damaged',
    ],
    ['a tar cut short', { 'fw.tar': tar(membersOf(java())).subarray(0, 3000) }, 'refused  archive-damaged'],
    ['a tar.gz cut short', { 'fw.tgz': gzip(tar(membersOf(java()))).subarray(0, -20) }, 'refused  archive-damaged'],
    [
      'a damaged zip inside a tar',
      { 'fw.tar': tar([{ path: 'x.zip', content: zip(membersOf(java())).subarray(0, -40) }]) },
      'refused  archive-damaged',
    ],
    ['an incomplete package', { 'fw.zip': zip(membersOf(incomplete)) }, `refused ${LOAD} missing-term`],
    [
      'a package with a cut file',
      {
        'fw.zip': zip(
          membersOf({
            ...java(),
            'dsp42.9-4-2ES26.sbn': (java()['dsp42.9-4-2ES26.sbn'] as Uint8Array).subarray(0, -1),
          }),
        ),
      },
      `refused ${LOAD} truncated`,
    ],
    ['a zip without firmware', { 'fw.zip': zip([{ path: 'a.txt', content: ascii('x') }]) }, 'refused  no-firmware'],
    ['a file of another make', { 'spa504g-7-6-2.bin': new Uint8Array(5000).fill(7) }, 'refused  no-firmware'],
    [
      'an encrypted zip',
      { 'fw.zip': zip([{ path: `${OLD}.sb2`, content: ascii('x'), isEncrypted: true }]) },
      'refused  encrypted',
    ],
    [
      'a zip with an unknown method',
      { 'fw.zip': zip([{ path: `${OLD}.sb2`, content: ascii('x'), method: 12 }]) },
      'refused  unsupported-archive',
    ],
    [
      'a load of another phone',
      {
        'fw.zip': zip([
          { path: 'SIP8831.10-3-1S.loads', content: signed('SIP8831.10-3-1S.loads', ascii('kern8831.10.sbn\r\n')) },
        ]),
      },
      'refused SIP8831.10-3-1S unknown-load',
    ],
  ];
  for (const [what, files, expected] of cases) {
    test(`${what}: ${expected.trim()}`, async () => {
      const run = await importFiles(files);
      expect(told(run)).toEqual([expected]);
      const [event] = run.events;
      if (event?.event !== 'package.refused') throw new Error('not refused');
      expect(event.message).not.toBe('');
      expect(event.advice).not.toBe('');
      expect(run.summary).toEqual({ imported: 0, present: 0, refused: 1 });
      expect(await readdir(run.root)).toEqual([]);
    });
  }

  test('a path that is not there', async () => {
    expect(told(await runImport(['/nonexistent/firmware.zip']))).toEqual(['refused  not-found']);
  });

  test('an incomplete package can be taken on the operator’s word, a damaged one cannot', async () => {
    expect(told(await importFiles({ 'a.zip': zip(membersOf(incomplete)) }, { allowUnverified: [LOAD] }))).toEqual([
      `imported ${LOAD}`,
    ]);
    const damaged = { ...java(), [`${LOAD}.loads`]: ascii('<html>') };
    const run = await importFiles({ 'a.zip': zip(membersOf(damaged)) }, { allowUnverified: [LOAD] });
    expect(run.summary).toMatchObject({ imported: 0 });
  });

  test('one damaged archive does not hinder the others', async () => {
    const run = await importFiles({ 'bad.zip': ascii('<html>'), 'good.zip': zip(membersOf(java())) });
    expect(told(run)).toEqual(['refused  web-page', `imported ${LOAD}`]);
  });

  test('a damaged archive inside an archive does not hinder its neighbours', async () => {
    const members = [
      { path: 'bad.zip', content: zip(membersOf(legacy())).subarray(0, -40) },
      { path: 'good.tar', content: tar(membersOf(java())) },
    ];
    for (const outer of [tar(members), zip(members), gzip(tar(members))]) {
      expect(told(await importFiles({ outer })).sort()).toEqual([`imported ${LOAD}`, 'refused  archive-damaged']);
    }
  });
});

test('an import that is interrupted leaves the store as it was', async () => {
  const stopped = new AbortController();
  const root = join(await tempFolder(), 'store');
  const running = importFiles(
    { 'a.zip': zip(membersOf(java())) },
    { root, signal: stopped.signal, onProgress: () => stopped.abort() },
  );
  await expect(running).rejects.toThrow(/abort/i);
  expect(await readdir(root)).toEqual([]);
});

test('a full disk and a folder without rights are told as such', () => {
  const failure = (code: string) => asStoreError('/srv/firmware', Object.assign(new Error('x'), { code }));
  expect(failure('ENOSPC')).toMatchObject({ code: 'E_DISK_FULL', message: expect.stringContaining('/srv/firmware') });
  expect(failure('EROFS')).toMatchObject({ code: 'E_FIRMWARE_UNWRITABLE' });
  expect(failure('EIO')).toMatchObject({ code: 'EIO' });
});

test('a store that cannot be made says so', async () => {
  const folder = await tempFolder();
  await writeFile(join(folder, 'file'), 'x');
  await expect(
    importFiles({ 'a.zip': zip(membersOf(java())) }, { root: join(folder, 'file', 'store') }),
  ).rejects.toMatchObject({
    code: 'E_FIRMWARE_UNWRITABLE',
  });
});

test('the sources are only read', async () => {
  const folder = await writeFiles(await tempFolder(), { ...legacy(), 'a.zip': zip(membersOf(java())) });
  const before = await treeOf(folder);
  await runImport([folder]);
  expect(await treeOf(folder)).toEqual(before);
  expect(await readFile(join(folder, `${OLD}.loads`))).toHaveLength(458);
});
