import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { writeSyntheticFirmware } from '../../src/emulator/firmware/synthetic-firmware.ts';
import { loadstep, ownFolder } from '../support/fake-io.ts';

const MAC = '001646CB0092';
let folder: Awaited<ReturnType<typeof ownFolder>>;
let env: Record<string, string>;

beforeEach(async () => {
  folder = await ownFolder();
  const firmware = join(folder.path, 'fw');
  await writeSyntheticFirmware({ out: firmware, releases: ['P0S3-8-12-00', 'P0S3-06-3-00'] });
  env = { HOME: folder.path, LOADSTEP_DB: join(folder.path, 'loadstep.db'), LOADSTEP_FIRMWARE: firmware };
});
afterEach(() => folder.remove());

describe('a bare loader as target', () => {
  const ways: readonly (readonly [string, readonly string[]])[] = [
    ['plan', ['plan', '--from', 'P0030801SR02', '--target', 'P003-8-12-00']],
    ['a rehearsal of upgrade', ['upgrade', '--mac', MAC, '--target', 'P003-8-12-00', '--dry-run']],
    ['enroll', ['enroll', '--mac', MAC, '--target', 'P003-8-12-00']],
    ['serve', ['serve', '--enroll', 'all', '--target', 'P003-8-12-00', '--listen', '127.0.0.1:0']],
    ['firmware needed', ['firmware', 'needed', '--from', 'P0030801SR02', '--target', 'P003-8-12-00']],
  ];
  for (const [what, words] of ways) {
    test(`is refused by ${what}, which names the application that goes with it`, async () => {
      const run = await loadstep([...words], env);
      expect(run.code).toBe(3);
      expect(run.out + run.err).toMatch(/bare loader.*P0S3-8-12-00/);
    });
  }

  test('leaves its row of a list out, with the line', async () => {
    const list = join(folder.path, 'phones.csv');
    await writeFile(list, `mac,target\n${MAC},P003-8-12-00\n`);
    const run = await loadstep(['enroll', '--from-csv', list], env);
    expect(run.code).toBe(2);
    expect(run.err).toMatch(/line 2: P003-8-12-00 is the bare loader.*P0S3-8-12-00/);
  });
});

describe('a load that is written wrong', () => {
  test.each(['--from', '--target'])('is told what is meant, also behind %s', async (flag) => {
    const other = flag === '--from' ? '--target' : '--from';
    const run = await loadstep(['plan', flag, 'P0S3-08–2‑00', other, 'P0S3-8-12-00'], env);
    expect(run.code).toBe(3);
    expect(run.err).toMatch(/U\+2013 at place 8, U\+2011 at place 10.*is P0S3-08-2-00 meant\?/);
  });

  test('may be words, which are matched with the loads that are known', async () => {
    const run = await loadstep(['enroll', '--mac', MAC, '--target', 'SIP 8.11'], env);
    expect(run.code).toBe(3);
    expect(run.err).toMatch(/is P0S3-08-11-00 meant\?/);
  });

  test('with other zeroes is taken, and both spellings are shown', async () => {
    const run = await loadstep(['enroll', '--mac', MAC, '--target', 'P0S3-08-12-00'], env);
    expect(run).toMatchObject({ code: 0, err: expect.stringMatching(/^(loadstep: a new record begins: [^\n]+\n)?$/) });
    expect(run.out).toMatch(/is on the list for P0S3-08-12-00 \(listed as P0S3-8-12-00;/);
  });
});

describe('a load that the boot loader installed', () => {
  test('may be said to run; which release it is has to be found out', async () => {
    const words = ['plan', '--from', 'term41.default', '--target', 'SIP41.9-4-2SR3-1S'];
    const run = await loadstep(words, env);
    expect(run.code).toBe(3);
    expect(run.err).toMatch(/term41\.default is what a phone calls whichever load.*App Load ID/);
    expect(
      await loadstep(['enroll', '--mac', MAC, '--from', 'term41.default', '--target', 'SIP41.9-4-2SR3-1S'], env),
    ).toMatchObject({
      code: 0,
      err: expect.stringMatching(
        /^(loadstep: \w+: SIP41\.9-4-2SR3-1S is not in [^\n]+\n)?(loadstep: a new record begins: [^\n]+\n)?$/,
      ),
    });
  });

  test('belongs to the models that ask for its default manifest', async () => {
    const words = ['plan', '--from', 'term41.default', '--target', 'SIP41.9-4-2SR3-1S', '--model', '7961'];
    expect((await loadstep(words, env)).err).toMatch(/term41\.default runs on a 7941 or 7941GE and not on a 7961/);
    const other = ['enroll', '--mac', MAC, '--from', 'term42.default', '--target', 'SIP41.9-4-2SR3-1S'];
    expect((await loadstep(other, env)).err).toMatch(/term42\.default runs on phones of family 42/);
  });

  test('is no target', async () => {
    const run = await loadstep(['enroll', '--mac', MAC, '--target', 'term41.default'], env);
    expect(run.code).toBe(3);
    expect(run.err).toMatch(/no release; give the load itself/);
  });
});
