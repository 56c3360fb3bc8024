import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import { writeSyntheticFirmware } from '../../src/emulator/firmware/synthetic-firmware.ts';
import { ownFolder } from '../support/fake-io.ts';

/** For each test of a file: a log of another server that is empty yet, and what `observe` finds its firmware by. */
export function growingLog() {
  let folder: Awaited<ReturnType<typeof ownFolder>>;
  let logs = 0;
  const here = { log: '', env: {} as Record<string, string>, nowhere: '' };
  beforeAll(async () => {
    folder = await ownFolder();
    const firmware = join(folder.path, 'firmware');
    await writeSyntheticFirmware({ out: firmware, releases: ['P0S3-08-11-00', 'P0S3-05-3-00'] });
    here.env = { HOME: folder.path, LOADSTEP_FIRMWARE: firmware, LOADSTEP_DB: join(folder.path, 'none.db'), TZ: 'UTC' };
    here.nowhere = join(folder.path, 'nowhere.log');
  });
  beforeEach(() => {
    logs += 1;
    here.log = join(folder.path, `tftp-${logs}.log`);
    writeFileSync(here.log, '');
  });
  afterAll(() => folder.remove());
  return here;
}
