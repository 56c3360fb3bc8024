import { createSocket } from 'node:dgram';
import { createConnection, createServer, type Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { telnetReset } from '../../src/adapters/restart/telnet-reset.ts';
import { SccpEar } from '../../src/adapters/witness/sccp-ear.ts';
import { SipEar } from '../../src/adapters/witness/sip-ear.ts';
import type { MacAddress } from '../../src/core/names/mac-address.ts';
import type { RestartSent } from '../../src/ports/restarts.ts';
import type { WitnessDesk } from '../../src/ports/witnesses.ts';
import { FakeClock } from '../support/clock.ts';

// What is sent to phones on real sockets of loopback; the other side is written by hand, from after-landing 1.6, 3 and 5.

const HERE = '127.97.0.1';
const PHONE = '127.97.0.2';
const OTHER = '127.97.0.3';
const MAC = '0024C4AABBCC' as MacAddress;
const TARGET = { mac: MAC, address: PHONE };
const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

const DESK: WitnessDesk = {
  isItsAddress: async (_, address) => address === PHONE,
  hear: async () => true,
  toAsk: () => [],
};
const never = () => new AbortController().signal;
const until = async (isSo: () => boolean): Promise<void> => {
  while (!isSo()) await new Promise<void>((resolve) => setImmediate(resolve));
};

async function sip(
  clock: FakeClock,
  line: string | null = null,
): Promise<{ readonly ear: SipEar; readonly port: number }> {
  const ear = new SipEar({ listen: { address: HERE, port: 0 }, desk: DESK, clock, lineOf: () => line });
  const port = await ear.start();
  ends.push(() => ear.stop());
  return { ear, port };
}

interface Registering {
  readonly port: number;
  readonly transport?: string;
  readonly supported?: string;
  readonly agent?: string;
  readonly more?: string;
  readonly expires?: number;
}

const register = ({
  port,
  transport = 'UDP',
  supported = 'replaces,X-cisco-service-control',
  agent = 'Cisco-CP7962G/9.3.1',
  more = '',
  expires = 3600,
}: Registering) =>
  [
    `REGISTER sip:${HERE} SIP/2.0`,
    `Via: SIP/2.0/${transport} ${PHONE}:${port};branch=z9hG4bK1`,
    `From: <sip:201@${HERE}>;tag=1`,
    `To: <sip:201@${HERE}>`,
    'Call-ID: 0024c4aa-bbcc0008@phone',
    'CSeq: 101 REGISTER',
    `User-Agent: ${agent}`,
    `Contact: <sip:201@${PHONE}:${port}>;+sip.instance="<urn:uuid:00000000-0000-0000-0000-0024c4aabbcc>"`,
    ...(supported === '' ? [] : [`Supported: ${supported}`]),
    `${more}Expires: ${expires}`,
    'Content-Length: 0',
    '',
    '',
  ].join('\r\n');

const okTo = (request: string, status = '200 OK') =>
  [
    `SIP/2.0 ${status}`,
    ...request.split('\r\n').filter((one) => /^(?:Via|From|To|Call-ID|CSeq):/.test(one)),
    'Content-Length: 0',
    '',
    '',
  ].join('\r\n');

/** A phone that listens at one port and sends from another, as these do. */
async function udpPhone(address = PHONE) {
  const [listens, sends] = [createSocket('udp4'), createSocket('udp4')];
  ends.push(
    () => listens.close(),
    () => sends.close(),
  );
  await new Promise<void>((resolve) => listens.bind(0, address, resolve));
  await new Promise<void>((resolve) => sends.bind(0, address, resolve));
  const got: string[] = [];
  listens.on('message', (bytes) => got.push(bytes.toString()));
  return { port: listens.address().port, got, say: (text: string, port: number) => sends.send(text, port, HERE) };
}

test('a Java phone that registered by datagrams is told at the port where it listens, until it answers', async () => {
  const clock = new FakeClock();
  const { ear, port } = await sip(clock);
  const phone = await udpPhone();
  expect(ear.notifier.lacks('service-control', TARGET)).toBe('it is not registered here');
  phone.say(register({ port: phone.port }), port);
  await until(() => phone.got.length === 1);
  expect(ear.notifier.lacks('service-control', TARGET)).toBeNull();
  const sent = ear.notifier.send('service-control', TARGET, never());
  await until(() => phone.got.length === 2);
  // RFC 3261 17.1.2.2: again after T1, and after twice that.
  clock.advance(500);
  clock.advance(1_000);
  await until(() => phone.got.length === 4);
  const asked = phone.got[1] ?? '';
  expect(new Set(phone.got.slice(1)).size).toBe(1);
  expect(asked).toContain(`NOTIFY sip:201@${PHONE}:${phone.port} SIP/2.0\r\nVia: SIP/2.0/UDP ${HERE}:${port};branch=`);
  expect(asked).toMatch(/\r\n\r\naction=reset\r\nRegisterCallId=\{0024c4aa-bbcc0008@phone\}\r\n$/);
  // Somebody else's answer ends nothing, nor does one that is not the last.
  const stranger = await udpPhone(OTHER);
  stranger.say(okTo(asked, '486 Busy'), port);
  phone.say(okTo(asked, '100 Trying'), port);
  phone.say(okTo(asked), port);
  expect(await sent).toEqual<RestartSent>({ isTaken: true, text: 'it answered 200 OK' });
});

test.each(['404 Not Found', '400 Bad Request'])('%s is a refusal, with its words', async (status) => {
  const { ear, port } = await sip(new FakeClock());
  const phone = await udpPhone();
  phone.say(register({ port: phone.port }), port);
  await until(() => phone.got.length === 1);
  const sent = ear.notifier.send('service-control', TARGET, never());
  await until(() => phone.got.length === 2);
  phone.say(okTo(phone.got[1] ?? '', status), port);
  expect(await sent).toEqual({ isTaken: false, text: `it answered ${status}` });
});

test('one that never answers is given up after 32 s, and one that is broken off at once', async () => {
  const clock = new FakeClock();
  const { ear, port } = await sip(clock);
  const phone = await udpPhone();
  phone.say(register({ port: phone.port }), port);
  await until(() => phone.got.length === 1);
  const sent = ear.notifier.send('service-control', TARGET, never());
  for (let n = 0; n < 64; n++) clock.advance(500);
  expect(await sent).toEqual({ isTaken: false, mayObey: true, text: 'no answer within 32 s' });
  const breaking = new AbortController();
  const broken = ear.notifier.send('service-control', TARGET, breaking.signal);
  breaking.abort();
  expect(await broken).toEqual({ isTaken: false, mayObey: true, text: 'broken off before it answered' });
  expect(clock.pending).toBe(0);
});

test('over TCP it is told on its own connection', async () => {
  const { ear, port } = await sip(new FakeClock());
  const socket = await connected(port);
  let got = '';
  socket.on('data', (bytes) => {
    got += bytes.toString();
  });
  socket.write(register({ port: 44332, transport: 'TCP' }));
  await until(() => got.includes('200 OK'));
  got = '';
  const sent = ear.notifier.send('service-control', TARGET, never());
  await until(() => got.includes('RegisterCallId'));
  expect(got).toMatch(/^NOTIFY [\s\S]*Via: SIP\/2\.0\/TCP/);
  socket.write(okTo(got));
  expect(await sent).toEqual({ isTaken: true, text: 'it answered 200 OK' });
  // It stays registered on that connection.
  socket.write(register({ port: 44332, transport: 'TCP' }));
  got = '';
  await until(() => got.includes('200 OK'));
});

test('one that is not in CallManager mode, has left or whose registration has run out is not told', async () => {
  const clock = new FakeClock();
  const { ear, port } = await sip(clock);
  const phone = await udpPhone();
  const registers = async (change: Partial<Registering>) => {
    const before = phone.got.length;
    phone.say(register({ port: phone.port, ...change }), port);
    await until(() => phone.got.length > before);
  };
  await registers({ supported: '(null),X-cisco-xsi-7.0.1' });
  expect(ear.notifier.lacks('service-control', TARGET)).toMatch(/not in CallManager mode/);
  await registers({});
  expect(ear.notifier.lacks('service-control', TARGET)).toBeNull();
  expect(ear.notifier.lacks('service-control', { mac: MAC, address: OTHER })).toMatch(/another address/);
  await registers({ expires: 0 });
  expect(ear.notifier.lacks('service-control', TARGET)).toBe('it is not registered here');
  await registers({ expires: 120 });
  clock.advance(121_000);
  expect(ear.notifier.lacks('service-control', TARGET)).toBe('it is not registered here');
});

test('a 7960 is told to check its sync by its line, also where it registers elsewhere and its account names it', async () => {
  const { ear, port } = await sip(new FakeClock());
  const phone = await udpPhone();
  expect(ear.notifier.lacks('check-sync', TARGET)).toMatch(/no account names its line/);
  const agent = 'Cisco-CP7960G/8.0';
  phone.say(register({ port: phone.port, agent, supported: '' }), port);
  // A 7960 says no load, and is asked back first.
  await until(() => phone.got.length === 1);
  const nonce = /nonce="([^"]+)"/.exec(phone.got[0] ?? '')?.[1];
  const more = `Authorization: Digest username="201",realm="loadstep",nonce="${nonce}",uri="sip:x",response="0"\r\n`;
  phone.say(register({ port: phone.port, agent, supported: '', more }).replace('101 REG', '102 REG'), port);
  await until(() => phone.got.length === 2);
  expect(ear.notifier.lacks('check-sync', TARGET)).toBeNull();
  expect(ear.notifier.lacks('service-control', TARGET)).toMatch(/not in CallManager mode/);
  const sent = ear.notifier.send('check-sync', TARGET, never());
  await until(() => phone.got.length === 3);
  expect(phone.got[2]).toMatch(/\r\nEvent: check-sync\r\n[\s\S]*Content-Length: 0\r\n\r\n$/);
  phone.say(okTo(phone.got[2] ?? ''), port);
  expect(await sent).toMatchObject({ isTaken: true });
  const elsewhere = await sip(new FakeClock(), '305');
  expect(elsewhere.ear.notifier.lacks('check-sync', TARGET)).toBeNull();
});

