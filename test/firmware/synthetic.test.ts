import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { inspectFile } from '../../src/core/firmware/inspect-file.ts';
import type { FirmwareIndex } from '../../src/core/firmware/package.ts';
import {
  DEFAULT_RELEASES,
  syntheticPackage,
  writeSyntheticFirmware,
} from '../../src/emulator/firmware/synthetic-firmware.ts';
import { syntheticWarning } from '../../src/server/synthetic-warning.ts';
import { loadstep, ownFolder } from '../support/fake-io.ts';

let own: Awaited<ReturnType<typeof ownFolder>>;
beforeEach(async () => {
  own = await ownFolder();
});
afterEach(() => own.remove());

test.each(DEFAULT_RELEASES)('a package of %s that loadstep wrote says so of itself', (load) => {
  for (const sizes of ['small', 'real'] as const) {
    const told = syntheticPackage(load, sizes).map(({ name, content }) => inspectFile(name, content).facts.isSynthetic);
    expect(told).toContain(true);
  }
});

test('an image without the words is not called synthetic', () => {
  const [file] = syntheticPackage('P0S3-05-3-00');
  const bytes = Buffer.from(file?.content ?? []);
  const clean = Buffer.from(
    bytes.toString('latin1').replaceAll('written by loadstep', 'made by somebody 12'),
    'latin1',
  );
  expect(inspectFile('P0S3-05-3-00.bin', clean).facts).not.toHaveProperty('isSynthetic');
});

test('what is imported from an emulated bench is called synthetic, where it is imported and where it is listed', async () => {
  const env = { HOME: own.path, LOADSTEP_DB: join(own.path, 'loadstep.db') };
  const out = join(own.path, 'made');
  await writeSyntheticFirmware({ out, releases: ['P0S3-05-3-00'] });
  expect((await loadstep(['firmware', 'import', out], env)).out).toMatch(
    /imported {2}P0S3-05-3-00, .*: complete, synthetic/,
  );
  expect((await loadstep(['firmware', 'list'], env)).out).toMatch(/P0S3-05-3-00 .* complete, synthetic /);
  const verified = await loadstep(['firmware', 'verify', 'P0S3-05-3-00'], env);
  expect(verified.code).toBe(0);
  expect(verified.out).toMatch(
    /^P0S3-05-3-00: complete, synthetic {2}.*\n {2}note: written by "loadstep emulate firmware"/,
  );
  const road = ['plan', '--from', 'P0S3-04-4-00', '--target', 'P0S3-05-3-00'];
  expect((await loadstep(road, env)).out).toMatch(
    /\nSynthetic: P0S3-05-3-00, written by "loadstep emulate firmware", for emulated phones alone: .*\.\n$/,
  );
  expect((await loadstep([...road, '--json'], env)).json()).toHaveLength(1);
  expect((await loadstep(['firmware', 'list', '--json'], env)).json()).toMatchObject([{ isSynthetic: true }]);
  const mac = ['--mac', '0018B9C0FFEE', '--target', 'P0S3-05-3-00', '--timeout', '50ms'];
  // A folder is no record: the command ends after its warning, before it listens.
  const open = await loadstep(['upgrade', ...mac, '--listen', '0.0.0.0:0'], {
    ...env,
    LOADSTEP_FIRMWARE: out,
    LOADSTEP_DB: own.path,
  });
  expect(open.code).not.toBe(0);
  expect(open.out).not.toContain('listening');
  expect(open.out).toMatch(/SYNTHETIC FIRMWARE in the store: P0S3-05-3-00\. .* would break a real phone/);
  const loopback = await loadstep(['upgrade', ...mac, '--listen', '127.0.0.1:0'], env);
  expect(loopback.out + loopback.err).not.toContain('SYNTHETIC');
});

test('synthetic firmware is warned of where real phones can ask, and nowhere else', () => {
  const index = { packages: [{ load: 'P0S3-05-3-00', isSynthetic: true }] } as unknown as FirmwareIndex;
  const real = { packages: [{ load: 'P0S3-05-3-00' }] } as unknown as FirmwareIndex;
  expect(syntheticWarning(index, { address: '0.0.0.0', port: 69 })).toContain('P0S3-05-3-00');
  expect(syntheticWarning(index, { address: '::', port: 69 })).not.toBeNull();
  expect(syntheticWarning(index, { address: '127.0.0.7', port: 69 })).toBeNull();
  expect(syntheticWarning(real, { address: '0.0.0.0', port: 69 })).toBeNull();
});
