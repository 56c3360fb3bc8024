import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { takeConfiguration } from '../../src/emulator/config/take-configuration.ts';
import { answerTo, headerOf, parseSip, type SipHeader, type SipMessage } from '../../src/emulator/sip/message.ts';
import type { PhoneVoice } from '../../src/emulator/sip/phone-voice.ts';
import { Registration } from '../../src/emulator/sip/registration.ts';
import type { RequestEnd } from '../../src/emulator/sip/transactions.ts';
import { cnfFiles, type HandWritten, sepFile } from '../support/phone-files.ts';

// One line against a registrar of the test's own, with a clock of the test's own (after-landing 3.1 and 4.1).

const MAC = '0024C4AABBCC';
const MODELS = {
  'P0S3-8-12-00': '7960',
  'P0S3-07-5-00': '7960',
  'SIP41.8-5-3S': '7941',
  'SIP42.9-4-2SR3-1S': '7942',
} as const;

/** A line, what it sent, and the seconds that pass for it. */
class Desk {
  readonly sent: SipMessage[] = [];
  readonly told: string[] = [];
  readonly registration: Registration;
  seconds = 0;
  #end: RequestEnd | null = null;
  #timers: { at: number; call: () => void }[] = [];

  constructor(load: keyof typeof MODELS, change: Partial<HandWritten> = {}) {
    const model = MODELS[load];
    const written = { mac: MAC, load, pbx: '192.0.2.10', ...change };
    const files = model === '7960' ? cnfFiles(written) : sepFile(written);
    const settings = takeConfiguration({ model, load, mac: MAC, files });
    const [line] = settings.lines;
    if (line === undefined) throw new Error('no line');
    const voice: PhoneVoice = {
      who: { model, mac: MAC, load },
      settings,
      host: '192.0.2.61',
      transport: 'UDP',
      hex: (digits) => 'a'.repeat(digits),
      tag: () => 'tag',
      contactUri: ({ contact }) => `sip:${contact}@192.0.2.61:5060;transport=udp`,
      serverOf: ({ proxy, port }) => ({ host: proxy, port }),
      request: (method, uri, headers, body = '') => ({ start: `${method} ${uri} SIP/2.0`, headers, body }),
      send: (message, _, end) => {
        this.sent.push(message);
        this.#end = end;
      },
      sendOnce: () => {},
      answer: () => {},
      later: (seconds, call) => {
        const timer = { at: this.seconds + seconds, call };
        this.#timers.push(timer);
        return () => {
          this.#timers = this.#timers.filter((one) => one !== timer);
        };
      },
      says: (_, text) => this.told.push(text),
      shows: (text) => this.told.push(`display: ${text}`),
      registered: (_, seconds) => this.told.push(`registered for ${seconds}`),
      unregistered: (_, why) => this.told.push(`off: ${why}`),
    };
    this.registration = new Registration(line, voice, '25 initialized');
    this.registration.start();
  }

  get last(): SipMessage {
    const last = this.sent.at(-1);
    if (last === undefined) throw new Error('nothing was sent');
    return last;
  }

  header(name: string): string {
    return headerOf(this.last, name);
  }

  answer(status: string, ...more: SipHeader[]): void {
    const end = this.#end;
    this.#end = null;
    end?.answered(answerTo(this.last, status, 'server', more));
  }

  silent(): void {
    this.seconds += 32;
    this.#end?.givenUp();
    this.pass(0);
  }

  pass(seconds: number): void {
    const until = this.seconds + seconds;
    for (;;) {
      const due = this.#timers.filter(({ at }) => at <= until).sort((a, b) => a.at - b.at)[0];
      if (due === undefined) break;
      this.#timers = this.#timers.filter((one) => one !== due);
      this.seconds = due.at;
      due.call();
    }
    this.seconds = until;
  }
}

const MD5: SipHeader = ['WWW-Authenticate', 'Digest realm="asterisk",nonce="n1",algorithm=MD5,qop="auth"'];
const granted = (desk: Desk, seconds: number) => {
  desk.answer('200 OK', ['Contact', `<sip:201@192.0.2.61:5060;transport=udp>;expires=${seconds}`]);
};

