import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Registrar } from '../../src/adapters/witness/registrar.ts';
import { SccpConversation } from '../../src/adapters/witness/sccp-ear.ts';
import { SipConversation } from '../../src/adapters/witness/sip-conversation.ts';
import type { Conversation } from '../../src/adapters/witness/tcp-ear.ts';
import { readAnswer } from '../../src/core/restart/notify.ts';
import { readDevicePage } from '../../src/core/witness/device-page.ts';
import { readRegistration } from '../../src/core/witness/register.ts';
import { readSaid, SccpCutter, sccpAnswer } from '../../src/core/witness/sccp.ts';
import { readRequest, viaPort } from '../../src/core/witness/sip-request.ts';
import { seededRandom } from '../../src/emulator/random.ts';
import { alarm, register } from '../capture/messages.ts';
import { mutated } from '../capture/mutate-bytes.ts';
import { joinBytes } from '../capture/wire.ts';
import { FakeClock } from '../support/clock.ts';

// Anybody can send to these ports: nothing that comes throws, takes long, or is answered by more than was asked. `MUTATIONS=1000000` makes it a million
// each, and `SEED` others.

const MUTATIONS = Number(process.env.MUTATIONS ?? 3_000);
const SEED = Number(process.env.SEED ?? 1);
/** A million takes minutes, and longer on a busy machine. */
const TIMEOUT_MS = 3_600_000;
const bytesOf = (text: string) => new Uint8Array(Buffer.from(text, 'latin1'));
const textOf = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1');

const KNOWN = { isItsAddress: async () => true, hear: async () => true, toAsk: () => [] };
const STRANGER = { isItsAddress: async () => false, hear: async () => false, toAsk: () => [] };
const REGISTER = bytesOf(
  [
    'REGISTER sip:192.0.2.10 SIP/2.0',
    'Via: SIP/2.0/UDP 192.0.2.62:5060;branch=z9hG4bK148fe9fb',
    'From: <sip:2010@192.0.2.10>;tag=0024c4aabbcc0060d0bf52e4-991474dd',
    'To: <sip:2010@192.0.2.10>',
    'Call-ID: 0024c4aa-bbcc0008-ddb66fba-c111d83f@192.0.2.62',
    'CSeq: 201 REGISTER',
    'User-Agent: Cisco-CP7970G/8.4.0',
    'Authorization: Digest username="x",nonce="abc",response="0"',
    'Contact: <sip:2010@192.0.2.62:5060;transport=udp>;+sip.instance="<urn:uuid:00000000-0000-0000-0000-0024c4aabbcc>"',
    'Reason: SIP;cause=200;text="cisco-alarm:20 Name=SEP0024C4AABBCC Load=SIP70.8-4-2S Last=phone-keypad"',
    'Expires: 3600',
  ].join('\r\n'),
);
const PAGE = bytesOf(
  '<DeviceInformation><MACAddress>0024C4AABBCC</MACAddress><appLoadID>jar42sccp.9-4-2ES26.sbn</appLoadID><versionID>*SCCP42.9-4-2SR3-1S*</versionID></DeviceInformation>',
);
const SCCP = joinBytes(
  alarm('25: Name=SEP0018B9C0FFEE Load=8.1(2.0) Last=Initialized'),
  register('SEP0018B9C0FFEE', 'SCCP41.8-5-3S'),
);

test('registrations', { timeout: TIMEOUT_MS }, async () => {
  const random = seededRandom(SEED, 'sip');
  let registrations = 0;
  const registrar = new Registrar(KNOWN, new FakeClock());
  for (let n = 0; n < MUTATIONS; n++) {
    const head = textOf(mutated(REGISTER, random));
    const request = readRequest(head);
    if (!request.ok) continue;
    viaPort(request.value);
    if (readRegistration(request.value) !== null) registrations++;
    if (n % 20 > 0) continue;
    const answer = await registrar.answer({ head, source: '192.0.2.62', connectedAt: null });
    // A status, a time and a challenge are all that is added.
    if (answer !== null) expect(answer.text.length).toBeLessThan(head.length + 200);
  }
  expect(registrations).toBeGreaterThan(MUTATIONS / 100);
});

