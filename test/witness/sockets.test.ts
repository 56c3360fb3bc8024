import { createSocket } from 'node:dgram';
import { createConnection, createServer, type Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { type SccpAnswers, SccpEar } from '../../src/adapters/witness/sccp-ear.ts';
import { SipEar } from '../../src/adapters/witness/sip-ear.ts';
import type { Statement } from '../../src/core/witness/statement.ts';
import type { WitnessDesk } from '../../src/ports/witnesses.ts';
import { FakeClock } from '../support/clock.ts';

// The ears on real sockets of loopback; who may be heard is the desk's, and said by the test.

const HERE = '127.96.0.1';
const PHONE = '127.96.0.2';
const STRANGER = '127.96.0.3';
const clock = new FakeClock();
const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

class Desk implements WitnessDesk {
  readonly heard: Statement[] = [];
  async isItsAddress(_: string, address: string): Promise<boolean> {
    return address === PHONE;
  }
  async hear(statement: Statement): Promise<boolean> {
    this.heard.push(statement);
    return true;
  }
  toAsk() {
    return [];
  }
}

async function sip(): Promise<{ readonly desk: Desk; readonly port: number }> {
  const desk = new Desk();
  const ear = new SipEar({ listen: { address: HERE, port: 0 }, desk, clock });
  const port = await ear.start();
  ends.push(() => ear.stop());
  return { desk, port };
}

async function sccp(answers: SccpAnswers): Promise<{ readonly desk: Desk; readonly port: number }> {
  const desk = new Desk();
  const ear = new SccpEar({ listen: { address: HERE, port: 0 }, desk, clock, answers });
  const port = await ear.start();
  ends.push(() => ear.stop());
  return { desk, port };
}

const register = (address: string, port: number, transport: string, more = '') =>
  [
    `REGISTER sip:${HERE} SIP/2.0`,
    `Via: SIP/2.0/${transport} ${address}:${port};branch=z9hG4bK1`,
    `From: <sip:1@${HERE}>;tag=1`,
    `To: <sip:1@${HERE}>`,
    `Call-ID: 1@${address}`,
    'CSeq: 101 REGISTER',
    `Contact: <sip:1@${address}:${port}>;+sip.instance="<urn:uuid:00000000-0000-0000-0000-0024c4aabbcc>"`,
    'Reason: SIP;cause=200;text="cisco-alarm:25 Name=SEP0024C4AABBCC Load=SIP70.8-4-2S Last=initialized"',
    `${more}Content-Length: 3`,
    '',
    'abc',
  ].join('\r\n');

async function connected(from: string, port: number): Promise<{ readonly socket: Socket; readonly got: () => Buffer }> {
  const socket = createConnection({ host: HERE, port, localAddress: from });
  ends.push(() => socket.destroy());
  const chunks: Buffer[] = [];
  socket.on('data', (bytes) => chunks.push(bytes)).on('error', () => {});
  await new Promise<void>((resolve) => socket.once('connect', resolve));
  return { socket, got: () => Buffer.concat(chunks) };
}

const until = async (isSo: () => boolean): Promise<void> => {
  while (!isSo()) await new Promise<void>((resolve) => setImmediate(resolve));
};

test('the answer to a datagram goes to the port in its Via, not to the one that it came from', async () => {
  const { port } = await sip();
  const listens = createSocket('udp4');
  const sends = createSocket('udp4');
  ends.push(
    () => listens.close(),
    () => sends.close(),
  );
  await new Promise<void>((resolve) => listens.bind(0, PHONE, resolve));
  await new Promise<void>((resolve) => sends.bind(0, PHONE, resolve));
  let isLost = true;
  sends.on('message', () => {
    isLost = false;
  });
  const answer = new Promise<string>((resolve) => listens.once('message', (bytes) => resolve(bytes.toString())));
  sends.send(register(PHONE, listens.address().port, 'UDP'), port, HERE);
  expect(await answer).toMatch(/^SIP\/2\.0 401 /);
  expect(isLost).toBe(true);
});

test('over one connection several registrations are answered, in whatever pieces they come', async () => {
  const { desk, port } = await sip();
  const { socket, got } = await connected(PHONE, port);
  const both = register(PHONE, 44332, 'TCP') + register(PHONE, 44332, 'TCP').replace('101 REGISTER', '102 REGISTER');
  socket.setNoDelay(true);
  for (let at = 0; at < both.length; at += 37) {
    socket.write(both.slice(at, at + 37));
    await new Promise<void>((resolve) => setImmediate(resolve));
  }
  await until(() => got().toString().split('SIP/2.0 200 OK').length === 3);
  expect(desk.heard).toHaveLength(2);
});

test.each([
  ['SIP', sip, Buffer.from(register(STRANGER, 5060, 'TCP'))],
  ['SCCP', () => sccp('reject'), sccpAlarm()],
] as const)('a stranger who speaks %s is left without an answer', async (_, open, words) => {
  const { desk, port } = await open();
  const { socket, got } = await connected(STRANGER, port);
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  socket.write(words);
  await closed;
  expect(got()).toHaveLength(0);
  expect(desk.heard).toEqual([]);
});

test('a bench that registers at once is heard, however long this process was at something else', async () => {
  const { port } = await sip();
  const phone = createSocket('udp4');
  ends.push(() => phone.close());
  await new Promise<void>((resolve) => phone.bind(0, PHONE, resolve));
  let answers = 0;
  phone.on('message', () => answers++);
  const text = register(PHONE, phone.address().port, 'UDP', `Supported: ${'x'.repeat(600)}\r\n`);
  for (let n = 0; n < 150; n++) phone.send(text.replace('1@', `${n}@`), port, HERE);
  await new Promise<void>((resolve) => setImmediate(resolve));
  // All of them are with the system now, as when the process was at something else.
  const end = performance.now() + 50;
  while (performance.now() < end);
  await until(() => answers === 150);
});

test.each([
  ['SIP', sip, 'REGISTER sip:x SIP/2.0\r\n'],
  ['SCCP', () => sccp('reject'), String.fromCharCode(96, 0, 0, 0, 0, 0)],
] as const)(
  'who speaks %s so slowly that nothing can be read has ten seconds, not ten for each byte',
  { timeout: 5_000 },
  async (_, open, words) => {
    const { port } = await open();
    const { socket } = await connected(PHONE, port);
    let isClosed = false;
    socket.once('close', () => {
      isClosed = true;
    });
    const arrives = () => new Promise<void>((resolve) => setTimeout(resolve, 20));
    await arrives();
    for (const letter of words.slice(0, 3)) {
      socket.write(letter, 'latin1');
      await arrives();
      clock.advance(3_333);
    }
    await arrives();
    expect(isClosed).toBe(false);
    clock.advance(1);
    await until(() => isClosed);
  },
);

test('a phone that is known may be silent for six minutes', async () => {
  const { port } = await sccp('reject');
  const { socket, got } = await connected(PHONE, port);
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  const alive = Buffer.alloc(12);
  alive.writeUInt32LE(4, 0);
  socket.write(sccpRegister());
  await until(() => got().length === 48);
  clock.advance(359_999);
  socket.write(alive);
  await until(() => got().length === 60);
  clock.advance(359_999);
  socket.write(alive);
  await until(() => got().length === 72);
  clock.advance(360_000);
  await closed;
});

test('who takes no answers is not answered for ever', async () => {
  const { port } = await sccp('reject');
  const { socket, got } = await connected(PHONE, port);
  let isClosed = false;
  socket.once('close', () => {
    isClosed = true;
  });
  socket.write(sccpRegister());
  await until(() => got().length === 48);
  socket.pause();
  const alive = Buffer.alloc(12 * 5_000);
  for (let at = 0; at < alive.length; at += 12) alive.writeUInt32LE(4, at);
  for (let sent = 0; !isClosed && sent < 100_000_000; sent += alive.length) {
    socket.write(alive);
    await until(() => isClosed || socket.writableLength < 1_000_000);
    await new Promise<void>((resolve) => setImmediate(resolve));
  }
  expect(isClosed).toBe(true);
});

test('one address has four connections and no more', async () => {
  const { port } = await sccp('reject');
  for (let n = 0; n < 4; n++) await connected(STRANGER, port);
  const { socket } = await connected(STRANGER, port);
  await new Promise<void>((resolve) => socket.once('close', () => resolve()));
});

test('right after this process woke nobody knows how long a connection has waited: what came over it has no time, until a question was answered over it', async () => {
  const woken = new FakeClock();
  const clockOf = (agoMs: number) => Object.assign(woken, { awakeSince: () => woken.now() - agoMs });
  for (const [agoMs, isKnown] of [
    [0, false],
    [9_999, false],
    [10_001, true],
  ] as const) {
    const desk = new Desk();
    const sccpEar = new SccpEar({
      listen: { address: HERE, port: 0 },
      desk,
      clock: clockOf(agoMs),
      answers: 'nothing',
    });
    const sipEar = new SipEar({ listen: { address: HERE, port: 0 }, desk, clock: clockOf(agoMs) });
    ends.push(
      () => sccpEar.stop(),
      () => sipEar.stop(),
    );
    const old = await connected(PHONE, await sccpEar.start());
    old.socket.write(sccpRegister());
    await until(() => desk.heard.length === 1);
    expect(desk.heard[0]?.since).toBe(isKnown ? woken.now() : null);
    const { socket, got } = await connected(PHONE, await sipEar.start());
    socket.write(register(PHONE, 44332, 'TCP'));
    await until(() => got().length > 0);
    expect(got().toString()).toMatch(isKnown ? /^SIP\/2\.0 200 / : /^SIP\/2\.0 401 /);
    expect(desk.heard).toHaveLength(isKnown ? 2 : 1);
  }
});

test.each(['reject', 'register', 'nothing'] as const)(
  'a phone on SCCP that registers is answered (%s)',
  async (answers) => {
    const { desk, port } = await sccp(answers);
    const { socket, got } = await connected(PHONE, port);
    const alive = Buffer.alloc(12);
    alive.writeUInt32LE(4, 0);
    socket.write(Buffer.concat([sccpAlarm(), sccpRegister(), alive]));
    await until(() => desk.heard.length === 2);
    const length = { reject: 48, register: 32, nothing: 0 }[answers];
    if (length > 0) await until(() => got().length === length + 12);
    else expect(got()).toHaveLength(0);
    expect(desk.heard.map(({ said }) => said.load)).toEqual(['8.5(3S)', 'SCCP41.8-5-3S']);
  },
);

test.each([
  ['TCP', 'SIP'],
  ['UDP', 'SIP'],
  ['TCP', 'SCCP'],
] as const)(
  'a %s port of %s that another program has is a clear error, and nothing is left open',
  async (layer, protocol) => {
    const taken = layer === 'TCP' ? createServer() : createSocket('udp4');
    ends.push(() => new Promise<void>((resolve) => taken.close(() => resolve())));
    await new Promise<void>((resolve) => {
      if ('listen' in taken) taken.listen(0, HERE, resolve);
      else taken.bind(0, HERE, resolve);
    });
    const { port } = taken.address() as { port: number };
    const options = { listen: { address: HERE, port }, desk: new Desk(), clock };
    const ear = protocol === 'SIP' ? new SipEar(options) : new SccpEar({ ...options, answers: 'reject' });
    await expect(ear.start()).rejects.toMatchObject({
      code: 'E_PORT_IN_USE',
      message: expect.stringContaining(`--witness-${protocol.toLowerCase()}`),
    });
  },
);

function sccpAlarm(): Buffer {
  const bytes = Buffer.alloc(104);
  bytes.writeUInt32LE(96, 0);
  bytes.writeUInt32LE(0x20, 8);
  bytes.write('25: Name=SEP0024C4AABBCC Load= 8.5(3S) Last=Initialized', 16, 'latin1');
  return bytes;
}

function sccpRegister(): Buffer {
  const bytes = Buffer.alloc(12 + 124);
  bytes.writeUInt32LE(128, 0);
  bytes.writeUInt32LE(1, 8);
  bytes.write('SEP0024C4AABBCC', 12, 'latin1');
  bytes.write('SCCP41.8-5-3S', 12 + 92, 'latin1');
  return bytes;
}