describe('the first REGISTER', () => {
  test('of a 7960 says neither its load nor more of its release than 8.0', () => {
    const desk = new Desk('P0S3-8-12-00');
    expect(desk.last.start).toBe('REGISTER sip:192.0.2.10 SIP/2.0');
    expect(desk.header('CSeq')).toBe('101 REGISTER');
    expect(desk.header('Call-ID')).toMatch(/^0024c4aa-bbcc[0-9a-f]{4}-[0-9a-f]{8}-[0-9a-f]{8}@192\.0\.2\.61$/);
    expect(desk.header('Contact')).toBe(
      '<sip:201@192.0.2.61:5060;transport=udp>;+sip.instance="<urn:uuid:00000000-0000-0000-0000-0024c4aabbcc>";+u.sip!model.ccm.cisco.com="7"',
    );
    expect([desk.header('Reason'), desk.header('Supported'), desk.header('Expires')]).toEqual(['', '', '3600']);
  });

  test('of a 7960 on 7.5 has no model number', () => {
    expect(new Desk('P0S3-07-5-00').header('Contact')).not.toContain('model.ccm');
  });

  test('of a Java phone names its load until the first 2xx, whatever comes before', () => {
    const desk = new Desk('SIP41.8-5-3S');
    const reason = 'SIP;cause=200;text="cisco-alarm:25 Name=SEP0024C4AABBCC Load=SIP41.8-5-3S Last=initialized"';
    expect(desk.header('Reason')).toBe(reason);
    expect(desk.header('Supported')).toBe('(null),X-cisco-xsi-7.0.1');
    desk.silent();
    expect(desk.header('Reason')).toBe(reason);
    desk.answer('401 Unauthorized', MD5);
    expect(desk.header('Reason')).toBe(reason);
    granted(desk, 3600);
    desk.pass(3595);
    expect([desk.sent.length, desk.header('Reason')]).toEqual([4, '']);
  });

  test('in CallManager mode names the device and what 9.x supports', () => {
    const desk = new Desk('SIP42.9-4-2SR3-1S');
    expect(desk.header('Contact')).toContain(
      '+u.sip!devicename.ccm.cisco.com="SEP0024C4AABBCC";+u.sip!model.ccm.cisco.com="434"',
    );
    expect(desk.header('Supported')).toContain('X-cisco-service-control');
  });
});

test('an answer that never comes: the try is given up after 32 seconds and begins again, for ever, with the same Call-ID', () => {
  const desk = new Desk('SIP41.8-5-3S');
  for (let round = 0; round < 50; round++) desk.silent();
  expect(desk.sent.map((one) => headerOf(one, 'CSeq'))).toEqual(desk.sent.map((_, k) => `${101 + k} REGISTER`));
  expect(new Set(desk.sent.map((one) => headerOf(one, 'Call-ID'))).size).toBe(1);
  expect([desk.sent.length, desk.seconds]).toEqual([51, 1600]);
  expect(new Set(desk.told)).toEqual(new Set(['display: Registering', 'off: REG auth failed: ack timer']));
});

test.each([
  ['qop auth', 'Digest realm="r",nonce="n",qop="auth,auth-int"', 'auth'],
  ['no qop', 'Digest realm="r",nonce="n"', ''],
  ['auth-int first', 'Digest realm="r",nonce="n",qop="auth-int,auth"', 'auth-int'],
])('a challenge with %s is answered with the same Call-ID and the next CSeq', (_, challenge, qop) => {
  const desk = new Desk('P0S3-8-12-00');
  const callId = desk.header('Call-ID');
  desk.answer('401 Unauthorized', ['WWW-Authenticate', challenge]);
  expect([desk.header('Call-ID'), desk.header('CSeq')]).toEqual([callId, '102 REGISTER']);
  const md5 = (text: string) => createHash('md5').update(text).digest('hex');
  const second = md5(`REGISTER:sip:192.0.2.10${qop === 'auth-int' ? `:${md5('')}` : ''}`);
  const between = qop === '' ? '' : `00000001:aaaaaaaa:${qop}:`;
  const response = md5(`${md5('201:r:lagoon42')}:n:${between}${second}`);
  expect(desk.header('Authorization')).toContain(
    `username="201",realm="r",uri="sip:192.0.2.10",response="${response}"`,
  );
});

test('the third challenge in a row ends the round: no more credentials', () => {
  const desk = new Desk('P0S3-8-12-00');
  for (let k = 0; k < 3; k++) desk.answer('401 Unauthorized', MD5);
  expect(desk.sent).toHaveLength(3);
  expect(desk.told).toContain('off: REG auth failed: no more credentials');
  desk.pass(59.9);
  expect(desk.sent).toHaveLength(3);
  desk.pass(0.1);
  expect([desk.sent.length, desk.header('Authorization')]).toEqual([4, '']);
});

