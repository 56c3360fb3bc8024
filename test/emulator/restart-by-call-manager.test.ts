import { createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createPhone } from '../../src/emulator/phone.ts';
import type { EmulatedPhone, PhoneOptions } from '../../src/emulator/phone-options.ts';
import { ScriptedServer } from './scripted-server.ts';

// SCCP Reset (0x009F) on the open connection of a phone that is registered (after-landing 5, witnesses-seen 3), byte by byte.

const MAC = '0024C4AABBCC';
const PHONE = '127.91.0.2';
const MANAGER = '127.91.0.1';
const [REGISTER, ACK, REJECT, RESET] = [0x01, 0x81, 0x9d, 0x9f];
const LOADS = [
  ['P0030801SR02', '7960'],
  ['SCCP42.9-4-2SR3-1S', '7942'],
] as const;

let files: ScriptedServer;
let manager: Server;
let port = 0;
let phone: EmulatedPhone;
/** The connections of the phone, each with the text of its alarm. */
let lines: { readonly socket: Socket; alarm: string; isOpen: boolean }[] = [];
let answer = ACK;

function put(socket: Socket, id: number, body: Buffer): void {
  const head = Buffer.alloc(12);
  head.writeUInt32LE(body.length + 4, 0);
  head.writeUInt32LE(id, 8);
  socket.write(Buffer.concat([head, body]));
}

const number = (value: number) => Buffer.of(value, 0, 0, 0);

beforeEach(async () => {
  [lines, answer] = [[], ACK];
  files = new ScriptedServer(new Map());
  await files.start();
  manager = createServer((socket) => {
    const line = { socket, alarm: '', isOpen: true };
    lines.push(line);
    let kept = Buffer.alloc(0);
    socket.on('error', () => {}).on('close', () => (line.isOpen = false));
    socket.on('data', (bytes: Buffer) => {
      kept = Buffer.concat([kept, bytes]);
      while (kept.length >= 12 && kept.length >= kept.readUInt32LE(0) + 8) {
        const [id, body] = [kept.readUInt32LE(8), kept.subarray(12, kept.readUInt32LE(0) + 8)];
        kept = kept.subarray(kept.readUInt32LE(0) + 8);
        if (id === 0x20) line.alarm = body.toString('latin1', 4, 84).replace(/\0.*$/s, '');
        if (id === REGISTER && answer !== 0) put(socket, answer, Buffer.alloc(20));
      }
    });
  });
  await new Promise<void>((resolve) => manager.listen(0, MANAGER, resolve));
  port = (manager.address() as { port: number }).port;
});

afterEach(async () => {
  await phone.stop();
  for (const { socket } of lines) socket.destroy();
  await new Promise<void>((resolve) => manager.close(() => resolve()));
  await files.stop();
});

function configure(load: string, more = ''): void {
  files.files.set(
    `SEP${MAC}.cnf.xml`,
    `<device><devicePool><callManagerGroup><members><member><callManager><ports><ethernetPhonePort>${port}</ethernetPhonePort></ports><processNodeName>${MANAGER}</processNodeName></callManager></member></members></callManagerGroup></devicePool><loadInformation>${load}</loadInformation>${more}</device>`,
  );
}

async function plug(load: string, model: PhoneOptions['model'], isRunning = true): Promise<EmulatedPhone> {
  phone = createPhone({
    ...{ model, load, mac: MAC, address: PHONE, server: { host: '127.0.0.1', port: files.port } },
    ...{ speed: 400, networkSpeed: 20, isRunning, registers: true },
  });
  await phone.start();
  return phone;
}

const got = (what: string) => phone.until((one) => one.event === 'sccp.got' && one.what === what);
const obeyed = () => phone.records.flatMap((one) => (one.event === 'phone.obeys' ? [`${one.way}: ${one.how}`] : []));
const boots = () => phone.records.flatMap((one) => (one.event === 'phone.booted' ? [one.software] : []));

