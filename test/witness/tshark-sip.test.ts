import { spawnSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { Registrar } from '../../src/adapters/witness/registrar.ts';
import { readRegistration } from '../../src/core/witness/register.ts';
import { headersOf, readRequest, viaPort } from '../../src/core/witness/sip-request.ts';
import { createPhone } from '../../src/emulator/phone.ts';
import {
  addressOf,
  answerTo,
  headerOf,
  methodOf,
  parseSip,
  parseUri,
  type SipMessage,
  statusOf,
} from '../../src/emulator/sip/message.ts';
import { pcap, timed } from '../capture/files.ts';
import { PHONE, SERVER, udp } from '../capture/wire.ts';
import { ScriptedPbx } from '../emulator/scripted-pbx.ts';
import { ScriptedServer } from '../emulator/scripted-server.ts';
import { FakeClock } from '../support/clock.ts';
import { cnfFiles, sepFile } from '../support/phone-files.ts';

// tshark between an emulated phone and what answers it, message by message as it was on the wire: what either side reads there is what tshark reads.

const hasTshark = spawnSync('tshark', ['--version']).error === undefined;
if (!hasTshark) process.stderr.write('tshark is not installed: nobody says whether what is written is SIP\n');

const MAC = '0024C4AABBCC';
const PHONES = { '7960': 'P0S3-8-12-00', '7941': 'SIP41.8-5-3S', '7942': 'SIP42.9-4-2SR3-1S' } as const;
type Model = keyof typeof PHONES;
const ADDRESS = '127.95.0.2';
const HERE = '127.95.0.1';
const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

interface OnWire {
  readonly isFromPhone: boolean;
  readonly bytes: Uint8Array;
}

/** What tshark finds in each message, by the names of its fields; what it calls malformed, and the remarks of an expert, are empty for a good one. */
function told(wire: readonly OnWire[], fields: readonly string[]): string[][] {
  const folder = mkdtempSync(join(tmpdir(), 'loadstep-tshark-'));
  try {
    const [phone, server] = [
      { ...PHONE, port: 5060 },
      { ...SERVER, port: 5060 },
    ];
    const frames = wire.map(({ isFromPhone, bytes }) =>
      isFromPhone ? udp(phone, server, new Uint8Array(bytes)) : udp(server, phone, new Uint8Array(bytes)),
    );
    writeFileSync(join(folder, 'asked.pcap'), pcap(timed(frames)));
    const wanted = [...fields, '_ws.malformed', '_ws.expert.message'].flatMap((field) => ['-e', field]);
    const words = [
      '-n',
      '-r',
      join(folder, 'asked.pcap'),
      '-Y',
      'sip',
      '-T',
      'fields',
      '-E',
      'separator=/t',
      ...wanted,
    ];
    const run = spawnSync('tshark', words, { encoding: 'utf8' });
    expect(run.status, run.stderr).toBe(0);
    const rows = run.stdout.split('\n').slice(0, -1);
    expect(rows).toHaveLength(wire.length);
    // It keeps the quotes of what was quoted as a whole.
    return rows.map((row) => row.split('\t').map((value) => value.replace(/^"(.*)"$/, '$1')));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function plug(model: Model, pbx: { readonly address: string; readonly port: number }) {
  const files = new ScriptedServer(new Map());
  await files.start();
  const written = { mac: MAC, load: PHONES[model], pbx: pbx.address, port: pbx.port };
  for (const [name, text] of Object.entries(model === '7960' ? cnfFiles(written) : sepFile(written)))
    files.files.set(name, text);
  const phone = createPhone({
    ...{ model, load: PHONES[model], mac: MAC, address: ADDRESS, isRunning: true, registers: true },
    ...{ server: { host: '127.0.0.1', port: files.port }, speed: 100, networkSpeed: 20 },
  });
  ends.push(
    () => files.stop(),
    () => phone.stop(),
  );
  await phone.start();
  return phone;
}

/** Our registrar on a socket, with everything that passes it. */
async function registrar(): Promise<{ readonly port: number; readonly wire: OnWire[] }> {
  const desk = { isItsAddress: async () => true, hear: async () => true, toAsk: () => [] };
  const [ours, wire, socket] = [new Registrar(desk, new FakeClock(Date.now())), [] as OnWire[], createSocket('udp4')];
  socket.on('message', async (bytes, { address }) => {
    wire.push({ isFromPhone: true, bytes });
    const [head = ''] = bytes.toString('latin1').split('\r\n\r\n');
    const answer = await ours.answer({ head, source: address, connectedAt: null });
    if (answer === null) return;
    const out = Buffer.from(answer.text, 'latin1');
    wire.push({ isFromPhone: false, bytes: out });
    socket.send(out, viaPort(answer.request) ?? 0, address);
  });
  await new Promise<void>((resolve) => socket.bind(0, HERE, resolve));
  ends.push(() => socket.close());
  return { port: socket.address().port, wire };
}

const textOf = ({ bytes }: OnWire) => Buffer.from(bytes).toString('latin1');

describe.skipIf(!hasTshark)('as tshark has it (skipped without tshark)', { timeout: 60_000 }, () => {
  test.each(Object.keys(PHONES) as Model[])(
    'a %s registers with us: each reads what the other wrote',
    async (model) => {
      const { port, wire } = await registrar();
      const phone = await plug(model, { address: HERE, port });
      await phone.until(({ event }) => event === 'phone.registered');
      const asked = wire.filter(({ isFromPhone }) => isFromPhone);
      const fields = [
        'sip.Method',
        'sip.Call-ID',
        'sip.CSeq.seq',
        'sip.Via.sent-by.port',
        'sip.User-Agent',
        'sip.Reason',
      ];
      const rows = told(asked, [...fields, 'sip.auth.nonce', 'sip.contact.host']);
      asked.forEach((message, n) => {
        const request = readRequest(textOf(message).split('\r\n\r\n')[0] ?? '');
        const registration = request.ok ? readRegistration(request.value) : null;
        if (!request.ok || registration === null) throw new Error(textOf(message));
        const [reason = ''] = headersOf(request.value, 'reason');
        const { callId, cseq, said, nonce } = registration;
        const words = [callId, String(cseq), String(viaPort(request.value)), said.agent, reason, nonce ?? ''];
        expect(rows[n]).toEqual([request.value.method, ...words, ADDRESS, '', '']);
        expect(reason.includes(`Load=${PHONES[model]}`)).toBe(said.load === PHONES[model]);
      });
      expect(rows.map((row) => row[6] !== '')).toContain(true);
      const answered = wire.filter(({ isFromPhone }) => !isFromPhone);
      const read = ['sip.Status-Code', 'sip.Call-ID', 'sip.CSeq', 'sip.Expires', 'sip.Date', 'sip.auth.nonce'];
      const answers = told(answered, [...read, 'sip.Via.received', 'sip.Via.rport', 'sip.Content-Length']);
      answered.forEach((message, n) => {
        const heard = parseSip(textOf(message));
        if (heard === null) throw new Error(textOf(message));
        const own = ['Call-ID', 'CSeq', 'Expires', 'Date'].map((name) => headerOf(heard, name));
        const challenge = /nonce="(\w+)"/.exec(headerOf(heard, 'WWW-Authenticate'))?.[1] ?? '';
        expect(answers[n]).toEqual([String(statusOf(heard)), ...own, challenge, ADDRESS, '', '0', '', '']);
      });
      expect(answers.map(([status]) => status)).toEqual(expect.arrayContaining(['401', '200']));
    },
  );

  test.each(Object.keys(PHONES) as Model[])('what a %s says in a call, and to what a PBX asks', async (model) => {
    const pbx = new ScriptedPbx(HERE);
    await pbx.start();
    const echo = createSocket('udp4').on('message', (data, from) => echo.send(data, from.port, from.address));
    await new Promise<void>((resolve) => echo.bind(0, HERE, resolve));
    ends.push(
      () => pbx.stop(),
      () => echo.close(),
    );
    const phone = await plug(model, pbx);
    await phone.until(({ event }) => event === 'phone.registered');
    // Where the phone says that it is reached.
    const uri = addressOf(headerOf(pbx.registers[0]?.message as SipMessage, 'Contact'));
    const to = { host: ADDRESS, port: parseUri(uri)?.port ?? 5060 };
    await pbx.ask('OPTIONS', uri, to);
    await pbx.ask('NOTIFY', uri, to, [
      ['Event', 'no-such-event'],
      ['Subscription-State', 'active'],
    ]);
    await pbx.ask('PUBLISH', uri, to);
    const seen = new Set<string>();
    const serve = setInterval(() => {
      for (const { message } of pbx.reached) {
        const [method, key] = [methodOf(message), headerOf(message, 'CSeq')];
        if (seen.has(key) || (method !== 'INVITE' && method !== 'BYE')) continue;
        seen.add(key);
        const media = `m=audio ${echo.address().port} RTP/AVP 0 8\r\n`;
        const sdp = `v=0\r\no=- 1 1 IN IP4 ${HERE}\r\ns=-\r\nc=IN IP4 ${HERE}\r\nt=0 0\r\n${media}`;
        const more = [
          ['Contact', `<sip:600@${HERE}:${pbx.port}>`],
          ...(method === 'INVITE' ? [['Content-Type', 'application/sdp'] as const] : []),
        ] as const;
        pbx.put(answerTo(message, '200 OK', 'pbx', more, method === 'INVITE' ? sdp : ''), to.host, to.port);
      }
    }, 5);
    ends.push(() => clearInterval(serve));
    expect(await phone.call('600')).toMatchObject({ outcome: 'ended' });
    const said = pbx.wire.filter(({ isFromPhone }) => isFromPhone);
    const rows = told(said, [
      'sip.Method',
      'sip.Status-Code',
      'sip.Call-ID',
      'sip.CSeq',
      'sip.Content-Length',
      'sdp.version',
    ]);
    said.forEach((message, n) => {
      const heard = parseSip(textOf(message));
      if (heard === null) throw new Error(textOf(message));
      const [method, status] = [methodOf(heard), statusOf(heard)];
      const own = ['Call-ID', 'CSeq', 'Content-Length'].map((name) => headerOf(heard, name));
      const body = heard.body === '' ? '' : '0';
      expect(rows[n], textOf(message)).toEqual([method, status === 0 ? '' : String(status), ...own, body, '', '']);
    });
    expect(new Set(rows.map(([method, status]) => method || status))).toEqual(
      new Set(['REGISTER', '200', '489', '405', 'INVITE', 'ACK', 'BYE']),
    );
  });
});
