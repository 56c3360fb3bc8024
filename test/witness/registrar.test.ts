import { expect, test } from 'vitest';
import { Registrar } from '../../src/adapters/witness/registrar.ts';
import type { Statement } from '../../src/core/witness/statement.ts';
import type { WitnessDesk } from '../../src/ports/witnesses.ts';
import { FakeClock } from '../support/clock.ts';

// What phones send when they register (after-landing 3.1), and what the smallest registrar answers (3.2).

const PHONE = '192.0.2.62';
const JAVA = `REGISTER sip:phones.example.net SIP/2.0
Via: SIP/2.0/UDP 192.0.2.62:5060;branch=z9hG4bK148fe9fb
From: <sip:2010@phones.example.net>;tag=0024c4aabbcc0060d0bf52e4-991474dd
To: <sip:2010@phones.example.net>
Call-ID: 0024c4aa-bbcc0008-ddb66fba-c111d83f@192.0.2.62
Max-Forwards: 70
Date: Thu, 13 Nov 2008 23:36:38 GMT
CSeq: 201 REGISTER
User-Agent: Cisco-CP7970G/8.4.0
Contact: <sip:2010@192.0.2.62:5060;transport=udp>;+sip.instance="<urn:uuid:00000000-0000-0000-0000-0024c4aabbcc>";+u.sip!model.ccm.cisco.com="30006"
Supported: (null),X-cisco-xsi-7.0.1
Content-Length: 0
Reason: SIP;cause=200;text="cisco-alarm:20 Name=SEP0024C4AABBCC Load=SIP70.8-4-2S Last=phone-keypad"
Expires: 3600`;
const LEGACY = `REGISTER sip:192.0.2.10 SIP/2.0
Via: SIP/2.0/UDP 192.0.2.61:5060;branch=z9hG4bK5ab98907
From: <sip:1600@192.0.2.10>;tag=000e84aabbcc0002421e8cdc-0e061182
To: <sip:1600@192.0.2.10>
Call-ID: 000e84aa-bbcc0002-3cf23940-64dcadcc@192.0.2.61
Max-Forwards: 70
CSeq: 101 REGISTER
User-Agent: Cisco-CP7960G/8.0
Contact: <sip:1600@192.0.2.61:5060;user=phone;transport=udp>;+sip.instance="<urn:uuid:00000000-0000-0000-0000-000e84aabbcc>";+u.sip!model.ccm.cisco.com="7"
Content-Length: 0
Expires: 120`;

class ListedPhones implements WitnessDesk {
  readonly heard: Statement[] = [];
  readonly asked: string[] = [];
  foreign = 0;
  async isItsAddress(mac: string, address: string): Promise<boolean> {
    this.asked.push(mac);
    const isIts = address === PHONE;
    if (!isIts) this.foreign++;
    return isIts;
  }
  async hear(statement: Statement): Promise<boolean> {
    this.heard.push(statement);
    return true;
  }
  toAsk() {
    return [];
  }
}

function bench() {
  const [desk, clock] = [new ListedPhones(), new FakeClock()];
  const registrar = new Registrar(desk, clock);
  const ask = async (text: string, change: { source?: string; connectedAt?: number } = {}) => {
    const head = text.replaceAll('\n', '\r\n');
    const answer = await registrar.answer({ head, source: PHONE, connectedAt: null, ...change });
    return answer?.text ?? null;
  };
  return { desk, clock, ask };
}

const nonceIn = (answer: string | null) => /nonce="([^"]+)"/.exec(answer ?? '')?.[1] ?? '';
const answering = (text: string, nonce: string, cseq: number) =>
  text.replace(
    /CSeq: \d+/,
    `Authorization: Digest username="x",realm="loadstep",uri="sip:x",response="0",nonce="${nonce}"\nCSeq: ${cseq}`,
  );

test('over TCP a registration is granted at once, and dates from the moment of the connection', async () => {
  const { desk, clock, ask } = bench();
  const connectedAt = clock.now();
  clock.advance(3_000);
  const answer = await ask(JAVA, { connectedAt });
  expect(answer).toMatch(/^SIP\/2\.0 200 OK\r\n/);
  expect(answer).toContain('Via: SIP/2.0/UDP 192.0.2.62:5060;branch=z9hG4bK148fe9fb;received=192.0.2.62\r\n');
  expect(answer).not.toContain('rport');
  expect(answer).toMatch(/To: <sip:2010@phones\.example\.net>;tag=[0-9a-f]+\r\n/);
  expect(answer).toContain('Contact: <sip:2010@192.0.2.62:5060;transport=udp>;+sip.instance=');
  expect(answer).toContain(';expires=3600\r\n');
  expect(answer).toMatch(/\r\nDate: \w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT\r\n/);
  expect(desk.heard).toEqual([
    expect.objectContaining({
      by: 'sip-register',
      mac: '0024C4AABBCC',
      said: { load: 'SIP70.8-4-2S', archive: null, agent: 'Cisco-CP7970G/8.4.0' },
      since: connectedAt,
      at: connectedAt + 3_000,
    }),
  ]);
});

test('a datagram is asked for an answer first: it dates from the question that it answers', async () => {
  const { desk, clock, ask } = bench();
  const first = await ask(JAVA);
  expect(first).toMatch(/^SIP\/2\.0 401 /);
  expect(first).toMatch(/WWW-Authenticate: Digest realm="loadstep",nonce="[0-9a-f]{24}",algorithm=MD5\r\n/);
  expect(desk.heard).toEqual([]);
  // A request that was repeated gets the same answer.
  expect(await ask(JAVA)).toBe(first);
  const askedAt = clock.now();
  clock.advance(2_000);
  expect(await ask(answering(JAVA, nonceIn(first), 202))).toMatch(/^SIP\/2\.0 200 OK/);
  expect(desk.heard).toEqual([expect.objectContaining({ since: askedAt, at: askedAt + 2_000 })]);
});