async function connected(port: number): Promise<Socket> {
  const socket = createConnection({ host: HERE, port, localAddress: PHONE });
  ends.push(() => socket.destroy());
  socket.on('error', () => {});
  await new Promise<void>((resolve) => socket.once('connect', resolve));
  return socket;
}

function sccpRegister(): Buffer {
  const bytes = Buffer.alloc(136);
  bytes.writeUInt32LE(128, 0);
  bytes.writeUInt32LE(1, 8);
  bytes.write('SEP0024C4AABBCC', 12, 'latin1');
  bytes[52] = 17;
  bytes.write('SCCP41.8-5-3S', 104, 'latin1');
  return bytes;
}

test.each(['register', 'reject'] as const)(
  'a phone on SCCP is reset on its connection where it is registered (%s)',
  async (answers) => {
    const ear = new SccpEar({ listen: { address: HERE, port: 0 }, desk: DESK, clock: new FakeClock(), answers });
    const port = await ear.start();
    ends.push(() => ear.stop());
    expect(ear.lacks(TARGET)).toMatch(/not registered here by SCCP/);
    const socket = await connected(port);
    const got: Buffer[] = [];
    socket.on('data', (bytes) => got.push(bytes));
    const all = () => Buffer.concat(got);
    socket.write(sccpRegister());
    await until(() => all().length >= 32);
    if (answers === 'reject') {
      expect(ear.lacks(TARGET)).toMatch(/--witness-sccp-answer register/);
      return;
    }
    expect(all().readUInt32LE(8)).toBe(0x81);
    expect(ear.lacks({ mac: MAC, address: OTHER })).toMatch(/another address/);
    expect(await ear.reset(TARGET)).toEqual({ isTaken: true, text: 'Reset was sent on its connection' });
    await until(() => all().length >= 48);
    expect([...all().subarray(32)]).toEqual([8, 0, 0, 0, 0, 0, 0, 0, 0x9f, 0, 0, 0, 1, 0, 0, 0]);
    socket.destroy();
    await until(() => ear.lacks(TARGET) !== null);
    expect(await ear.reset(TARGET)).toMatchObject({ isTaken: false });
  },
);

