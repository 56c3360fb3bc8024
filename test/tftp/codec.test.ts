import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeText, encodePacket, parsePacket, type TftpPacket } from '../../src/core/tftp/codec.ts';
import { toNetascii } from '../../src/core/tftp/netascii.ts';
import { printable } from '../../src/core/tftp/printable.ts';

const text = fc.string({ unit: 'binary' }).map((value) => value.replaceAll('\0', ''));
const word = fc.integer({ min: 0, max: 0xffff });
const option = fc.record({ name: text.filter((value) => value !== ''), value: text });

const packets: fc.Arbitrary<TftpPacket> = fc.oneof(
  fc.record({
    kind: fc.constantFrom('rrq' as const, 'wrq' as const),
    name: fc.string({ minLength: 1, maxLength: 60 }).map((value) => `n${value.replaceAll('\0', '')}`),
    mode: fc.constantFrom('octet' as const, 'netascii' as const),
    options: fc.array(option, { maxLength: 5 }),
  }),
  fc.record({ kind: fc.constant('data' as const), block: word, payload: fc.uint8Array({ maxLength: 600 }) }),
  fc.record({ kind: fc.constant('ack' as const), block: word }),
  fc.record({ kind: fc.constant('error' as const), code: word, message: text }),
  fc.record({ kind: fc.constant('oack' as const), options: fc.array(option, { maxLength: 5 }) }),
);

test('every packet reads back as it was written', () => {
  fc.assert(
    fc.property(packets, (packet) => {
      const parsed = parsePacket(encodePacket(packet));
      expect(parsed).toEqual({ ok: true, value: packet });
    }),
  );
});

test('any bytes at all give a packet or a fault, never an exception', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 7 }), fc.uint8Array({ maxLength: 700 }), (opcode, tail) => {
      const parsed = parsePacket(Uint8Array.from([0, opcode, ...tail]));
      expect(typeof parsed.ok).toBe('boolean');
      expect(typeof parsePacket(tail).ok).toBe('boolean');
    }),
    { numRuns: 2000 },
  );
});

const request = (opcode: number, ...parts: string[]) =>
  Buffer.from(`\0${String.fromCharCode(opcode)}${parts.join('\0')}`, 'latin1');

test.each([
  ['a missing mode', request(1, 'file', ''), 'missing transfer mode'],
  ['a name without NUL', request(1, 'file'), 'file name without a terminating NUL'],
  ['a mode without NUL', request(1, 'file', 'octet'), 'missing transfer mode'],
  ['an empty name', request(1, '', 'octet', ''), 'empty file name'],
  ['an empty mode', request(1, 'file', '', ''), 'transfer mode is neither octet nor netascii'],
  ['mail', request(1, 'file', 'mail', ''), 'transfer mode is neither octet nor netascii'],
  ['a name of 256 bytes', request(1, 'n'.repeat(256), 'octet', ''), 'file name longer than 255 bytes'],
])('RFC 1350 5: a request with %s is faulty and says why', (_case, bytes, message) => {
  expect(parsePacket(bytes)).toEqual({ ok: false, error: { reason: 'request', message } });
});

test('RFC 1350 5: a name of exactly 255 bytes is read', () => {
  const parsed = parsePacket(request(1, 'n'.repeat(255), 'octet', ''));
  expect(parsed.ok && parsed.value.kind === 'rrq' && parsed.value.name.length).toBe(255);
});

test('RFC 1350 1: the mode counts in any case', () => {
  for (const mode of ['OCTET', 'Octet', 'oCtEt']) {
    expect(parsePacket(request(1, 'file', mode, ''))).toMatchObject({ ok: true, value: { mode: 'octet' } });
  }
  expect(parsePacket(request(1, 'file', 'NetASCII', ''))).toMatchObject({ ok: true, value: { mode: 'netascii' } });
});

test('RFC 2347 2: an option without a value or a closing NUL is left out, the others stay', () => {
  const parsed = parsePacket(request(1, 'file', 'octet', 'tsize', '0', 'blksize', '10'));
  expect(parsed).toMatchObject({ ok: true, value: { options: [{ name: 'tsize', value: '0' }] } });
  expect(parsePacket(request(1, 'file', 'octet', 'tsize', ''))).toMatchObject({ ok: true, value: { options: [] } });
});

test('too short datagrams and unknown opcodes are told apart from broken requests', () => {
  expect(parsePacket(new Uint8Array(0))).toMatchObject({ ok: false, error: { reason: 'short' } });
  expect(parsePacket(Uint8Array.of(0))).toMatchObject({ ok: false, error: { reason: 'short' } });
  expect(parsePacket(Uint8Array.of(0, 4, 1))).toMatchObject({ ok: false, error: { reason: 'short' } });
  expect(parsePacket(Uint8Array.of(0, 9, 0, 0))).toMatchObject({ ok: false, error: { reason: 'opcode' } });
});

test('a name that is no UTF-8 is read as Latin-1, one character a byte', () => {
  expect(decodeText(Uint8Array.of(0x53, 0xff, 0xe9))).toBe('Sÿé');
  expect(decodeText(new TextEncoder().encode('Sé'))).toBe('Sé');
});

test('a text with a NUL cannot smuggle further fields into a packet', () => {
  const parsed = parsePacket(encodePacket({ kind: 'rrq', name: 'a\0netascii', mode: 'octet', options: [] }));
  expect(parsed).toEqual({ ok: true, value: { kind: 'rrq', name: 'a', mode: 'octet', options: [] } });
});

test('RFC 764: netascii turns LF into CR LF and CR into CR NUL, and leaves the rest alone', () => {
  const bytes = (value: string) => new TextEncoder().encode(value);
  expect(toNetascii(bytes('a\nb\rc\r\n'))).toEqual(bytes('a\r\nb\r\0c\r\0\r\n'));
  const plain = bytes('plain');
  expect(toNetascii(plain)).toBe(plain);
});

test('a name in the log cannot move the cursor or break the line', () => {
  expect(printable('a\n\u001b[2J\u009b\u202e\\é')).toBe('a\\u{a}\\u{1b}[2J\\u{9b}\\u{202e}\\\\é');
});
