import fc from 'fast-check';
import { expect, test } from 'vitest';
import { normalizeAddress } from '../../src/core/who/address.ts';

test.each([
  ['192.168.1.12', '192.168.1.12'],
  ['192.168.001.012', '192.168.1.12'],
  ['::ffff:192.168.1.12', '192.168.1.12'],
  ['::FFFF:c0a8:010c', '192.168.1.12'],
  ['2001:DB8:0:0:0:0:0:1', '2001:db8::1'],
  ['2001:0db8::0001', '2001:db8::1'],
  ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
  ['2001:0:0:1:0:0:0:1', '2001:0:0:1::1'],
  ['::', '::'],
  ['::1', '::1'],
  ['1::', '1::'],
  ['fe80::1%eth0', 'fe80::1%eth0'],
])('%s is written as %s (RFC 5952 4)', (text, expected) => {
  expect(normalizeAddress(text)).toBe(expected);
});

test.each([
  '',
  '256.1.1.1',
  '1.2.3',
  '1.2.3.4.5',
  ' 1.2.3.4',
  ':::',
  '1::2::3',
  '1:2:3:4:5:6:7',
  '1:2:3:4:5:6:7:8:9',
  '1:2:3:4:5:6:7::8:9',
  '1.2.3.4::',
  '12345::',
  'fe80::1%',
  '__proto__',
  'constructor',
  '../../etc/passwd',
])('"%s" is no address', (text) => {
  expect(normalizeAddress(text)).toBeNull();
});

test('an IPv6 address comes out the same however it was written', () => {
  fc.assert(
    fc.property(fc.ipV6(), (text) => {
      const once = normalizeAddress(text);
      expect(once).not.toBeNull();
      expect(normalizeAddress(once ?? '')).toBe(once);
      expect(normalizeAddress(text.toUpperCase())).toBe(once);
      if (!(once ?? '').includes('.')) expect(new URL(`http://[${text}]/`).hostname).toBe(`[${once}]`);
    }),
    { numRuns: 1_000 },
  );
});

test('whatever the text, the answer is an address or nothing', () => {
  fc.assert(fc.property(fc.string(), (text) => void normalizeAddress(text)));
});
