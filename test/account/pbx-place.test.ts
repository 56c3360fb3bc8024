import { expect, test } from 'vitest';
import { readPbxPlace } from '../../src/core/account/pbx-place.ts';

test.each([
  ['192.0.2.10', { host: '192.0.2.10', port: 5060, transport: 'udp' }],
  ['192.0.2.10:5160', { host: '192.0.2.10', port: 5160, transport: 'udp' }],
  [' pbx.example ', { host: 'pbx.example', port: 5060, transport: 'udp' }],
  ['pbx', { host: 'pbx', port: 5060, transport: 'udp' }],
])('%j is a place where phones find a PBX', (text, place) => {
  expect(readPbxPlace(text)).toEqual({ ok: true, value: place });
});

test.each([
  '',
  ':5060',
  '192.0.2',
  '192.0.2.300',
  'pbx:',
  'pbx:0',
  'pbx:65536',
  'a b',
  '-x',
  'pbx"',
  '[2001:db8::1]',
  'x.',
])('%j is none', (text) => {
  expect(readPbxPlace(text)).toMatchObject({ ok: false, error: expect.stringContaining('is no place of a PBX') });
});

// after-landing 2.5: proxy and processNodeName keep 47 characters.
test('a name that a phone would cut is refused', () => {
  expect(readPbxPlace(`${'a'.repeat(43)}.org`).ok).toBe(true);
  expect(readPbxPlace(`${'a'.repeat(44)}.org`)).toMatchObject({ ok: false, error: expect.stringContaining('47') });
});
