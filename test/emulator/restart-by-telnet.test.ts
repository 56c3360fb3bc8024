import { createConnection, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createPhone } from '../../src/emulator/phone.ts';
import type { EmulatedPhone, PhoneOptions } from '../../src/emulator/phone-options.ts';
import { freeTcpPort } from '../support/free-port.ts';
import { ScriptedServer } from './scripted-server.ts';

// Telnet of a 7940 or 7960 on SIP, typed by hand (after-landing 1.3, 1.6).

const MAC = '0024C4AABBCC';
const PHONE = '127.90.0.2';
const LOAD = 'P0S3-8-12-00';

let files: ScriptedServer;
let phone: EmulatedPhone;
let port = 0;
let socket: Socket | null = null;
let heard = '';
let isClosed = false;

beforeEach(async () => {
  [heard, isClosed, socket] = ['', false, null];
  port = await freeTcpPort();
  files = new ScriptedServer(new Map());
  await files.start();
});

afterEach(async () => {
  socket?.destroy();
  await phone.stop();
  await files.stop();
});

async function plug(lines: readonly string[], options: Partial<PhoneOptions> = {}): Promise<EmulatedPhone> {
  files.files.set(`SIP${MAC}.cnf`, lines.join('\n'));
  phone = createPhone({
    ...{ model: '7960', load: LOAD, mac: MAC, address: PHONE, server: { host: '127.0.0.1', port: files.port } },
    ...{ speed: 200, networkSpeed: 20, isRunning: true, registers: true, telnetPort: port },
    ...options,
  });
  await phone.start();
  await phone.until(({ event }) => event === 'phone.idle');
  return phone;
}

/** Whether somebody is there. */
async function dial(): Promise<boolean> {
  const one = createConnection({ host: PHONE, port });
  socket = one;
  one.setEncoding('latin1').on('data', (text: string) => {
    heard += text;
  });
  one.on('close', () => {
    isClosed = true;
  });
  return new Promise((resolve) => one.on('connect', () => resolve(true)).on('error', () => resolve(false)));
}

async function hears(fits: () => boolean): Promise<void> {
  for (const until = performance.now() + 3000; !fits(); ) {
    if (performance.now() > until) throw new Error(`heard ${JSON.stringify(heard)}`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

const type = (text: string | Buffer) => socket?.write(text);
const obeyed = () => phone.records.flatMap((one) => (one.event === 'phone.obeys' ? [`${one.way}: ${one.how}`] : []));

test.each(['1', '2'])('level %s: the password, the prompt of its file, reset', async (level) => {
  await plug([`telnet_level: ${level}`, 'phone_password: "s3cret"', 'phone_prompt: bench']);
  expect(await dial()).toBe(true);
  await hears(() => /assword: $/.test(heard));
  type('s3cret\r\n');
  await hears(() => heard.endsWith('bench> '));
  type('show network\r\n');
  await hears(() => heard.split('bench> ').length === 3);
  type('reset\r\n');
  await phone.until((one) => one.event === 'phone.booted' && one.software === 'loader');
  expect(obeyed()).toEqual(['telnet: reset']);
  await hears(() => isClosed);
});

test('without words for them the password is cisco and the prompt SIP Phone', async () => {
  await plug(['telnet_level: 1']);
  await dial();
  type('cisco\r\0');
  await hears(() => heard.includes('SIP Phone'));
});

test('a wrong password opens nothing, the third one closes the connection', async () => {
  await plug(['telnet_level: 2']);
  await dial();
  for (const word of ['reset', '', 'Cisco']) type(`${word}\n`);
  await hears(() => isClosed);
  expect([obeyed(), heard.includes('SIP Phone')]).toEqual([[], false]);
});

test('what the other end negotiates is passed over, and exit ends it', async () => {
  await plug(['telnet_level: 1']);
  await dial();
  type(Buffer.from([255, 253, 1, 255, 251, 31, 255, 250, 31, 0, 80, 0, 24, 255, 240]));
  type(Buffer.from([255, 253, 3, ...Buffer.from('ci'), 255, 241, ...Buffer.from('sco\r\n')]));
  await hears(() => heard.includes('SIP Phone'));
  type('exit\r\n');
  await hears(() => isClosed);
  expect(obeyed()).toEqual([]);
});

test.each([
  ['telnet_level is 0', ['telnet_level: 0'], {}],
  ['nothing is said of it', ['line1_name: 201'], {}],
  ['no port is given', ['telnet_level: 2'], { telnetPort: undefined }],
] as const)('nobody is there where %s', async (_, lines, options) => {
  await plug(lines, options as Partial<PhoneOptions>);
  expect(await dial()).toBe(false);
});

test('what an earlier owner left in flash opens it, too', async () => {
  await plug(['line1_name: 201'], { keptSettings: { telnet_level: '1', phone_password: 'old' } });
  await dial();
  type('old\r\n');
  await hears(() => heard.includes('SIP Phone'));
});

test('a line without an end is not kept for ever', async () => {
  await plug(['telnet_level: 1']);
  await dial();
  type('x'.repeat(10_000));
  await hears(() => isClosed);
});
