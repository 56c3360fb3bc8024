import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openFirmwareStore } from '../../src/adapters/firmware/firmware-store.ts';
import { writeSyntheticFirmware } from '../../src/emulator/firmware/synthetic-firmware.ts';
import { LiveFirmware } from '../../src/server/live-firmware.ts';
import { temporaryFolder } from '../store/temporary.ts';

const [FIRST, SECOND] = ['P0S3-08-11-00', 'P0S3-8-12-00'];

/** A server's firmware, and a tree beside it whose files the test changes. */
async function living(...releases: readonly string[]) {
  const folder = temporaryFolder();
  const root = join(folder, 'tree');
  const make = (load: string) => writeSyntheticFirmware({ out: root, releases: [load] });
  for (const load of releases) await make(load);
  const open = () => openFirmwareStore({ roots: [root], indexPath: join(folder, 'index.json') });
  const firmware = new LiveFirmware(await open());
  const loads = () => firmware.index().packages.map(({ load }) => load);
  return { root, make, open, firmware, loads };
}

test.each(['the same trees', 'others'])('what is found in %s is taken over as a whole or not at all', async (which) => {
  const { make, open, firmware, loads } = await living(FIRST);
  const others = which === 'others' ? open : null;
  await make(SECOND);
  const given = await firmware.prepare(others);
  expect(loads()).toEqual([FIRST]);
  given.discard();
  expect(loads()).toEqual([FIRST]);
  const taken = await firmware.prepare(others);
  expect(loads()).toEqual([FIRST]);
  taken.commit();
  expect(loads()).toEqual([FIRST, SECOND]);
});

test('a file that is read while others are looked at comes from the package that is published', async () => {
  const { root, firmware, loads } = await living(FIRST, SECOND);
  const pack = firmware.index().packages.find(({ load }) => load === SECOND);
  await rm(join(root, FIRST), { recursive: true });
  const change = await firmware.prepare(null);
  expect((await firmware.read(pack?.id ?? '', `${SECOND}.loads`)).length).toBeGreaterThan(0);
  change.commit();
  expect(loads()).toEqual([SECOND]);
  expect((await firmware.read(pack?.id ?? '', `${SECOND}.loads`)).length).toBeGreaterThan(0);
});
