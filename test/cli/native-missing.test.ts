import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Driver } from '../../src/adapters/sqlite/load-driver.ts';
import type { CommandContext, CommandSpec } from '../../src/cli/command.ts';
import { DOCTOR, doctor } from '../../src/cli/commands/doctor.ts';
import { SERVE } from '../../src/cli/commands/serve.ts';
import { checkConfig } from '../../src/cli/daemon/check-config.ts';
import { layerSettings } from '../../src/cli/settings/layers.ts';
import { GLOBAL_KEYS } from '../../src/cli/settings/settings.ts';
import { writeSyntheticFirmware } from '../../src/emulator/firmware/synthetic-firmware.ts';
import { FakeIo, loadstep, ownFolder } from '../support/fake-io.ts';

let folder: Awaited<ReturnType<typeof ownFolder>>;
beforeEach(async () => {
  folder = await ownFolder();
});
afterEach(() => folder.remove());

/** An installation whose native part was not built. */
const notBuilt = (): Driver => {
  throw new Error('Could not locate the bindings file. Tried: …');
};

async function inThere(spec: CommandSpec, run: (context: CommandContext) => Promise<number>) {
  const fw = join(folder.path, 'fw');
  await writeSyntheticFirmware({ out: fw, releases: ['P0S3-08-11-00'] });
  const flags = { db: join(folder.path, 'loadstep.db'), firmware: [fw], listen: '127.0.0.1:0' };
  const io = new FakeIo({ HOME: folder.path });
  const settings = await layerSettings([...GLOBAL_KEYS, ...spec.settings], flags, io.env);
  const code = await run({ settings, io, args: [], flags });
  return { code, out: io.stdout.text, err: io.stderr.text.replace(/\s+/g, ' ') };
}

const WAY_OUT = /better-sqlite3 1[23].*install loadstep again.*\(E_NATIVE_MISSING\)/;

test('where the part that opens the record is missing, serve --check-config is not good and ends as serve would', async () => {
  const { code, out, err } = await inThere(SERVE, (context) => checkConfig(context, null, notBuilt));
  expect([code, err]).toEqual([1, expect.stringMatching(WAY_OUT)]);
  expect(err.match(/E_NATIVE_MISSING/g)).toHaveLength(1);
  expect(out).toMatch(/^firmware +P0S3-08-11-00$/m);
  expect(out).toMatch(/^verdict +1 problem/m);
});

test('the same of a record that is there already is said once', async () => {
  const db = join(folder.path, 'loadstep.db');
  await loadstep(['enroll', '0018B9C0FFEE', '--target', 'P0S3-08-11-00', '--db', db]);
  const { code, err } = await inThere(SERVE, (context) => checkConfig(context, null, notBuilt));
  expect([code, err.match(/E_NATIVE_MISSING/g)]).toEqual([1, ['E_NATIVE_MISSING']]);
});

test('doctor says it of the record, and ends as serve would', async () => {
  const { code, out } = await inThere(DOCTOR, (context) => doctor(context, notBuilt));
  expect(code).toBe(1);
  expect(out).toMatch(new RegExp(`^record {6}bad: .*${WAY_OUT.source}$`, 'm'));
  expect(out).toMatch(/^firmware {4}good/m);
});

test('where that part is there, both are good', async () => {
  expect((await inThere(SERVE, (context) => checkConfig(context))).out).toMatch(/^verdict +good$/m);
  expect((await inThere(DOCTOR, (context) => doctor(context))).out).toMatch(/^record {6}good/m);
});
