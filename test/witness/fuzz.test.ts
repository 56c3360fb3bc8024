import { expect, test } from 'vitest';
import { Registrar } from '../../src/adapters/witness/registrar.ts';
import { readDevicePage } from '../../src/core/witness/device-page.ts';
import { readRegistration } from '../../src/core/witness/register.ts';
import { readSaid, SccpCutter, sccpAnswer } from '../../src/core/witness/sccp.ts';
import { readRequest, viaPort } from '../../src/core/witness/sip-request.ts';
import { seededRandom } from '../../src/emulator/random.ts';
import { alarm, register } from '../capture/messages.ts';
import { mutated } from '../capture/mutate-bytes.ts';
import { joinBytes } from '../capture/wire.ts';
import { FakeClock } from '../support/clock.ts';

// Anybody can send to these ports: nothing that comes throws, takes long, or is answered by more than was asked. `MUTATIONS=1000000` makes it a million each.

const MUTATIONS = Number(process.env.MUTATIONS ?? 3_000);
const bytesOf = (text: string) => new Uint8Array(Buffer.from(text, 'latin1'));
const textOf = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1');

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

test('registrations', { timeout: 600_000 }, async () => {
  const random = seededRandom(1, 'sip');
  let registrations = 0;
  const desk = { isItsAddress: async () => true, hear: async () => true, toAsk: () => [] };
  const registrar = new Registrar(desk, new FakeClock());
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

test('a stranger is answered by nothing, whatever is asked', async () => {
  const random = seededRandom(2, 'sip');
  const desk = { isItsAddress: async () => false, hear: async () => false, toAsk: () => [] };
  const registrar = new Registrar(desk, new FakeClock());
  for (let n = 0; n < 1_000; n++) {
    const head = textOf(mutated(REGISTER, random));
    expect(await registrar.answer({ head, source: '192.0.2.99', connectedAt: null })).toBeNull();
  }
});

test('SCCP', { timeout: 600_000 }, () => {
  const random = seededRandom(3, 'sccp');
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

test('pages', { timeout: 600_000 }, () => {
  const random = seededRandom(4, 'page');
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
