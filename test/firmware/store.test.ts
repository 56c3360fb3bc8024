import { execFileSync } from 'node:child_process';
import { appendFile, chmod, mkdir, readdir, readFile, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openFirmwareStore } from '../../src/adapters/firmware/firmware-store.ts';
import { AppError } from '../../src/core/errors.ts';
import { findFile } from '../../src/core/firmware/package.ts';
import { ascii, javaPackage, legacyPackage, rawImage, signed } from './builders.ts';
import { storeOf, tempFolder, writeFiles } from './trees.ts';

const LOAD = 'SIP42.9-4-2SR3-1S';
const OLD = 'P0S3-8-12-00';
const java = () => javaPackage(LOAD, '9-4-2ES26');
const legacy = () => legacyPackage(OLD, 'P003-8-12-00');

function below(folder: string, files: Record<string, Uint8Array>): Record<string, Uint8Array> {
  return Object.fromEntries(Object.entries(files).map(([name, bytes]) => [`${folder}/${name}`, bytes]));
}

async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return 'none';
  } catch (cause) {
    return cause instanceof AppError ? cause.code : String(cause);
  }
}

describe('a tree', () => {
  test('is searched to its depth, and each load is a package with a stable id', async () => {
    const store = await storeOf({
      ...below(LOAD, java()),
      ...below('old phones/sip', legacy()),
      ...below('old phones/sip', {
        'P00303030300.bin': rawImage('P00303030300', 'PAS3ARM1'),
        'README.txt': ascii('x'),
      }),
    });
    expect(store.index().packages.map((pack) => pack.id)).toEqual([
      LOAD,
      'old phones/sip:P00303030300',
      `old phones/sip:${OLD}`,
    ]);
  });

  test('may be one folder with many loads, as TFTP roots are', async () => {
    const store = await storeOf({
      ...java(),
      ...legacy(),
      ...javaPackage('SIP75.8-5-2S', '8-5-2TH1-9'),
      'OS79XX.TXT': ascii('P003-8-12-00\n'),
      'c2600-ios.bin': ascii('not a phone'),
      'SIP0011223344AA.cnf': ascii('x'),
    });
    expect(store.packages().map(({ load, verdict }) => `${load} ${verdict}`)).toEqual([
      `${OLD} complete`,
      `${LOAD} complete`,
      'SIP75.8-5-2S complete',
    ]);
    expect(store.strays()).toEqual([]);
  });

  test('in two roots with the same folder gives two packages with different ids', async () => {
    const roots = [
      await writeFiles(await tempFolder(), below('a', legacy())),
      await writeFiles(await tempFolder(), below('a', legacy())),
    ];
    const store = await openFirmwareStore({ roots, indexPath: null });
    expect(store.index().packages.map((pack) => pack.id)).toEqual([`a:${OLD}`, `a:${OLD}@2`]);
  });

  test('that is missing, no folder, or empty says what to do', async () => {
    const empty = await tempFolder();
    await writeFile(join(empty, 'note.txt'), 'x');
    for (const root of [join(empty, 'gone'), join(empty, 'note.txt'), empty]) {
      const opening = openFirmwareStore({ roots: [root], indexPath: null });
      await expect(opening).rejects.toMatchObject({
        code: 'E_NO_FIRMWARE',
        message: expect.stringContaining('firmware import'),
      });
    }
    expect((await openFirmwareStore({ roots: [empty], indexPath: null, mayBeEmpty: true })).index().packages).toEqual(
      [],
    );
  });

  test('with links is followed inside itself only, and never round in circles', async () => {
    const root = await writeFiles(await tempFolder(), below('real', legacy()));
    const outside = await writeFiles(await tempFolder(), java());
    await symlink(outside, join(root, 'outside'));
    await symlink('..', join(root, 'real', 'up'));
    await symlink('real', join(root, 'again'));
    const store = await openFirmwareStore({ roots: [root], indexPath: null });
    expect(store.packages().map((pack) => pack.load)).toEqual([OLD]);
  });

  test('with a FIFO under the name of a load file does not wait for it', async () => {
    const root = await writeFiles(await tempFolder(), legacy());
    execFileSync('mkfifo', [join(root, 'P0S3-08-9-00.sb2')]);
    const store = await openFirmwareStore({ roots: [root], indexPath: null });
    expect(store.packages().map((pack) => pack.load)).toEqual([OLD]);
  });

  test('is never written to', async () => {
    const root = await writeFiles(await tempFolder(), java());
    const before = (await readdir(root)).sort();
    const folder = await stat(root, { bigint: true });
    await openFirmwareStore({ roots: [root], indexPath: null });
    expect((await readdir(root)).sort()).toEqual(before);
    expect((await stat(root, { bigint: true })).mtimeNs).toBe(folder.mtimeNs);
  });

  test('with loads of other phones calls them unknown', async () => {
    const store = await storeOf({
      ...legacy(),
      'SIP8831.10-3-1S.loads': signed('SIP8831.10-3-1S.loads', ascii('kern8831.10-3-1.sbn\r\n')),
    });
    expect(store.strays()).toHaveLength(1);
    expect(store.strays()[0]?.load).toBe('SIP8831.10-3-1S');
  });
});

