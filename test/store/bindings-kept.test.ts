import { expect, test } from 'vitest';
import { createMemoryStore } from '../../src/adapters/memory-store.ts';
import type { MacAddress } from '../../src/core/names/mac-address.ts';
import { BINDING_LIMITS } from '../../src/core/who/bindings.ts';
import { ALICE, NOON } from './samples.ts';
import { temporaryStore } from './temporary.ts';

const DAY = 86_400_000;
const macOf = (n: number) => n.toString(16).toUpperCase().padStart(12, '0') as MacAddress;
const addressOf = (n: number) => `10.${(n >> 16) & 255}.${(n >> 8) & 255}.${n & 255}`;

test('names made up behind one address leave no more ties than the server believes', () => {
  const { store } = temporaryStore();
  for (let n = 0; n < 3_000; n++) {
    store.saveBinding({ address: '10.0.0.9', mac: macOf(n), learntAt: NOON + n, source: 'name' });
  }
  store.saveBinding({ address: '10.0.0.8', mac: ALICE, learntAt: NOON, source: 'name' });
  const kept = store.bindings().filter(({ address }) => address === '10.0.0.9');
  expect(kept).toHaveLength(BINDING_LIMITS.maxClaimsPerAddress);
  expect(kept.at(-1)?.mac).toBe(macOf(2_999));
  expect(store.bindings()).toContainEqual({ address: '10.0.0.8', mac: ALICE, learntAt: NOON, source: 'name' });
});

test('addresses made up without end push out those heard longest ago, and an address keeps all its ties or none', () => {
  const { store } = temporaryStore();
  const count = BINDING_LIMITS.maxAddresses + 6_000;
  store.saveBinding({ address: '192.0.2.1', mac: ALICE, learntAt: NOON - 2, source: 'name' });
  for (const [n, learntAt] of [NOON - 9, NOON + count].entries()) {
    store.saveBinding({ address: '192.0.2.2', mac: macOf(1_000_000 + n), learntAt, source: 'name' });
  }
  for (let n = 0; n < count; n++) {
    store.saveBinding({ address: addressOf(n), mac: macOf(n), learntAt: NOON + n, source: 'name' });
  }
  const kept = store.bindings();
  const addresses = new Set(kept.map(({ address }) => address));
  expect(addresses.size).toBeLessThan(BINDING_LIMITS.maxAddresses + 2_000);
  expect(addresses.has('192.0.2.1')).toBe(false);
  expect(addresses.has(addressOf(count - 1))).toBe(true);
  expect(kept.filter(({ address }) => address === '192.0.2.2')).toHaveLength(2);
});

test('ties older than a month are let go, those a server learns with a clock ahead of time harm no others', () => {
  const { store } = temporaryStore();
  const tie = (n: number, learntAt: number) =>
    store.saveBinding({ address: addressOf(n), mac: macOf(n), learntAt, source: 'lease' });
  tie(0, NOON - 31 * DAY);
  tie(1, NOON - 29 * DAY);
  tie(2, NOON + 9_000 * DAY);
  for (let n = 3; n < 3_000; n++) tie(n, NOON);
  const kept = new Set(store.bindings().map(({ address }) => address));
  expect([0, 1, 2, 3].map((n) => kept.has(addressOf(n)))).toEqual([false, true, true, true]);
});

test('a store in memory keeps no more ties than there are addresses to believe', () => {
  const store = createMemoryStore();
  for (let n = 0; n < 20_000; n++) {
    store.saveBinding({ address: '10.0.0.9', mac: macOf(n), learntAt: NOON + n, source: 'name' });
  }
  expect(store.bindings()).toHaveLength(BINDING_LIMITS.maxAddresses);
  expect(store.bindings().at(-1)?.mac).toBe(macOf(19_999));
});
