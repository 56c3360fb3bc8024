import { join } from 'node:path';
import { expect, test } from 'vitest';
import { writeSyntheticFirmware } from '../../src/emulator/firmware/synthetic-firmware.ts';
import { temporaryFolder } from '../store/temporary.ts';
import { Child } from './child.ts';

const TARGET = 'P0S3-08-11-00';

test('two rehearsals one after the other, as docs/emulator.md has them, both land on one record', async () => {
  const folder = temporaryFolder();
  const firmware = join(folder, 'firmware');
  await writeSyntheticFirmware({ out: firmware, releases: ['P0S3-05-3-00', TARGET] });
  for (const mac of ['0018B9AA0001', '0018B9AA0002']) {
    const place = ['--firmware', firmware, '--db', join(folder, 'rehearsal.db'), '--listen', '127.0.0.1:0'];
    const upgrade = new Child(
      ['upgrade', '--mac', mac, '--target', TARGET, ...place, '--timeout', '60s', '--json'],
      folder,
    );
    const { port } = await upgrade.until(({ event }) => event === 'server.listening');
    const load = ['--model', '7940', '--load', 'P0030301MFG2'];
    const words = ['--mac', mac, '--server', `127.0.0.1:${port}`, '--speed', '60', '--until', TARGET, '--json'];
    const phone = new Child(['emulate', 'phone', ...load, ...words], folder);
    expect(await phone.end()).toBe(0);
    expect(await upgrade.end()).toBe(0);
    expect(upgrade.lines.filter(({ event }) => event === 'phone.landed')).toMatchObject([{ mac, load: TARGET }]);
    expect(upgrade.stderr).toBe('');
  }
}, 120_000);