describe('the index of verdicts', () => {
  test('makes a second opening read nothing', async () => {
    const root = await writeFiles(await tempFolder(), java());
    const indexPath = join(await tempFolder(), 'beside', 'firmware-index.json');
    const told: number[] = [];
    const open = () => openFirmwareStore({ roots: [root], indexPath, onProgress: ({ ofFiles }) => told.push(ofFiles) });
    const first = (await open()).packages();
    expect(told.length).toBeGreaterThan(0);
    told.length = 0;
    expect((await open()).packages()).toEqual(first);
    expect(told).toEqual([]);
  });

  test('notices a changed file, even one with its old size and time', async () => {
    const root = await writeFiles(await tempFolder(), java());
    const indexPath = join(await tempFolder(), 'index.json');
    const open = () => openFirmwareStore({ roots: [root], indexPath });
    await open();
    const path = join(root, `${LOAD}.loads`);
    const { atime, mtime, size } = await stat(path);
    const bytes = await readFile(path);
    bytes[8] = 9;
    await writeFile(path, bytes);
    await utimes(path, atime, mtime);
    expect((await stat(path)).size).toBe(size);
    expect((await open()).packages()[0]?.verdict).toBe('damaged');
  });

  test('that is damaged, from another version, or cannot be written costs time only', async () => {
    const root = await writeFiles(await tempFolder(), java());
    const folder = await tempFolder();
    const indexPath = join(folder, 'index.json');
    for (const content of ['{', '[]', '{"version":0,"files":[]}', '{"version":1,"files":[{"path":7},null]}']) {
      await writeFile(indexPath, content);
      expect((await openFirmwareStore({ roots: [root], indexPath })).packages()[0]?.verdict).toBe('complete');
    }
    await mkdir(join(folder, 'is-a-folder'));
    const blocked = await openFirmwareStore({ roots: [root], indexPath: join(folder, 'is-a-folder') });
    expect(blocked.packages()[0]?.verdict).toBe('complete');
  });

  test('forgets files that are gone', async () => {
    const root = await writeFiles(await tempFolder(), { ...java(), ...legacy() });
    const indexPath = join(await tempFolder(), 'index.json');
    await openFirmwareStore({ roots: [root], indexPath });
    await rm(join(root, `${OLD}.sb2`));
    await openFirmwareStore({ roots: [root], indexPath });
    expect(await readFile(indexPath, 'utf8')).not.toContain(`/${OLD}.sb2"`);
  });
});

