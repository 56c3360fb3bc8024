import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach } from 'vitest';
import { runCli } from '../../src/cli/program.ts';
import type { MacAddress } from '../../src/core/names/mac-address.ts';
import { writeSyntheticFirmware } from '../../src/emulator/firmware/synthetic-firmware.ts';
import { createPhone } from '../../src/emulator/phone.ts';
import type { EmulatedPhone } from '../../src/emulator/phone-options.ts';
import { FakeIo, ownFolder } from './fake-io.ts';
import { TellingOut } from './telling-out.ts';

/** What the phones of these tests are converted to; 5.3 lies beside it for the hop before. */
export const TARGET = 'P0S3-08-11-00';

/**
 * For each test of a file: a folder with a record and the firmware of a road, commands that run in it, and one emulated 7940 with SCCP 3.x that is
 * plugged in where the test says, and unplugged behind it.
 */
export function phoneOnDesk() {
  let folder = '';
  let phone: EmulatedPhone | null = null;
  const desk = {
    env: {} as Record<string, string>,
    /** A command that goes on until it ends or is sent a signal. */
    start(words: readonly string[], isTerminal = false) {
      const out = new TellingOut(isTerminal);
      const io = new FakeIo(desk.env, out);
      io.stdin.isTerminal = isTerminal;
      return { io, out, code: runCli(words, io) };
    },
    /** The phone boots at the server that `out` tells of, so many times as fast as a real one. */
    async plugIn(mac: MacAddress, out: TellingOut, speed = 100): Promise<void> {
      const port = Number((await out.until(/listening on 127\.0\.0\.1:(\d+)|UDP port (\d+)/)).slice(1).find(Boolean));
      const server = { host: '127.0.0.1', port };
      phone = createPhone({ model: '7940', mac, load: 'P0030301MFG2', address: '127.0.0.9', server, speed });
      await phone.start();
    },
    async unplug(): Promise<void> {
      await phone?.stop();
      phone = null;
    },
  };
  beforeEach(async () => {
    folder = (await ownFolder()).path;
    const firmware = join(folder, 'firmware');
    await writeSyntheticFirmware({ out: firmware, releases: ['P0S3-05-3-00', TARGET] });
    desk.env = { HOME: folder, LOADSTEP_DB: join(folder, 'loadstep.db'), LOADSTEP_FIRMWARE: firmware };
  });
  afterEach(async () => {
    await desk.unplug();
    await rm(folder, { recursive: true, force: true });
  });
  return desk;
}
