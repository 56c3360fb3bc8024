import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ModelId } from '../../src/core/names/family.ts';
import { createPhone } from '../../src/emulator/phone.ts';
import type { EmulatedPhone, PhoneOptions } from '../../src/emulator/phone-options.ts';
import {
  addressOf,
  answerTo,
  formatSip,
  headerOf,
  methodOf,
  parseSip,
  parseUri,
} from '../../src/emulator/sip/message.ts';
import { cnfFiles, type HandWritten, sepFile } from '../support/phone-files.ts';
import { ScriptedPbx } from './scripted-pbx.ts';
import { ScriptedServer } from './scripted-server.ts';

// An emulated phone behind its boot: files over TFTP, SIP over real sockets, a server that does what the test says (after-landing 4 and 5).

const MAC = '0024C4AABBCC';
const PHONE = '127.94.0.2';
const LOADS = { '7960': 'P0S3-8-12-00', '7941': 'SIP41.8-5-3S', '7942': 'SIP42.9-4-2SR3-1S' } as const;
type Model = keyof typeof LOADS & ModelId;

let files: ScriptedServer;
let pbx: ScriptedPbx;
let phone: EmulatedPhone | null = null;

beforeEach(async () => {
  files = new ScriptedServer(new Map());
  pbx = new ScriptedPbx('127.94.0.1');
  await files.start();
  await pbx.start();
});

afterEach(async () => {
  await phone?.stop();
  phone = null;
  await files.stop();
  await pbx.stop();
});

function configure(model: Model, change: Partial<HandWritten> = {}): void {
  const written = { mac: MAC, load: LOADS[model], pbx: pbx.address, port: pbx.port, ...change };
  for (const [name, text] of Object.entries(model === '7960' ? cnfFiles(written) : sepFile(written)))
    files.files.set(name, text);
}

async function plug(model: Model, options: Partial<PhoneOptions> = {}): Promise<EmulatedPhone> {
  phone = createPhone({
    model,
    load: LOADS[model],
    mac: MAC,
    address: PHONE,
    server: { host: '127.0.0.1', port: files.port },
    speed: 100,
    networkSpeed: 20,
    isRunning: true,
    registers: true,
    ...options,
  });
  await phone.start();
  return phone;
}

const registered = (one: EmulatedPhone) => one.until(({ event }) => event === 'phone.registered');
const times = (event: string) => phone?.records.filter((one) => one.event === event).length ?? 0;
/** Where the phone says that it is reached. */
function contact() {
  const uri = parseUri(
    addressOf(headerOf(pbx.registers[0]?.message ?? { start: '', headers: [], body: '' }, 'Contact')),
  );
  return { host: uri?.host ?? '', port: uri?.port ?? 0, uri: `sip:201@${uri?.host}:${uri?.port}` };
}

describe('over UDP', () => {
  test('each request leaves from a port of its own, and Via and Contact name the port that is listened to', async () => {
    configure('7960', { more: 'voip_control_port: 5066', expires: 60 });
    await registered(await plug('7960'));
    await phone?.until(() => times('line.registered') >= 3);
    const ports = pbx.registers.map(({ port }) => port);
    expect(ports.length).toBeGreaterThanOrEqual(3);
    expect(new Set(ports).size).toBe(ports.length);
    expect(ports).not.toContain(5066);
    expect(headerOf(pbx.registers[0]?.message ?? { start: '', headers: [], body: '' }, 'Via')).toMatch(
      /^SIP\/2\.0\/UDP 127\.94\.0\.2:5066;branch=z9hG4bK[0-9a-f]+$/,
    );
    expect(contact()).toMatchObject({ host: PHONE, port: 5066 });
  });

  test('an answer to the source port is lost: it registers for ever', async () => {
    pbx.answers = 'to-source';
    configure('7941');
    await plug('7941');
    await phone?.until(() => times('line.unregistered') >= 2);
    expect(times('sip.got')).toBe(0);
    expect(phone?.screen).toBe('Registering');
  });

  test('with NAT on it sends from the port that it listens on', async () => {
    pbx.answers = 'to-source';
    configure('7960', { more: 'voip_control_port: 5066\nnat_enable: 1' });
    await registered(await plug('7960'));
    expect(pbx.registers.map(({ port }) => port)).toEqual([5066]);
  });

  test('a REGISTER that is lost is sent again, unchanged', async () => {
    pbx.answers = 'never';
    configure('7960');
    await plug('7960');
    await phone?.until(({ event }) => event === 'line.unregistered');
    const first = pbx.reached.filter(({ message }) => headerOf(message, 'CSeq') === '101 REGISTER');
    expect(first.length).toBeGreaterThan(5);
    expect(new Set(first.map(({ message }) => formatSip(message))).size).toBe(1);
  });
});