/** A telnet server that does what the test says with each line. */
async function telnet(says: (socket: Socket, line: string | null) => void): Promise<number> {
  const server = createServer((socket) => {
    ends.push(() => socket.destroy());
    socket.on('error', () => {});
    let text = '';
    says(socket, null);
    socket.on('data', (bytes) => {
      text += bytes.toString('latin1');
      for (let at = text.indexOf('\r\n'); at >= 0; at = text.indexOf('\r\n')) {
        const line = text.slice(0, at);
        text = text.slice(at + 2);
        says(socket, line);
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, PHONE, resolve));
  ends.push(() => new Promise<void>((resolve) => server.close(() => resolve())));
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

test('by telnet the password is given, and reset is typed at the prompt', async () => {
  const lines: string[] = [];
  const port = await telnet((socket, line) => {
    if (line === null) socket.write(Buffer.from([255, 251, 1, 255, 253, 3, ...Buffer.from('\r\nPassword :')]));
    else lines.push(line);
    if (lines.length === 1) socket.write('\r\nSIP Phone> ');
    if (lines.length === 2) socket.destroy();
  });
  const sent = await telnetReset({ address: PHONE, port, password: 'cisco' }, new FakeClock(), never());
  expect(sent).toEqual({ isTaken: true, text: '"reset" was typed, and the connection ended' });
  // What it wanted to negotiate is refused: DONT ECHO, WONT SUPPRESS-GO-AHEAD.
  expect(lines).toEqual(['\xff\xfe\x01\xff\xfc\x03cisco', 'reset']);
});

test('a password that is not taken is a refusal that does not say the password', async () => {
  const port = await telnet((socket) => socket.write('\r\nPassword :'));
  const sent = await telnetReset({ address: PHONE, port, password: 's3cret' }, new FakeClock(), never());
  expect(sent).toEqual({ isTaken: false, text: 'it does not take the password' });
});

test('telnet that is broken off before "reset" was typed told nobody anything', async () => {
  const end = new AbortController();
  const port = await telnet((socket, line) => {
    if (line === null) socket.write('\r\nPassword :');
    else end.abort();
  });
  const sent = telnetReset({ address: PHONE, port, password: 'cisco' }, new FakeClock(), end.signal);
  expect(await sent).toEqual({ isTaken: false, text: 'broken off before it answered' });
});

test('telnet that is off, says nothing, too much or hangs up is a refusal', async () => {
  const port = await telnet((socket) => socket.destroy());
  const place = { address: PHONE, port, password: 'cisco' };
  expect(await telnetReset(place, new FakeClock(), never())).toMatchObject({ isTaken: false });
  const endless = await telnet((socket) => socket.write(Buffer.alloc(9_000, 'x')));
  expect(await telnetReset({ ...place, port: endless }, new FakeClock(), never())).toEqual({
    isTaken: false,
    text: 'it says more than a phone does',
  });
  const clock = new FakeClock();
  const silent = await telnet(() => {});
  const sent = telnetReset({ ...place, port: silent }, clock, never());
  clock.advance(20_000);
  expect(await sent).toMatchObject({ isTaken: false, text: expect.stringContaining('within 20 s') });
  const closed = createServer();
  await new Promise<void>((resolve) => closed.listen(0, PHONE, resolve));
  const { port: gone } = closed.address() as { port: number };
  await new Promise<void>((resolve) => closed.close(() => resolve()));
  expect(await telnetReset({ ...place, port: gone }, new FakeClock(), never())).toEqual({
    isTaken: false,
    text: `port ${gone}: ECONNREFUSED`,
  });
});