test.each(
  LOADS.flatMap(([load, model]) => [
    [load, model, 1, 'reset', '22', 'Reset-Reset'] as const,
    [load, model, 2, 'restart', '23', 'Reset-Restart'] as const,
  ]),
)('%s (%s) takes type %i: %s, and says so in its next alarm', async (load, model, type, how, code, last) => {
  configure(load);
  const one = await plug(load, model);
  await got('RegisterAck');
  expect(lines[0]?.alarm).toMatch(/^25: Name=SEP0024C4AABBCC Load=\S* ?\S+ Last=Initialized$/);
  const before = one.wasAsked(`SEP${MAC}.cnf.xml`);
  const [first] = lines;
  put(first?.socket as Socket, RESET, number(type));
  await one.until(() => (lines[1]?.alarm ?? '') !== '');
  expect(lines[1]?.alarm).toMatch(new RegExp(`^${code}: Name=SEP0024C4AABBCC Load=.* Last=${last}$`));
  expect([obeyed(), first?.isOpen]).toEqual([[`sccp-reset: ${how}`], false]);
  expect(one.wasAsked(`SEP${MAC}.cnf.xml`)).toBeGreaterThan(before);
  // A 79x0 boots through its loader.
  if (model === '7960') expect(boots().includes('loader')).toBe(type === 1);
});

test('a message in pieces is read as it is in one', async () => {
  configure(LOADS[0][0]);
  await plug(...LOADS[0]);
  await got('RegisterAck');
  const bytes = Buffer.alloc(16);
  bytes.writeUInt32LE(8, 0);
  bytes.writeUInt32LE(RESET, 8);
  bytes.writeUInt32LE(2, 12);
  for (const byte of bytes) {
    lines[0]?.socket.write(Buffer.of(byte));
    await new Promise((resolve) => setImmediate(resolve));
  }
  await phone.until(({ event }) => event === 'phone.obeys');
  expect(obeyed()).toEqual(['sccp-reset: restart']);
});

test.each([
  ['an unknown type', number(9)],
  ['no type', Buffer.alloc(0)],
])('%s changes nothing', async (_, body) => {
  configure(LOADS[0][0]);
  await plug(...LOADS[0]);
  await got('RegisterAck');
  put(lines[0]?.socket as Socket, RESET, body);
  await got('Reset');
  expect([obeyed(), lines[0]?.isOpen]).toEqual([[], true]);
});

test.each([
  ['before its registration is answered', 0],
  ['after it was rejected', REJECT],
])('a Reset %s is none', async (_, how) => {
  configure(LOADS[0][0]);
  answer = how;
  const one = await plug(...LOADS[0]);
  await one.until((each) => each.event === 'sccp.sent' && each.what === 'Register');
  await one.until(() => lines.length > 0);
  put(lines[0]?.socket as Socket, RESET, number(1));
  if (how === 0) await got('Reset');
  else await one.until((each) => each.event === 'screen' && each.text === 'Registration Rejected');
  expect(obeyed()).toEqual([]);
});

test.each([
  ['SCCP42.9-4-2SR3-1S', '7942', false, []],
  ['SCCP42.9-4-2SR3-1S', '7942', true, ['sccp-reset: restart']],
  ['P0030801SR02', '7960', true, []],
] as const)('%s (%s) takes type 3 by reading its file again (it changed: %s)', async (load, model, isChanged, does) => {
  configure(load);
  const one = await plug(load, model);
  await got('RegisterAck');
  const before = one.wasAsked(`SEP${MAC}.cnf.xml`);
  if (isChanged) configure(load, '<versionStamp>2</versionStamp>');
  put(lines[0]?.socket as Socket, RESET, number(3));
  await got('Reset');
  if (does.length > 0) await one.until(() => lines.length > 1);
  else if (model === '7942') await one.until((each) => each.event === 'file.got' && one.wasAsked(each.file) > before);
  expect(obeyed()).toEqual(does);
});

test('a phone without a loader boots as ever when its application begins again, and its later loader is not passed over', async () => {
  configure('P00303030300');
  const one = await plug('P00303030300', '7960');
  await got('RegisterAck');
  put(lines[0]?.socket as Socket, RESET, number(2));
  await one.until(() => (lines[1]?.alarm ?? '') !== '');
  expect([boots(), obeyed()]).toEqual([['application', 'application'], ['sccp-reset: restart']]);
});