test('over TCP there is one connection, and Via and Contact name its local port', async () => {
  const heard: { text: string; port: number }[] = [];
  const registrar = createServer((socket) => {
    socket.setEncoding('latin1').on('data', (text: string) => {
      heard.push({ text, port: socket.remotePort ?? 0 });
      const message = parseSip(text);
      if (message === null) return;
      const answer = answerTo(message, '200 OK', 'pbx', [['Expires', '60']]);
      // In two pieces, as a stream may cut it.
      const reply = formatSip(answer);
      socket.write(reply.slice(0, 40));
      setTimeout(() => socket.write(reply.slice(40)), 5);
    });
    socket.on('error', () => {});
  });
  await new Promise<void>((resolve) => registrar.listen(0, pbx.address, resolve));
  const { port } = registrar.address() as { port: number };
  configure('7942', { transport: '1', port, expires: 60 });
  const one = await plug('7942');
  await registered(one);
  await one.until(() => times('line.registered') >= 2);
  expect(new Set(heard.map((it) => it.port)).size).toBe(1);
  const local = heard[0]?.port;
  expect(heard[0]?.text).toContain(`Via: SIP/2.0/TCP ${PHONE}:${local};`);
  expect(heard[0]?.text).toContain(`Contact: <sip:201@${PHONE}:${local};transport=tcp>`);
  await one.stop();
  await new Promise<void>((resolve) => registrar.close(() => resolve()));
});

describe('asked by the server', () => {
  test.each([
    ['its line at its address and port', (uri: string) => uri, '200 OK'],
    ['another user', (uri: string) => uri.replace('201', '999'), '404 Not Found'],
    ['another address', (uri: string) => uri.replace(PHONE, '127.94.0.9'), '404 Not Found'],
    ['another port', (uri: string) => uri.replace(/:\d+$/, ':51098'), '404 Not Found'],
  ])('OPTIONS to %s: %s', async (_, change, status) => {
    configure('7960');
    await registered(await plug('7960'));
    const answer = await pbx.ask('OPTIONS', change(contact().uri), contact());
    expect(answer.start).toBe(`SIP/2.0 ${status}`);
    const fault = answer.headers.find(([name]) => name === 'Warning')?.[1] ?? '';
    if (status !== '200 OK') expect(fault).toMatch(/Unknown address in Request URI|Port Mismatch\(UDP\)/);
  });

  test('NOTIFY of waiting messages needs no subscription and turns the lamp', async () => {
    configure('7941');
    const one = await plug('7941');
    await registered(one);
    const event = [['Event', 'message-summary']] as const;
    expect((await pbx.ask('NOTIFY', contact().uri, contact(), event, 'Messages-Waiting: yes\r\n')).start).toContain(
      '200',
    );
    await one.until((it) => it.event === 'message.lamp' && it.isOn);
  });

  test.each([
    ['<SYNCINFO><IMAGE VERSION="*" SYNC="2"/></SYNCINFO>', true],
    ['<SYNCINFO><IMAGE VERSION="P0S3-8-12-00" SYNC="2"/></SYNCINFO>', true],
    ['<SYNCINFO><IMAGE VERSION="P0S3-8-11-00" SYNC="2"/></SYNCINFO>', false],
    ['<SYNCINFO><IMAGE VERSION="*" SYNC="1"/></SYNCINFO>', false],
    ['<IMAGE VERSION="*" SYNC="2"/>', false],
    ['<SYNCINFO><IMAGE VERSION="P0S3-8-12-00 SYNC="2"/></SYNCINFO>', false],
  ])('check-sync with %s restarts a 7960: %s', async (text, restarts) => {
    configure('7960');
    files.files.set('syncinfo.xml', text);
    const one = await plug('7960');
    await registered(one);
    expect((await pbx.ask('NOTIFY', contact().uri, contact(), [['Event', 'check-sync']])).start).toContain('200');
    await one.until((it) => it.event === 'file.got' && it.file === 'syncinfo.xml');
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(one.records.filter((it) => it.event === 'phone.powered' && it.reason === 'restart').length > 0).toBe(
      restarts,
    );
  });
});

