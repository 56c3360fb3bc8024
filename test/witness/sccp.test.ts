import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readSaid, SccpCutter, type SccpMessage, sccpAnswer } from '../../src/core/witness/sccp.ts';

// SCCP as phones of each generation speak it when they start (after-landing 3.3, witnesses-seen 3).

function frame(id: number, body: Uint8Array): Uint8Array {
  const bytes = Buffer.alloc(12 + body.length);
  bytes.writeUInt32LE(body.length + 4, 0);
  bytes.writeUInt32LE(id, 8);
  bytes.set(body, 12);
  return bytes;
}

function body(length: number, ...texts: readonly (readonly [at: number, text: string])[]): Uint8Array {
  const bytes = Buffer.alloc(length, 0);
  for (const [at, text] of texts) bytes.write(text, at, 'latin1');
  return bytes;
}

const ALARM = frame(0x20, body(92, [4, '25: Name=SEP0024C4AABBCC Load= 9.4(2SR3.1S) Last=Initialized']));
const JAVA = frame(0x01, body(124, [0, 'SEP0024C4AABBCC'], [92, 'SCCP41.8-5-3S']));
/** A 7960 on 8.1(2): 68 bytes, and leftovers behind. */
const LEGACY = frame(0x01, body(68, [0, 'SEP000E84AABBCC'], [60, 'RING']));

const said = (bytes: Uint8Array) => {
  const [message] = new SccpCutter().push(bytes) ?? [];
  return message === undefined ? null : readSaid(message);
};

test('the load stands in a registration where it is long enough, and only there', () => {
  expect(said(JAVA)).toMatchObject({ mac: '0024C4AABBCC', by: 'sccp-register', load: 'SCCP41.8-5-3S' });
  expect(said(LEGACY)).toMatchObject({ mac: '000E84AABBCC', by: 'sccp-register', load: null });
});

test('an alarm tells the version that the phone shows, with a blank before it or without', () => {
  expect(said(ALARM)).toMatchObject({ mac: '0024C4AABBCC', by: 'sccp-alarm', load: '9.4(2SR3.1S)' });
  const legacy = frame(0x20, body(92, [4, '25: Name=SEP000E84AABBCC Load=8.1(SR.2) Last=Initialized']));
  expect(said(legacy)).toMatchObject({ mac: '000E84AABBCC', load: '8.1(SR.2)' });
});

test('messages that share a segment or are split anywhere are the same messages', () => {
  const all = Buffer.concat([ALARM, JAVA, LEGACY]);
  const whole = new SccpCutter().push(all);
  expect(whole).toHaveLength(3);
  fc.assert(
    fc.property(fc.uniqueArray(fc.integer({ min: 1, max: all.length - 1 }), { maxLength: 40 }), (cuts) => {
      const places = [0, ...cuts.sort((a, b) => a - b), all.length];
      const cutter = new SccpCutter();
      const found: SccpMessage[] = [];
      for (let n = 1; n < places.length; n++)
        found.push(...(cutter.push(all.subarray(places[n - 1], places[n])) ?? []));
      expect(found).toEqual(whole);
    }),
  );
});

test('what is no SCCP ends it', () => {
  for (const bytes of ['GET / HTTP/1.1\r\n\r\n', '\x03\0\0\0\0\0\0\0\0\0\0\0', '\xff\xff\xff\xff\0\0\0\0\0\0\0\0']) {
    expect(new SccpCutter().push(Buffer.from(bytes, 'latin1'))).toBeNull();
  }
});

test('whatever bytes come, in whatever pieces, nothing throws and little is kept', () => {
  const piece = fc.oneof(fc.uint8Array({ maxLength: 200 }), fc.constantFrom(ALARM, JAVA, LEGACY));
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 20 }), (pieces) => {
      const cutter = new SccpCutter();
      for (const one of pieces) {
        const messages = cutter.push(one);
        if (messages === null) return;
        for (const message of messages) {
          readSaid(message);
          sccpAnswer(message);
        }
      }
    }),
    { numRuns: 2_000 },
  );
});

test('a registration is refused in words, a sign of life is answered, and nothing else is', () => {
  const answer = Buffer.from(sccpAnswer({ id: 0x01, body: new Uint8Array(68) }) ?? []);
  expect([answer.readUInt32LE(0), answer.readUInt32LE(8)]).toEqual([40, 0x9d]);
  expect(answer.toString('latin1', 12)).toMatch(/^loadstep: no calls here\0+$/);
  expect(answer.length).toBeLessThan(LEGACY.length);
  expect(Buffer.from(sccpAnswer({ id: 0, body: new Uint8Array(0) }) ?? []).readUInt32LE(8)).toBe(0x100);
  expect(sccpAnswer({ id: 0x20, body: new Uint8Array(92) })).toBeNull();
});