test('an answer that comes late answers nothing, and another question is asked', async () => {
  const { desk, clock, ask } = bench();
  const first = await ask(JAVA);
  clock.advance(33_000);
  const again = await ask(answering(JAVA, nonceIn(first), 202));
  expect(again).toMatch(/^SIP\/2\.0 401 /);
  expect(nonceIn(again)).not.toBe(nonceIn(first));
  expect(desk.heard).toEqual([]);
});

test('a phone that answers no questions is registered, and nobody knows when it said what it says', async () => {
  const { desk, ask } = bench();
  await ask(JAVA);
  expect(await ask(JAVA.replace('CSeq: 201', 'CSeq: 202'))).toMatch(/^SIP\/2\.0 200 OK/);
  expect(desk.heard).toEqual([expect.objectContaining({ since: null })]);
});

test('a 7940 or 7960 names no load: its User-Agent is heard once it has answered, and it gets the time that it asks for', async () => {
  const { desk, ask } = bench();
  const first = await ask(LEGACY);
  const granted = await ask(answering(LEGACY, nonceIn(first), 102));
  expect(granted).toContain(';expires=120\r\n');
  expect(desk.heard.at(-1)).toMatchObject({
    said: { load: null, agent: 'Cisco-CP7960G/8.0' },
    words: 'Cisco-CP7960G/8.0',
  });
  expect(await ask(LEGACY.replace('CSeq: 101', 'CSeq: 103'))).toMatch(/^SIP\/2\.0 200 OK/);
});

test('folded lines, compact names, a list of Via, and the forms of later models are read', async () => {
  const { desk, ask } = bench();
  const text = JAVA.replace('Via:', 'v:')
    .replace('branch=z9hG4bK148fe9fb', 'branch=z9hG4bK148fe9fb, SIP/2.0/UDP 192.0.2.9;branch=x')
    .replace('Contact: <sip:2010', 'm:\n <sip:2010')
    .replace(
      'text="cisco-alarm:20 Name=SEP0024C4AABBCC Load=SIP70.8-4-2S',
      'text="cisco-alarm:20Name=SEP0024C4AABBCC InactiveLoad=x ActiveLoad=SIP70.8-4-2S.loads',
    );
  const answer = await ask(text, { connectedAt: 0 });
  expect(answer).toContain('z9hG4bK148fe9fb;received=192.0.2.62, SIP/2.0/UDP 192.0.2.9;branch=x');
  expect(desk.heard[0]?.said.load).toBe('SIP70.8-4-2S');
});

test.each([
  ['from an address that is not the phone’s own', JAVA, '192.0.2.99'],
  ['that names two phones', JAVA.replace('Name=SEP0024C4AABBCC', 'Name=SEP0024C4AABBCD'), PHONE],
  ['that names no phone', JAVA.replaceAll('0024c4aabbcc', 'nobody').replace('Name=SEP0024C4AABBCC ', ''), PHONE],
  ['without a Call-ID', JAVA.replace(/Call-ID.*\n/, ''), PHONE],
  ['that is none', 'GET / HTTP/1.1\nHost: x', PHONE],
])('a registration %s gets no answer', async (_, text, source) => {
  const { desk, ask } = bench();
  expect(await ask(text, { source })).toBeNull();
  expect(desk.heard).toEqual([]);
});

test('a phone that leaves is answered, and is granted nothing', async () => {
  const { ask } = bench();
  const answer = await ask(JAVA.replace('Expires: 3600', 'Expires: 0'), { connectedAt: 0 });
  expect(answer).toContain(';expires=0\r\n');
});

test.each([
  ['that asks for an hour', JAVA, false],
  ['that ends it', JAVA.replace('Expires: 3600', 'Expires: 0'), true],
  ['that ends it in its Contact', JAVA.replace('30006"', '30006";expires=0'), true],
  ['that ends all', JAVA.replace(/Contact: .*/, 'Contact: *').replace('Expires: 3600', 'Expires: 0'), true],
  ['that keeps a second call manager awake', JAVA.replace('30006"', '30006";expires=0;cisco-keep-alive'), true],
  ['that names no Contact', JAVA.replace(/Contact: .*\n/, ''), true],
])('a registration %s is no sign of a start: %j', async (_, text, isGoodbye) => {
  const { desk, ask } = bench();
  await ask(text.replace('phone-keypad', 'reset-reset'), { connectedAt: 0 });
  expect(desk.heard).toHaveLength(1);
  expect(desk.heard[0]?.isGoodbye ?? false).toBe(isGoodbye);
});

test('a stranger who asks for anything else hears nothing; a phone that is known is told what there is', async () => {
  const { ask } = bench();
  const options = JAVA.replace('REGISTER sip:phones.example.net', 'OPTIONS sip:phones.example.net').replace(
    '201 REGISTER',
    '1 OPTIONS',
  );
  expect(await ask(options)).toBeNull();
  await ask(JAVA, { connectedAt: 0 });
  expect(await ask(options)).toMatch(/^SIP\/2\.0 200 OK/);
  expect(await ask(options.replaceAll('OPTIONS', 'SUBSCRIBE'))).toMatch(/^SIP\/2\.0 405 /);
});