describe('without a configuration that it takes', () => {
  test('a Java phone asks its file again and again, and registers once it is mended', async () => {
    const name = `SEP${MAC}.cnf.xml`;
    configure('7942');
    const good = String(files.files.get(name));
    files.files.set(name, good.replace('</phoneLabel>', ''));
    const one = await plug('7942');
    await one.until(() => one.wasAsked(name) >= 3);
    expect([one.screen, pbx.registers.length]).toEqual(['Unprovisioned', 0]);
    files.files.set(name, good);
    await registered(one);
  });

  test('a 7960 without a line is unprovisioned, and registers once it has one', async () => {
    const name = `SIP${MAC}.cnf`;
    configure('7960');
    const good = String(files.files.get(name));
    files.files.set(name, 'line1_name: UNPROVISIONED\n');
    const one = await plug('7960', { restartIdleSeconds: 0 });
    await one.until(() => one.wasAsked(name) >= 3);
    expect(one.screen).toBe('Phone Unprovisioned');
    files.files.set(name, good);
    await registered(one);
  });

  test('9.x with an address in <proxy> fetches everything and sends nothing, ever', async () => {
    const name = `SEP${MAC}.cnf.xml`;
    configure('7942');
    files.files.set(name, String(files.files.get(name)).replace('USECALLMANAGER', pbx.address));
    const one = await plug('7942');
    await one.until(({ event }) => event === 'settings.taken');
    await one.until(({ event }) => event === 'phone.idle');
    expect(pbx.reached).toEqual([]);
  });

  test('without `registers` a phone is as silent as before', async () => {
    configure('7960');
    const one = await plug('7960', { registers: false });
    await one.until(({ event }) => event === 'phone.idle');
    expect([pbx.reached.length, times('settings.taken')]).toEqual([0, 0]);
    await expect(one.call('600')).rejects.toThrow('registers');
  });
});

test('what an earlier owner left in flash counts where the files are silent', async () => {
  files.files.set(`SIP${MAC}.cnf`, 'line1_name: 201\n');
  const kept = { proxy1_address: pbx.address, proxy1_port: String(pbx.port), proxy_register: '1', line1_password: 'x' };
  await registered(await plug('7960', { keptSettings: kept }));
});

test('a call: the other side sends everything back, and the phone knows each packet again', async () => {
  const echo = createSocket('udp4').on('message', (data, from) => echo.send(data, from.port, from.address));
  await new Promise<void>((resolve) => echo.bind(0, pbx.address, resolve));
  configure('7960');
  const one = await plug('7960');
  await registered(one);
  const seen = new Set<string>();
  const serve = setInterval(() => {
    for (const { message } of pbx.reached) {
      const method = methodOf(message);
      const key = `${headerOf(message, 'CSeq')}`;
      if (seen.has(key) || (method !== 'INVITE' && method !== 'BYE')) continue;
      seen.add(key);
      const sdp = `v=0\r\nc=IN IP4 ${pbx.address}\r\nm=audio ${echo.address().port} RTP/AVP 8 0\r\n`;
      const more = [['Contact', `<sip:600@${pbx.address}:${pbx.port}>`]] as const;
      pbx.put(answerTo(message, '200 OK', 'pbx', more, method === 'INVITE' ? sdp : ''), PHONE, contact().port);
    }
  }, 5);
  const story = await one.call('600');
  clearInterval(serve);
  echo.close();
  expect(story).toMatchObject({ with: '600', isOutgoing: true, outcome: 'ended', sent: 100 });
  expect(story.same).toBeGreaterThanOrEqual(95);
  // Each once, however often a busy machine had it sent again.
  const methods = new Set(
    pbx.reached.map(({ message }) => methodOf(message)).filter((method) => method !== 'REGISTER'),
  );
  expect([...methods]).toEqual(['INVITE', 'ACK', 'BYE']);
});

test('two phones cannot have one address and port', async () => {
  configure('7960');
  await registered(await plug('7960'));
  const second = createPhone({
    ...{ model: '7960', load: LOADS['7960'], mac: MAC, address: PHONE, isRunning: true, registers: true },
    speed: 100,
    server: { host: '127.0.0.1', port: files.port },
  });
  await second.start();
  await expect(second.until(({ event }) => event === 'phone.registered')).rejects.toThrow(
    `${PHONE}:5060 is not free for SIP`,
  );
  await second.stop().catch(() => {});
});