test('SCCP', { timeout: TIMEOUT_MS }, () => {
  const random = seededRandom(SEED + 3, 'sccp');
  let said = 0;
  for (let n = 0; n < MUTATIONS; n++) {
    const cutter = new SccpCutter();
    for (const message of cutter.push(mutated(SCCP, random)) ?? []) {
      if (readSaid(message) !== null) said++;
      expect(sccpAnswer(message)?.length ?? 0).toBeLessThanOrEqual(48);
    }
  }
  expect(said).toBeGreaterThan(MUTATIONS / 100);
});

/** The bytes of a connection, as the network may cut them: at any place, in any number of pieces. */
function inPieces(bytes: Uint8Array, random: () => number): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; ) {
    const end = random() < 0.3 ? bytes.length : at + 1 + Math.floor(random() * 300);
    pieces.push(bytes.subarray(at, end));
    at = end;
  }
  return pieces;
}

/** What a conversation answered to all pieces, and whether it ended. */
async function talk(conversation: Conversation, pieces: readonly Uint8Array[]) {
  let answered = 0;
  for (const piece of pieces) {
    const answer = await conversation.take(piece);
    if (answer === 'end') return { answered, hasEnded: true };
    answered += answer?.length ?? 0;
  }
  return { answered, hasEnded: false };
}

/** The other side of a connection; what answers a request of ours is nobody's here. */
const sipFrom = (source: string, registrar: Registrar) =>
  new SipConversation({ registrar, source, connectedAt: 0, notifier: { answered: () => {} }, speak: () => true });

const MESSAGE = joinBytes(REGISTER, '\r\nContent-Length: 3\r\n\r\nabc');

test('connections of SIP, cut anywhere', { timeout: TIMEOUT_MS }, async () => {
  const random = seededRandom(SEED + 5, 'sip');
  const clock = new FakeClock();
  const [ours, strangers] = [new Registrar(KNOWN, clock), new Registrar(STRANGER, clock)];
  let answers = 0;
  for (let n = 0; n < MUTATIONS / 10; n++) {
    const said = joinBytes(mutated(MESSAGE, random), MESSAGE, mutated(MESSAGE, random));
    const pieces = inPieces(said, random);
    const { answered } = await talk(sipFrom('192.0.2.62', ours), pieces);
    if (answered > 0) answers++;
    expect(answered).toBeLessThan(said.length + 3 * 200);
    expect((await talk(sipFrom('192.0.2.99', strangers), pieces)).answered).toBe(0);
  }
  expect(answers).toBeGreaterThan(MUTATIONS / 1000);
});

test('connections of SCCP, cut anywhere', { timeout: TIMEOUT_MS }, async () => {
  const random = seededRandom(SEED + 6, 'sccp');
  const side = { clock: new FakeClock(), connectedAt: 0, source: '192.0.2.62', speak: () => true };
  let answers = 0;
  for (let n = 0; n < MUTATIONS / 10; n++) {
    const said = joinBytes(mutated(SCCP, random), SCCP, mutated(SCCP, random));
    const pieces = inPieces(said, random);
    const how = n % 2 === 0 ? 'reject' : 'register';
    const ours = new SccpConversation({ ...side, answers: how, desk: KNOWN }, new Map());
    const { answered } = await talk(ours, pieces);
    if (answered > 0) answers++;
    // The longest answer has 48 bytes, and the shortest message that gets one 12.
    expect(answered).toBeLessThanOrEqual(said.length);
    const strangers = new SccpConversation({ ...side, answers: how, desk: STRANGER }, new Map());
    expect((await talk(strangers, pieces)).answered).toBe(0);
  }
  expect(answers).toBeGreaterThan(MUTATIONS / 1000);
});

