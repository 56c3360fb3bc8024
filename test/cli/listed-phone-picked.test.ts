import { createSocket } from 'node:dgram';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { nextHint } from '../../src/cli/output/waiting-advice.ts';
import type { MacAddress } from '../../src/core/names/mac-address.ts';
import { loadstep } from '../support/fake-io.ts';
import { phoneOnDesk, TARGET } from '../support/phone-on-desk.ts';
import type { TellingOut } from '../support/telling-out.ts';

const MAC = '0018B9FFFFEE' as MacAddress;
const LATER = 'once it has shown what it runs: it may be writing its flash now, so leave its power on';
const desk = phoneOnDesk();
const plugIn = (out: TellingOut) => desk.plugIn(MAC, out);

beforeEach(async () => {
  expect((await loadstep(['enroll', '--mac', MAC, '--target', TARGET], desk.env)).code).toBe(0);
});

/** `upgrade` without --mac at a terminal. */
const start = () => desk.start(['upgrade', '--target', TARGET, '--listen', '127.0.0.1:0'], true);

test('a phone that is on the list already is in the choice, and is followed to its landing when it is chosen', async () => {
  const { io, out, code } = start();
  await plugIn(out);
  await out.until(/ 1 {2}0018B9FFFFEE {2}on the list for P0S3-08-11-00 already/);
  await out.until(/0018B9FFFFEE {2}hop 1 of 3, writing flash: DO NOT UNPLUG/);
  io.stdin.type('1');
  expect(await code).toBe(0);
  expect(out.text).toMatch(/LANDED {2}0018B9FFFFEE runs P0S3-08-11-00/);
  // What the record knows of it is no secret to a rehearsal.
  const rehearsal = await loadstep(['upgrade', '--mac', MAC, '--target', TARGET, '--dry-run'], desk.env);
  expect(rehearsal).toMatchObject({ code: 0 });
  expect(rehearsal.out).toContain('The phone already runs P0S3-08-11-00.');
}, 60_000);

test('a phone on the list that lands while it is the only one to choose ends the choice with the card of its landing', async () => {
  const { out, code } = start();
  await plugIn(out);
  expect(await code).toBe(0);
  expect(out.text).toMatch(/LANDED {2}0018B9FFFFEE runs P0S3-08-11-00, [1-9]\d* s\s+after this\s+command\s+began/);
  expect(out.text).not.toContain('would start it again');
  // A script that asks for the same again sees the row of that landing.
  const again = await loadstep(
    ['upgrade', '--mac', MAC, '--target', TARGET, '--listen', '127.0.0.1:0', '--json'],
    desk.env,
  );
  expect(again.code).toBe(0);
  expect(again.json()).toMatchObject([
    { event: 'server.listening' },
    { event: 'phone.landed', mac: MAC, target: TARGET },
  ]);
  expect(out.text.replace(/\s+/g, ' ')).toContain('next Point DHCP at your provisioning server again');
}, 60_000);

test('what loadstep does not convert is said to be that, and no number stands for it', async () => {
  const { io, out, code } = start();
  const [, port] = await out.until(/listening on 127\.0\.0\.1:(\d+)/);
  const socket = createSocket('udp4');
  onTestFinished(() => void socket.close());
  const ask = (name: string) => socket.send(`\0\x01${name}\0octet\0`, Number(port), '127.0.0.1');
  ask('ata0018B9500023');
  await out.until(
    /-\s+0018B9500023\s+127\.0\.0\.1\s+asks\s+for\s+ata0018B9500023:\s+it\s+is\s+an\s+ATA\s+186\s+or\s+ATA\s+188,\s+which/,
  );
  ask('SEP0018B9500024.cnf.xml');
  await out.until(/ 1 {2}0018B9500024 /);
  io.signal('SIGINT');
  expect(await code).toBe(130);
  expect(out.text.match(/0018B9500023 /g)).toHaveLength(1);
}, 60_000);

test('who chose a phone and stops is told the command that goes on with it', async () => {
  const { io, out, code } = start();
  await plugIn(out);
  await out.until(/ 1 {2}0018B9FFFFEE {2}on the list/);
  io.stdin.type('1');
  await out.until(/▸ 1/);
  io.signal('SIGINT');
  expect(await code).toBe(130);
  expect(out.text).toMatch(/loadstep upgrade --mac 0018B9FFFFEE --target P0S3-08-11-00 --listen 127\.0\.0\.1:0\n/);
}, 60_000);

test('who stops while a phone on the list writes its flash is told not to unplug it, and the next start shows it at once', async () => {
  const first = start();
  await plugIn(first.out);
  await first.out.until(/hop 1 of 3, writing flash: DO NOT UNPLUG/);
  await desk.unplug();
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
    const { code, out } = await loadstep([word, '--mac', MAC], desk.env);
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
