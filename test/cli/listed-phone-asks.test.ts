import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import type { PhoneStatus } from '../../src/app/told/phone-status.ts';
import { type CardFacts, endingCard } from '../../src/cli/output/ending-card.ts';
import { nextHint } from '../../src/cli/output/waiting-advice.ts';
import type { MacAddress } from '../../src/core/names/mac-address.ts';
import { loadstep } from '../support/fake-io.ts';
import { phoneOnDesk, TARGET } from '../support/phone-on-desk.ts';
import type { TellingOut } from '../support/telling-out.ts';

const [MEANT, FAR, LISTED] = ['0018B9FFFEFE', '001BD4000001', '0018B9FFFFEE'].map((mac) => mac as MacAddress) as [
  MacAddress,
  MacAddress,
  MacAddress,
];
const desk = phoneOnDesk();
const { start } = desk;
const plugIn = (out: TellingOut) => desk.plugIn(LISTED, out);

beforeEach(async () => {
  expect((await loadstep(['enroll', '--mac', LISTED, '--target', TARGET], desk.env)).code).toBe(0);
});

/** `upgrade` for a phone that never asks, at a server of its own. */
const waitFor = (mac: MacAddress, isTerminal = false) =>
  start(['upgrade', '--mac', mac, '--target', TARGET, '--listen', '127.0.0.1:0'], isTerminal);

const flat = (text: string) => text.replace(/\s+/g, ' ');

test('a phone on the list that asks for a mistyped one is told of at once, with the commands, and so is its landing', async () => {
  const { io, out, code } = waitFor(MEANT);
  await plugIn(out);
  await out.until(
    /0018B9FFFFEE asks, two digits are exchanged: did you mean it\?[^\n]*\n {2}loadstep release [^\n]*\n {2}loadstep upgrade --mac 0018B9FFFFEE [^\n]*\n/,
  );
  await out.until(/0018B9FFFFEE {2}hop 1 of 3, writing flash: DO NOT UNPLUG/);
  await out.until(/0018B9FFFFEE has landed on P0S3-08-11-00: nothing is being written to it any more/);
  io.signal('SIGINT');
  expect(await code).toBe(130);
  expect(out.text.match(/did you mean it/g)).toHaveLength(1);
  expect(flat(out.text)).toContain('It is on the list for P0S3-08-11-00 already, and is being converted.');
  expect(io.stderr.text).not.toContain('unplug');
}, 60_000);

test('a phone on the list whose MAC is another one altogether is told of, too, without a question', async () => {
  const { io, out, code } = waitFor(FAR);
  await plugIn(out);
  await out.until(/0018B9FFFFEE asks, too: it is on the list for P0S3-08-11-00 already, and is being converted\./);
  await out.until(/0018B9FFFFEE has landed on/);
  io.signal('SIGINT');
  await code;
  expect(out.text).not.toContain('did you mean');
}, 60_000);

test('who stops while another phone of the list writes its flash is told not to unplug that one', async () => {
  const { io, out, code } = waitFor(MEANT);
  await plugIn(out);
  await out.until(/writing flash: DO NOT UNPLUG/);
  io.signal('SIGINT');
  expect(await code).toBe(130);
  expect(io.stderr.text).toContain('Do NOT unplug 0018B9FFFFEE: it may be writing its flash');
}, 60_000);

test('on a terminal, too, the card of who stops names the phone that may be writing, and sends nobody to a label', async () => {
  const { io, out, code } = waitFor(MEANT, true);
  await plugIn(out);
  await out.until(/did you mean\s+it/);
  await out.until(/writing flash: DO NOT\s+UNPLUG/);
  io.signal('SIGINT');
  expect(await code).toBe(130);
  expect(flat(out.text)).toContain('Stopped by SIGINT. Do NOT unplug 0018B9FFFFEE: it may be writing its flash.');
  expect(out.text).not.toMatch(/MAC on its\s+label/);
}, 60_000);

test('beside another server a mistyped phone of its list is told of, and of the others nothing', async () => {
  const server = start(['serve', '--listen', '127.0.0.1:0']);
  await server.out.until(/listening on/);
  const near = start(['upgrade', '--mac', MEANT, '--target', TARGET]);
  const far = start(['upgrade', '--mac', FAR, '--target', TARGET]);
  await near.out.until(/waiting for it to ask/);
  await far.out.until(/waiting for it to ask/);
  await plugIn(server.out);
  await near.out.until(/0018B9FFFFEE asks, two digits are exchanged: did you mean it\?/);
  await near.out.until(/0018B9FFFFEE has landed on/);
  expect(far.out.text).not.toContain(LISTED);
  for (const one of [near, far, server]) {
    one.io.signal('SIGINT');
    await one.code;
  }
}, 60_000);

test('advice to read the label says which phones not to unplug for that', () => {
  const absence = { mac: MEANT, silentMs: 120_000, hasBeenSeen: false, isHeard: false, state: 'waiting' };
  const place = { port: 69, addresses: ['192.168.1.3'], others: `${LISTED} asks`, busy: () => [LISTED] };
  expect(nextHint({ ...absence, ...place }, 1)).toContain(
    'Do NOT unplug 0018B9FFFFEE: it may be writing its flash. If',
  );
});

test('the line of the card that goes on with accounts keeps where this command listened and found its files', async () => {
  const facts: CardFacts = {
    mac: LISTED,
    columns: 400,
    paint: (_, text) => text,
    recordFlags: [],
    serveCommand: null,
    isRehearsal: false,
    isOwnServer: true,
    firmwareFlags: [],
    bytes: 0,
    witnesses: [],
    status: { target: TARGET } as PhoneStatus,
    serveFlags: ['--listen', '127.0.0.1:6969'],
  };
  expect(endingCard({ kind: 'landed', tookMs: 1 }, facts)).toContain(
    'loadstep serve --configure --pbx ADDRESS --listen 127.0.0.1:6969\n',
  );
});

test('the card of a landing keeps --listen, --db, --firmware and --leases as they were typed', async () => {
  const { HOME = '', LOADSTEP_DB = '', LOADSTEP_FIRMWARE = '' } = desk.env;
  const leases = join(HOME, 'dhcp.leases');
  await writeFile(leases, '');
  const words = ['--db', LOADSTEP_DB, '--firmware', LOADSTEP_FIRMWARE, '--leases', leases];
  const run = start(['upgrade', '--mac', LISTED, '--target', TARGET, '--listen', '127.0.0.1:0', ...words]);
  await plugIn(run.out);
  expect(await run.code).toBe(0);
  expect(run.out.text).toContain(
    `  loadstep serve --configure --pbx ADDRESS ${words.join(' ')} --listen 127.0.0.1:0\n`,
  );
}, 60_000);
