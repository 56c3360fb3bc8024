import { expect, test } from 'vitest';
import type { MacAddress } from '../../src/core/names/mac-address.ts';
import { BINDING_LIMITS, whoIs } from '../../src/core/who/bindings.ts';
import { type KeptBinding, restoreBindings } from '../../src/core/who/restore-bindings.ts';

const NOON = Date.UTC(2026, 2, 1, 12);
const macOf = (n: number) => n.toString(16).toUpperCase().padStart(12, '0') as MacAddress;

/** As many ties as an office with short leases leaves in a year, or one host that makes up names in half an hour. */
function manyBindings(count: number, addressOf: (n: number) => string): KeptBinding[] {
  return Array.from({ length: count }, (_, n) => ({
    address: addressOf(n),
    mac: macOf(n),
    learntAt: NOON - count + n,
    source: 'name',
  }));
}

test('200,000 kept ties of as many phones are read back, and the newest are known', () => {
  const addressOf = (n: number) => `10.${n >> 16}.${(n >> 8) & 255}.${n & 255}`;
  const table = restoreBindings(manyBindings(200_000, addressOf));
  expect(table.addresses.size).toBe(BINDING_LIMITS.maxAddresses);
  expect(whoIs(table, addressOf(199_999), NOON)).toMatchObject({ kind: 'mac', mac: macOf(199_999) });
});

test('200,000 made-up names behind one address are read back under a clock that was set back, and identify nobody', () => {
  const table = restoreBindings(
    manyBindings(200_000, () => '10.0.0.9'),
    BINDING_LIMITS,
    NOON - 3_600_000,
  );
  expect(whoIs(table, '10.0.0.9', NOON - 3_600_000).kind).toBe('ambiguous');
});
