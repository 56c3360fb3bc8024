import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { nextHint } from '../../src/cli/output/waiting-advice.ts';
import { runCli } from '../../src/cli/program.ts';
import type { MacAddress } from '../../src/core/names/mac-address.ts';
import { writeSyntheticFirmware } from '../../src/emulator/firmware/synthetic-firmware.ts';
import { createPhone } from '../../src/emulator/phone.ts';
import type { EmulatedPhone } from '../../src/emulator/phone-options.ts';
import { FakeIo, loadstep, ownFolder } from '../support/fake-io.ts';
import { TellingOut } from '../support/telling-out.ts';

const MAC = '0018B9FFFFEE' as MacAddress;
const TARGET = 'P0S3-08-11-00';
const LATER = 'once it has shown what it runs: it may be writing its flash now, so leave its power on';
let own: Awaited<ReturnType<typeof ownFolder>>;
let env: Record<string, string>;
let phone: EmulatedPhone | null = null;

beforeEach(async () => {
  own = await ownFolder();
  const firmware = join(own.path, 'firmware');
  await writeSyntheticFirmware({ out: firmware, releases: ['P0S3-05-3-00', TARGET] });
  env = { HOME: own.path, LOADSTEP_DB: join(own.path, 'loadstep.db'), LOADSTEP_FIRMWARE: firmware };
  const enrolled = await loadstep(['enroll', '--mac', MAC, '--target', TARGET], env);
  expect(enrolled.code).toBe(0);
});
afterEach(async () => {
  await phone?.stop();
  phone = null;
  await rm(own.path, { recursive: true, force: true });
});

/** `upgrade` without --mac at a terminal. */
function start() {
  const out = new TellingOut(true);
  const io = new FakeIo(env, out);
  io.stdin.isTerminal = true;
  return { io, out, code: runCli(['upgrade', '--target', TARGET, '--listen', '127.0.0.1:0'], io) };
}

async function plugIn(out: TellingOut, speed: number): Promise<void> {
  const port = Number((await out.until(/listening on 127\.0\.0\.1:(\d+)/))[1]);
  const server = { host: '127.0.0.1', port };
  phone = createPhone({ model: '7940', mac: MAC, load: 'P0030301MFG2', address: '127.0.0.9', server, speed });
  await phone.start();
}

test('a phone that is on the list already is in the choice, and is followed to its landing when it is chosen', async () => {
  const { io, out, code } = start();
  await plugIn(out, 100);
  await out.until(/ 1 {2}0018B9FFFFEE {2}on the list for P0S3-08-11-00 already/);
  await out.until(/0018B9FFFFEE {2}hop 1 of 3, writing flash: DO NOT UNPLUG/);
  io.stdin.type('1');
  expect(await code).toBe(0);
  expect(out.text).toMatch(/LANDED {2}0018B9FFFFEE runs P0S3-08-11-00/);
  // What the record knows of it is no secret to a rehearsal.
  const rehearsal = await loadstep(['upgrade', '--mac', MAC, '--target', TARGET, '--dry-run'], env);
  expect(rehearsal).toMatchObject({ code: 0 });
  expect(rehearsal.out).toContain('The phone already runs P0S3-08-11-00.');
}, 60_000);

test('a phone on the list that lands while it is the only one to choose ends the choice with the card of its landing', async () => {
  const { out, code } = start();
  await plugIn(out, 100);
  expect(await code).toBe(0);
  expect(out.text).toMatch(/LANDED {2}0018B9FFFFEE runs P0S3-08-11-00, [1-9]\d* s\s+after this\s+command\s+began/);
  expect(out.text).not.toContain('would start it again');
  expect(out.text.replace(/\s+/g, ' ')).toContain('next Point DHCP at your provisioning server again');
}, 60_000);

test('who chose a phone and stops is told the command that goes on with it', async () => {
  const { io, out, code } = start();
  await plugIn(out, 100);
  await out.until(/ 1 {2}0018B9FFFFEE {2}on the list/);
  io.stdin.type('1');
  await out.until(/▸ 1/);
  io.signal('SIGINT');
  expect(await code).toBe(130);
  expect(out.text).toMatch(/loadstep upgrade --mac 0018B9FFFFEE --target P0S3-08-11-00 --listen 127\.0\.0\.1:0\n/);
}, 60_000);

test('who stops while a phone on the list writes its flash is told not to unplug it, and the next start shows it at once', async () => {
  const first = start();
  await plugIn(first.out, 100);
  await first.out.until(/hop 1 of 3, writing flash: DO NOT UNPLUG/);
  await phone?.stop();
  first.io.signal('SIGINT');
  expect(await first.code).toBe(130);
  expect(first.io.stderr.text).toBe(
    'loadstep: stopped by SIGINT, the same command goes on from here. Do NOT unplug 0018B9FFFFEE: it may be writing its flash\n',
  );
  const again = start();
  await again.out.until(/ 1 {2}0018B9FFFFEE {2}on the list for P0S3-08-11-00 already: hop 1 of 3, writing\s+flash/);
  again.io.signal('SIGINT');
  expect(await again.code).toBe(130);
  // What is asked of it meanwhile waits for it, and says so.
  for (const [word, done] of [
    ['retry', 'starts again'],
    ['release', 'released'],
  ] as const) {
    const { code, out } = await loadstep([word, '--mac', MAC], env);
    expect(code).toBe(0);
    expect(out).toBe(`${MAC} ${done}, ${LATER}\n`);
  }
}, 60_000);

test('nobody is told that unplugging is safe while any phone may be writing its flash, or another one asks', () => {
  const absence = { mac: null, silentMs: 20_000, hasBeenSeen: false, isHeard: false, state: 'waiting' };
  const place = { port: 69, addresses: ['192.168.1.3'] };
  const hint = (others: string | null, busy: readonly MacAddress[]) =>
    nextHint({ ...absence, ...place, others, busy: () => busy }, 0);
  expect(hint(null, [])).toContain('(safe now)');
  expect(hint('0018B9C0FFEE asks', [])).not.toContain('safe now');
  expect(hint(null, [MAC])).not.toMatch(/safe now|unplug it and plug/);
  expect(hint(null, [MAC])).toContain('Do NOT unplug 0018B9FFFFEE: it may be writing its flash.');
});
