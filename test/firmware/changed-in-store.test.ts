import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
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
