import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { staticRoot } from '../../src/adapters/tree/static-root.ts';
import { loadsToTell, tellTree } from '../../src/server/tell-tree.ts';
import { Bench, macOf } from '../support/bench.ts';
import { FakeClock } from '../support/clock.ts';
import { ownFolder } from '../support/fake-io.ts';
import { packagesOf } from '../support/packages.ts';

const MAC = macOf(1);
const PEER = '192.0.2.7';
const LOAD = 'P0S3-08-11-00';
const OWN = `SIP${MAC}.cnf`;
const HUNT = [`CTLSEP${MAC}.tlv`, `SEP${MAC}.cnf.xml`, OWN, `${LOAD}.loads`];
const QUIET = { error() {}, warn() {}, info() {}, debug() {} };

let folder: Awaited<ReturnType<typeof ownFolder>>;
beforeEach(async () => {
  folder = await ownFolder();
});
afterEach(() => folder.remove());

async function bench(isLanded: boolean) {
  const one = await new Bench(packagesOf('P0S3-05-3-00', LOAD)).start();
  one.addresses.tell(PEER, MAC);
  one.enrol(MAC, LOAD, { from: null, model: '7940' });
  if (isLanded) {
    await one.asks(PEER, ...HUNT, `${LOAD}.sb2`, ...HUNT, 'SIPDefault.cnf');
    expect(one.state(MAC)).toBe('landed');
  }
  return one;
}

async function tree(files: Readonly<Record<string, string>>) {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(join(folder.path, name, '..'), { recursive: true });
    await writeFile(join(folder.path, name), text);
  }
  const root = staticRoot({ folder: folder.path, clock: new FakeClock(), log: QUIET });
  await root.start();
  return root;
}

test('the own file of a landed phone that names the load it runs is no news, and every other one that names a load is', async () => {
  const root = await tree({
    [OWN]: `image_version: ${LOAD}\n`,
    [`SIP${macOf(2)}.cnf`]: `image_version: ${LOAD}\n`,
    [`phones/${OWN}`]: `image_version: ${LOAD}\n`,
    'SIPDefault.cnf': `image_version: ${LOAD}\n`,
  });
  const { loads } = await root.survey();
  expect(loads).toContain(OWN);
  const { store } = await bench(true);
  expect((await loadsToTell(root, loads, store.phones())).toSorted()).toEqual(
    ['SIPDefault.cnf', `SIP${macOf(2)}.cnf`, `phones/${OWN}`].toSorted(),
  );
  await root.stop();
});

test('the own file of a phone that has not landed, or that names another load, is told of', async () => {
  const other = await tree({ [OWN]: 'image_version: P0S3-08-12-00\n' });
  expect(await loadsToTell(other, [OWN], (await bench(true)).store.phones())).toEqual([OWN]);
  await other.stop();
  const same = await tree({ [OWN]: `image_version: ${LOAD}\n` });
  expect(await loadsToTell(same, [OWN], (await bench(false)).store.phones())).toEqual([OWN]);
  await same.stop();
});

test('a tree that holds only that file is not warned of', async () => {
  const root = await tree({ [OWN]: `image_version: ${LOAD}\n` });
  const warned: unknown[] = [];
  const log = { ...QUIET, warn: (fields: unknown) => void warned.push(fields) };
  await tellTree(root, folder.path, 'nobody', (await bench(true)).store, log);
  expect(warned).toEqual([]);
  await tellTree(root, folder.path, 'nobody', { phones: () => [] }, log);
  expect(warned).toMatchObject([{ event: 'root.holds-loads', files: 1 }]);
  await root.stop();
});