describe('reading', () => {
  test('gives the same array for the same file, also when asked twice at once', async () => {
    const store = await storeOf(legacy());
    const id = store.packages()[0]?.id ?? '';
    const [a, b] = await Promise.all([store.read(id, `${OLD}.sb2`), store.read(id, `${OLD}.sb2`)]);
    expect(a).toBe(b);
    expect(await store.read(id, `${OLD}.sb2`)).toBe(a);
    expect(a).toEqual(legacy()[`${OLD}.sb2`]);
  });

  test('notices a file that changed after it was verified, before and after it was served', async () => {
    const root = await writeFiles(await tempFolder(), legacy());
    const store = await openFirmwareStore({ roots: [root], indexPath: null });
    const id = store.packages()[0]?.id ?? '';
    await store.read(id, `${OLD}.sb2`);
    for (const name of [`${OLD}.sb2`, 'P003-8-12-00.sbn']) {
      await appendFile(join(root, name), 'x');
      await expect(store.read(id, name)).rejects.toMatchObject({
        code: 'E_FIRMWARE_CHANGED',
        message: expect.stringContaining(name),
      });
    }
  });

  test('goes on with a file that was only touched', async () => {
    const root = await writeFiles(await tempFolder(), legacy());
    const store = await openFirmwareStore({ roots: [root], indexPath: null });
    const id = store.packages()[0]?.id ?? '';
    const before = await store.read(id, `${OLD}.sb2`);
    await utimes(join(root, `${OLD}.sb2`), 1, 1);
    expect(await store.read(id, `${OLD}.sb2`)).toBe(before);
  });

  test('refuses what is gone, unknown or damaged', async () => {
    const root = await writeFiles(await tempFolder(), { ...legacy(), 'P003-8-12-00.sbn': ascii('<html>') });
    const store = await openFirmwareStore({ roots: [root], indexPath: null });
    const id = store.packages()[0]?.id ?? '';
    await rm(join(root, `${OLD}.sb2`));
    for (const name of [`${OLD}.sb2`, 'P003-8-12-00.sbn', 'nothing.bin', '../../etc/passwd']) {
      expect(await codeOf(store.read(id, name)), name).toBe('E_FIRMWARE_UNREADABLE');
    }
    expect(await codeOf(store.read('no package', `${OLD}.loads`))).toBe('E_FIRMWARE_UNREADABLE');
  });

  test('of a name in another case finds the file by the index', async () => {
    const store = await storeOf(legacy());
    const pack = store.index().packages[0];
    if (pack === undefined) throw new Error('no package');
    const found = findFile(pack, `${OLD}.SB2`);
    expect(found?.isExact).toBe(false);
    expect((await store.read(pack.id, found?.file.name ?? '')).length).toBe(4500);
  });
});

describe('--allow-unverified', () => {
  test('publishes an incomplete load in the index, says so, and leaves the verdict shown to people alone', async () => {
    const { 'dsp42.9-4-2ES26.sbn': _gone, ...files } = java();
    const store = await storeOf(files, { allowUnverified: [LOAD] });
    expect(store.packages()[0]?.verdict).toBe('incomplete');
    expect(store.index().packages[0]?.verdict).toBe('complete');
    expect(store.index().packages[0]?.findings.at(-1)?.code).toBe('allowed-unverified');
  });

  test('never covers damage', async () => {
    const store = await storeOf({ ...java(), [`${LOAD}.loads`]: ascii('<html>') }, { allowUnverified: [LOAD] });
    expect(store.index().packages[0]?.verdict).toBe('damaged');
  });
});

test('a store learns of new packages when it looks again', async () => {
  const root = await writeFiles(await tempFolder(), legacy());
  const store = await openFirmwareStore({ roots: [root], indexPath: null });
  await writeFiles(root, below(LOAD, java()));
  expect(store.index().packages).toHaveLength(1);
  await store.reload();
  expect(store.index().packages.map((pack) => pack.load)).toEqual([OLD, LOAD]);
});

test('a file that may not be read is a finding', async () => {
  const root = await writeFiles(await tempFolder(), legacy());
  await chmod(join(root, `${OLD}.sb2`), 0);
  const store = await openFirmwareStore({ roots: [root], indexPath: null });
  // The superuser reads everything: then there is nothing to find.
  const expected = process.getuid?.() === 0 ? 'complete' : 'damaged';
  expect(store.packages()[0]?.verdict).toBe(expected);
});
