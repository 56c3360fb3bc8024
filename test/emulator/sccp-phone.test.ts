import { createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createPhone } from '../../src/emulator/phone.ts';
import type { EmulatedPhone, PhoneOptions } from '../../src/emulator/phone-options.ts';
import { ScriptedServer } from './scripted-server.ts';

// An emulated phone on SCCP goes to its call manager and says what it runs (after-landing 3.3, witnesses-seen 3).

const MAC = '0024C4AABBCC';
const PHONE = '127.95.0.2';
const MANAGER = '127.95.0.1';
/** The TFTP server, for the phone. */
const FILES = '127.95.0.3';

let files: ScriptedServer;
let phone: EmulatedPhone | null = null;
let manager: Server;
let heard: Buffer[] = [];
let answer: (socket: Socket) => void = () => {};
let port = 0;

beforeEach(async () => {
  heard = [];
  answer = () => {};
  files = new ScriptedServer(new Map(), FILES);
  await files.start();
  manager = createServer((socket) => {
    const chunks: Buffer[] = [];
    socket
      .on('error', () => {})
      .on('data', (bytes) => {
        chunks.push(bytes);
        if (Buffer.concat(chunks).length >= 104 + 12 + 44) answer(socket);
      });
    socket.on('close', () => heard.push(Buffer.concat(chunks)));
  });
  await new Promise<void>((resolve) => manager.listen(0, MANAGER, resolve));
  port = (manager.address() as { port: number }).port;
});

afterEach(async () => {
  await phone?.stop();
  phone = null;
  await files.stop();
  await new Promise<void>((resolve) => manager.close(() => resolve()));
});

async function plug(load: string, model: PhoneOptions['model'], knobs = {}): Promise<EmulatedPhone> {
  phone = createPhone({
    ...{ model, load, mac: MAC, address: PHONE, knobs },
    server: { host: FILES, port: files.port },
    ...{ speed: 200, networkSpeed: 20, isRunning: true, registers: true },
  });
  await phone.start();
  return phone;
}

const config = (load: string) =>
  `<device><devicePool><callManagerGroup><members><member><callManager><ports><ethernetPhonePort>${port}</ethernetPhonePort></ports><processNodeName>${MANAGER}</processNodeName></callManager></member></members></callManagerGroup></devicePool><loadInformation>${load}</loadInformation></device>`;

function reject(socket: Socket): void {
  const bytes = Buffer.alloc(48);
  bytes.writeUInt32LE(40, 0);
  bytes.writeUInt32LE(0x9d, 8);
  bytes.write('no', 12);
  socket.write(bytes);
}

test.each([
  ['P0030801SR02', '7960', 68, 'Load=8.1(SR.2) Last=Initialized', ''],
  ['SCCP42.9-4-2SR3-1S', '7942', 124, 'Load= 9.4(2SR3.1S) Last=Initialized', 'SCCP42.9-4-2SR3-1S'],
] as const)(
  '%s says its version in the alarm, and its load where the registration is long enough',
  async (load, model, length, alarm, name) => {
    files.files.set(`SEP${MAC}.cnf.xml`, config(load));
    answer = reject;
    const one = await plug(load, model);
    await one.until(({ event }) => event === 'sccp.got');
    while (heard.length === 0) await new Promise<void>((resolve) => setImmediate(resolve));
    const [all] = heard as [Buffer];
    expect(all.toString('latin1', 12 + 4, 12 + 84)).toContain(`Name=SEP${MAC} ${alarm}`);
    expect(all.readUInt32LE(104)).toBe(length + 4);
    expect(all.toString('latin1', 104 + 12, 104 + 12 + 15)).toBe(`SEP${MAC}`);
    expect(all.toString('latin1', 104 + 12 + 92).replace(/\0+$/, '')).toBe(name);
    expect(one.screen).toBe('Registration Rejected');
  },
);

test('one that is refused or not answered tries again a minute later, and not before', async () => {
  files.files.set(`SEP${MAC}.cnf.xml`, config('P0030801SR02'));
  answer = reject;
  const one = await plug('P0030801SR02', '7960');
  const registers = () => one.records.filter((each) => each.event === 'sccp.sent' && each.what === 'Register');
  await one.until(() => registers().length === 3);
  const [first = 0, second = 0] = registers().map(({ atSeconds }) => atSeconds);
  expect(second - first).toBeGreaterThan(55);
});

test.each([true, false])(
  'one that was told no call manager tries its TFTP server, or does not (%s)',
  async (sccpTriesTftpServer) => {
    const there = createServer((socket) => void socket.on('error', () => {}).resume());
    await new Promise<void>((resolve) => there.listen(2000, FILES, resolve));
    let came = 0;
    there.on('connection', () => came++);
    files.files.set(`SEP${MAC}.cnf.xml`, '<device><loadInformation>P0030801SR02</loadInformation></device>');
    const one = await plug('P0030801SR02', '7960', { sccpTriesTftpServer });
    if (sccpTriesTftpServer) await one.until(({ event }) => event === 'sccp.sent');
    else await one.until(({ event }) => event === 'phone.idle');
    await one.stop();
    for (let n = 0; n < 20; n++) await new Promise<void>((resolve) => setImmediate(resolve));
    await new Promise<void>((resolve) => there.close(() => resolve()));
    expect(came).toBe(sccpTriesTftpServer ? 1 : 0);
  },
);

test('a Java phone that waits for its file goes to the call manager of the default, and later to that of its file', async () => {
  const byDefault: Socket[] = [];
  const acknowledge = (socket: Socket) => {
    const bytes = Buffer.alloc(32);
    bytes.writeUInt32LE(24, 0);
    bytes.writeUInt32LE(0x81, 8);
    socket.write(bytes);
  };
  const other = createServer((socket) => {
    byDefault.push(socket);
    socket.on('error', () => {}).on('data', () => acknowledge(socket));
  });
  await new Promise<void>((resolve) => other.listen(0, '127.95.0.4', resolve));
  const at = (other.address() as { port: number }).port;
  const load = 'SCCP42.9-4-2SR3-1S';
  const name = `SEP${MAC}.cnf.xml`;
  files.files.set('XMLDefault.cnf.xml', config(load).replace(MANAGER, '127.95.0.4').replaceAll(`>${port}<`, `>${at}<`));
  const one = await plug(load, '7942');
  await one.until(() => byDefault.length > 0 && one.wasAsked(name) >= 3);
  expect(byDefault.map(({ destroyed }) => destroyed)).toEqual([false]);
  files.files.set(name, config(load));
  await one.until((each) => each.event === 'sccp.sent' && each.to === `${MANAGER}:${port}`);
  await one.until(() => byDefault.length === 1 && byDefault[0]?.destroyed === true);
  await one.stop();
  await new Promise<void>((resolve) => other.close(() => resolve()));
});