test('a challenge by SHA-256 is answered without credentials, also when MD5 is offered behind it', () => {
  const desk = new Desk('SIP41.8-5-3S');
  desk.answer('401 Unauthorized', ['WWW-Authenticate', 'Digest realm="r",nonce="n",algorithm=SHA-256'], MD5);
  expect([desk.header('CSeq'), desk.header('Authorization')]).toEqual(['102 REGISTER', '']);
  expect(desk.told).toContain('REG send failure: auth scheme');
});

test('423 raises the expiry', () => {
  const desk = new Desk('SIP41.8-5-3S', { expires: 60 });
  desk.answer('423 Interval Too Brief', ['Min-Expires', '600']);
  expect(desk.header('Expires')).toBe('600');
  granted(desk, 600);
  expect(desk.registration.isRegistered).toBe(true);
});

test('the next REGISTER comes at expiry less delta, not before', () => {
  const desk = new Desk('P0S3-8-12-00');
  granted(desk, 120);
  desk.pass(114.999);
  expect(desk.sent).toHaveLength(1);
  desk.pass(0.001);
  expect([desk.sent.length, desk.header('CSeq')]).toEqual([2, '102 REGISTER']);
});

test.each([
  ['P0S3-8-12-00', 24, false],
  ['P0S3-8-12-00', 25, true],
  ['SIP41.8-5-3S', 24, false],
  ['SIP42.9-4-2SR3-1S', 25, true],
  ['P0S3-07-5-00', 24, true],
] as const)('%s that is granted %i seconds stays registered: %s', (load, seconds, stays) => {
  const desk = new Desk(load);
  granted(desk, seconds);
  expect(desk.registration.isRegistered).toBe(stays);
  if (stays) return;
  expect(desk.header('Expires')).toBe('0');
  desk.answer('200 OK');
  desk.pass(100_000);
  expect(desk.told.slice(-2)).toEqual(['REG Expires time too small', 'off: REG Expires time too small']);
  expect(desk.sent).toHaveLength(2);
});

test.each([
  ['its own Contact, on whatever port', ['Contact', '<sip:201@192.0.2.61:51098>;expires=300'], ['Expires', '900'], 300],
  [
    'Expires, where the Contact is another’s',
    ['Contact', '<sip:201@192.0.2.99:5060>;expires=300'],
    ['Expires', '900'],
    900,
  ],
  ['what it asked for, where neither says', ['Contact', '<sip:999@192.0.2.61>;expires=300'], ['Date', 'x'], 3600],
] as const)('the expiry is that of %s', (_, contact, other, seconds) => {
  const desk = new Desk('P0S3-8-12-00');
  desk.answer('200 OK', contact, other);
  expect(desk.told).toContain(`registered for ${seconds}`);
});

test.each(['403 Forbidden', '404 Not Found', '480 Temporarily Unavailable'])(
  '%s is a rejection; Retry-After is kept to',
  (status) => {
    const desk = new Desk('SIP42.9-4-2SR3-1S');
    desk.answer(status, ['Retry-After', '300']);
    expect(desk.told).toContain('display: Registration rejected');
    desk.pass(299.9);
    expect(desk.sent).toHaveLength(1);
    desk.pass(0.1);
    expect(desk.sent).toHaveLength(2);
  },
);

test('a phone that restarts says good-bye with its reason, with credentials where they are wanted', async () => {
  const desk = new Desk('SIP42.9-4-2SR3-1S');
  granted(desk, 3600);
  const left = desk.registration.leave('23 reset-restart');
  expect([desk.header('Expires'), desk.header('Reason')]).toEqual(['0', expect.stringContaining('cisco-alarm:23')]);
  desk.answer('401 Unauthorized', MD5);
  expect([desk.header('Expires'), desk.header('Authorization')]).toEqual(['0', expect.stringContaining('Digest')]);
  desk.answer('200 OK');
  await left;
});

test.each([
  '',
  'hello\r\n\r\n',
  'GET / HTTP/1.1\r\n\r\n',
  'REGISTER sip:x SIP/2.0\r\nno colon\r\n\r\n',
  'SIP/2.0 9\r\n\r\n',
])('what is no SIP message is none: %j', (text) => {
  expect(parseSip(text)).toBeNull();
});
