import { describe, expect, it, test } from 'vitest';
import {
  checkSync,
  isCallId,
  isLine,
  type NotifyParts,
  readAnswer,
  serviceControl,
  syncInfoFor,
} from '../../src/core/restart/notify.ts';
import { sccpAnswer, sccpReset } from '../../src/core/witness/sccp.ts';
import { pcap, timed } from '../capture/files.ts';
import { PHONE, SERVER, tcp, udp } from '../capture/wire.ts';
import { hasTshark, tsharkFields } from '../support/tshark.ts';

const PARTS: NotifyParts = {
  line: '201',
  phone: { address: '192.0.2.61', port: 5060 },
  here: { address: '192.0.2.10', port: 5060 },
  transport: 'UDP',
  id: 'ab12',
};
const CALL_ID = '0024c4aa-bbcc0008-ddb66fba-c111d83f@192.0.2.62';

test('service-control is what after-landing 5.1 shows: the Call-ID in braces and nothing behind them', () => {
  const [head = '', body = ''] = serviceControl(PARTS, CALL_ID).split('\r\n\r\n');
  expect(head.split('\r\n')).toEqual([
    'NOTIFY sip:201@192.0.2.61:5060 SIP/2.0',
    'Via: SIP/2.0/UDP 192.0.2.10:5060;branch=z9hG4bKab12',
    'Max-Forwards: 70',
    'From: <sip:201@192.0.2.10>;tag=ab12',
    'To: <sip:201@192.0.2.61>',
    'Call-ID: ab12@192.0.2.10',
    'CSeq: 1 NOTIFY',
    'Contact: <sip:192.0.2.10:5060>',
    'Event: service-control',
    'Subscription-State: active',
    'Content-Type: text/plain',
    `Content-Length: ${body.length}`,
  ]);
  expect(body).toBe(`action=reset\r\nRegisterCallId={${CALL_ID}}\r\n`);
});

test('check-sync has no body', () => {
  expect(checkSync(PARTS)).toMatch(/\r\nEvent: check-sync\r\n[\s\S]*\r\nContent-Length: 0\r\n\r\n$/);
  expect(syncInfoFor('123456')).toBe('<SYNCINFO><IMAGE VERSION="*" SYNC="123456"/></SYNCINFO>\n');
});

test.each([
  ['SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP 192.0.2.10:5060;branch=z9hG4bKab12\r\nCSeq: 1 NOTIFY', 200, 'OK'],
  [
    'SIP/2.0 404 Not Found\r\nv: SIP/2.0/UDP 192.0.2.10;received=1.2.3.4;branch=z9hG4bKab12\r\nCSEQ:1 NOTIFY',
    404,
    'Not Found',
  ],
  ['SIP/2.0 400 \r\nVia: SIP/2.0/TCP h;branch=z9hG4bKab12\r\nCSeq: 1 NOTIFY', 400, ''],
])('an answer is read: %s', (head, status, words) => {
  expect(readAnswer(head)).toEqual({ status, words, id: 'ab12' });
});

test.each([
  'SIP/2.0 200 OK',
  'SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP h;branch=z9hG4bKab12\r\nCSeq: 101 REGISTER',
  'SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP h;branch=ab12\r\nCSeq: 1 NOTIFY',
  'NOTIFY sip:1@h SIP/2.0\r\nVia: SIP/2.0/UDP h;branch=z9hG4bKab12\r\nCSeq: 1 NOTIFY',
  '',
])('what is no answer to us is none: %s', (head) => {
  expect(readAnswer(head)).toBeNull();
});

test('what could end a line, a header or the braces is never written', () => {
  for (const line of ['201\r\nX: 1', '201@evil', 'a b', '', '<>', 'x'.repeat(65)])
    expect(isLine(line), line).toBe(false);
  for (const line of ['201', 'loadstep', '+49.30-1', '*97']) expect(isLine(line), line).toBe(true);
  for (const callId of ['a}b', 'a{b', 'a b', 'a\r\nb', '']) expect(isCallId(callId), callId).toBe(false);
  expect(isCallId(CALL_ID)).toBe(true);
});

const fieldsOf = tsharkFields();

describe.skipIf(!hasTshark)('as tshark has it (skipped without tshark)', { timeout: 120_000 }, () => {
  const [here, there] = [
    { ...SERVER, port: 5060 },
    { ...PHONE, port: 5060 },
  ];

  it.each([
    ['service-control', serviceControl(PARTS, CALL_ID), 'text/plain'],
    ['check-sync', checkSync(PARTS), ''],
  ])('NOTIFY %s', (event, text, type) => {
    const file = pcap(timed([udp(here, there, new TextEncoder().encode(text))]));
    const fields = ['sip.Method', 'sip.Event', 'sip.Content-Type', 'sip.CSeq.method', 'sip.Via.branch'];
    expect(fieldsOf(file, 'sip', ...fields)).toEqual([['NOTIFY', event, type, 'NOTIFY', 'z9hG4bKab12']]);
    expect(fieldsOf(file, '_ws.malformed', 'frame.number')).toEqual([]);
  });

  it('Reset of type 1, and a registration that is granted', () => {
    const calls = { ...SERVER, port: 2000 };
    const body = new Uint8Array(124);
    body[40] = 17;
    const granted = sccpAnswer({ id: 1, body }, true) ?? new Uint8Array(0);
    const both = new Uint8Array([...granted, ...sccpReset()]);
    const file = pcap(timed([tcp(calls, PHONE, 1, 2), tcp(calls, PHONE, 2, 0x18, both)]));
    const fields = ['skinny.messageId', 'skinny.keepAliveInterval', 'skinny.resetType'];
    const [found = []] = fieldsOf(file, 'skinny', ...fields);
    expect(found).toEqual([`${0x81},${0x9f}`, '60', '0x00000001']);
    expect(fieldsOf(file, '_ws.malformed', 'frame.number')).toEqual([]);
  });
});
