import { type FileHandle, mkdir, open, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { openFirmwareStore } from '../../src/adapters/firmware/firmware-store.ts';
import { membersOf, zip } from './archives.ts';
import { javaPackage } from './builders.ts';
import { importFiles, told } from './importing.ts';
import { tempFolder } from './trees.ts';

const LOAD = 'SIP42.9-4-2SR3-1S';
const ARCHIVE = { 'sip.zip': zip(membersOf(javaPackage(LOAD, '9-4-2ES26'))) };

test('an imported file that changed where no checksum tells it is damaged, until it is imported again', async () => {
  const base = await tempFolder();
  const options = { root: join(base, 'store'), indexPath: join(base, 'firmware-index.json') };
  const opened = async () => (await openFirmwareStore({ ...options, roots: [options.root] })).packages();
  await importFiles(ARCHIVE, options);
  const path = join(options.root, LOAD, 'dsp42.9-4-2ES26.sbn');
  const bytes = await readFile(path);
  bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
  await writeFile(path, bytes);
  for (const look of ['first', 'second']) {
    const [pack] = await opened();
    expect(pack?.verdict, look).toBe('damaged');
    expect(pack?.findings).toMatchObject([{ code: 'changed', file: 'dsp42.9-4-2ES26.sbn' }]);
  }
  expect(told(await importFiles(ARCHIVE, options))).toEqual([`imported ${LOAD}`]);
  expect((await opened()).map(({ load, verdict }) => `${load} ${verdict}`)).toEqual([`${LOAD} complete`]);
});

test('a package whose row cannot be written is not taken, and what lay in its place stays', async () => {
  const base = await tempFolder();
  const options = { root: join(base, 'store'), indexPath: join(base, 'firmware-index.json') };
  // A folder in the place of the log.
  await mkdir(join(base, 'firmware-imports.jsonl'));
  const error = await importFiles(ARCHIVE, options).catch((reason: unknown) => reason);
  expect(error).toMatchObject({ code: 'E_FIRMWARE_UNWRITABLE' });
  expect((error as Error).message).toMatch(/the log of imports .*firmware-imports\.jsonl cannot be written \(EISDIR\)/);
  expect(await readdir(options.root)).toEqual([]);
});

test('the row of an import is on the disk, and not only on its way there, before its package is taken', async () => {
  const base = await tempFolder();
  const options = { root: join(base, 'store'), indexPath: join(base, 'firmware-index.json') };
  const log = join(base, 'firmware-imports.jsonl');
  await writeFile(log, '');
  const handle = await open(log);
  const { ino } = await handle.stat();
  const prototype: FileHandle = Object.getPrototypeOf(handle);
  await handle.close();
  const { datasync } = prototype;
  const synced: [row: string, taken: number][] = [];
  vi.spyOn(prototype, 'datasync').mockImplementation(async function (this: FileHandle) {
    if ((await this.stat()).ino === ino) {
      synced.push([await readFile(log, 'utf8'), (await readdir(join(options.root, LOAD)).catch(() => [])).length]);
    }
    return datasync.call(this);
  });
  onTestFinished(() => void vi.restoreAllMocks());
  await importFiles(ARCHIVE, options);
  expect(synced).toEqual([[expect.stringContaining(`"load":"${LOAD}"`), 0]]);
});

test('a row behind one that a crash cut off is a row of its own', async () => {
  const base = await tempFolder();
  const options = { root: join(base, 'store'), indexPath: join(base, 'firmware-index.json') };
  await writeFile(join(base, 'firmware-imports.jsonl'), '{"at":"2026-11-2');
  await importFiles(ARCHIVE, options);
  const [pack] = (await openFirmwareStore({ ...options, roots: [options.root] })).packages();
  expect(pack?.source).toMatch(/sip\.zip$/);
});