test('whatever comes, no more is kept of a connection than its longest message', async () => {
  const filler = bytesOf('x'.repeat(1_000));
  const pieces = Array.from({ length: 30 }, () => filler);
  const registrar = new Registrar(KNOWN, new FakeClock());
  for (const begin of ['', 'REGISTER sip:x SIP/2.0\r\n', 'REGISTER sip:x SIP/2.0\r\nContent-Length: 16385\r\n\r\n'])
    expect((await talk(sipFrom('x', registrar), [bytesOf(begin), ...pieces])).hasEnded).toBe(true);
  const side = { clock: new FakeClock(), connectedAt: 0, source: 'x', desk: KNOWN, speak: () => true };
  for (const length of [3, 2_049, 0xffffffff]) {
    const head = new Uint8Array(12);
    new DataView(head.buffer).setUint32(0, length, true);
    expect(
      (await talk(new SccpConversation({ ...side, answers: 'reject' }, new Map()), [head, ...pieces])).hasEnded,
    ).toBe(true);
  }
});

test('answers to a request of ours', { timeout: TIMEOUT_MS }, () => {
  const random = seededRandom(SEED + 7, 'answer');
  const head = 'SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP h:5060;branch=z9hG4bKab12\r\nCSeq: 1 NOTIFY';
  for (let n = 0; n < MUTATIONS; n++) {
    const answer = readAnswer(textOf(mutated(bytesOf(head), random)));
    if (answer === null) continue;
    expect(answer.status).toBeLessThan(1_000);
    expect(answer.words).toMatch(/^[\x20-\x7e]*$/);
  }
});

/** Lines of a head, some of them good, in any order. */
const heads = fc
  .tuple(
    fc.constantFrom('REGISTER', 'OPTIONS', 'INVITE', 'NOTIFY', 'ACK', 'X'),
    fc.array(fc.oneof(fc.constantFrom(...textOf(REGISTER).split('\r\n').slice(1)), fc.string({ maxLength: 80 })), {
      maxLength: 20,
    }),
  )
  .map(([method, lines]) => [`${method} sip:x SIP/2.0`, ...lines].join('\r\n'));

test('a stranger is answered by nothing, and a phone by little more than it said, whatever that was', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(heads, { minLength: 1, maxLength: 5 }), async (all) => {
      const clock = new FakeClock();
      const [ours, strangers] = [new Registrar(KNOWN, clock), new Registrar(STRANGER, clock)];
      for (const head of all) {
        expect(await strangers.answer({ head, source: '192.0.2.99', connectedAt: null })).toBeNull();
        const answer = await ours.answer({ head, source: '192.0.2.62', connectedAt: null });
        if (answer !== null) expect(answer.text.length).toBeLessThan(head.length + 200);
      }
    }),
  );
});

test('pages', { timeout: TIMEOUT_MS }, () => {
  const random = seededRandom(SEED + 4, 'page');
  let pages = 0;
  for (let n = 0; n < MUTATIONS; n++) if (readDevicePage(textOf(mutated(PAGE, random))) !== null) pages++;
  expect(pages).toBeGreaterThan(MUTATIONS / 100);
});

test('what is made to be read slowly is read fast', () => {
  const long = 'a'.repeat(2_000);
  const heads = [
    `REGISTER sip:x SIP/2.0\r\nReason: ${'text="'.repeat(330)}`,
    `REGISTER sip:x SIP/2.0\r\nContact: ${'+sip.instance="<urn:uuid:'.repeat(80)}`,
    `REGISTER sip:x SIP/2.0\r\nVia: SIP / 2.0 / UDP ${' '.repeat(2_000)}`,
    `REGISTER sip:x SIP/2.0\r\n${`To: ${' '.repeat(1_900)}x\r\n`.repeat(4)}`,
    `REGISTER sip:x SIP/2.0\r\nAuthorization: ${'nonce '.repeat(300)}=${long}`,
  ];
  const begin = performance.now();
  for (let n = 0; n < 200; n++) {
    for (const head of heads) {
      const request = readRequest(head);
      if (request.ok) readRegistration(request.value);
    }
  }
  // Some 20 ms by itself; a head that takes a second would take hours here.
  expect(performance.now() - begin).toBeLessThan(10_000);
});
