import { expect, test } from 'vitest';
import type { MacAddress } from '../../src/core/names/mac-address.ts';
import {
  BINDING_LIMITS,
  type BindingSource,
  type BindingTable,
  emptyBindings,
  heard,
  learn,
  whoIs,
} from '../../src/core/who/bindings.ts';

const X = '0018B9C0FFEE' as MacAddress;
const Y = '001BD4AAAAAA' as MacAddress;
const GATEWAY = '02420A0B0C0D' as MacAddress;
const A = '192.168.1.12';
const B = '192.168.1.13';
const T0 = 1_700_000_000_000;
const SECOND = 1_000;
const MINUTE = 60_000;
const TOLD: readonly BindingSource[] = ['neighbour', 'lease'];

function named(table: BindingTable, mac: MacAddress, address: string, at: number) {
  return learn(table, { address, mac, at, source: 'name' });
}

function told(
  table: BindingTable,
  source: BindingSource,
  mac: MacAddress,
  address: string,
  at: number,
  freshAt: number,
) {
  return learn(table, { address, mac, at, source, freshAt });
}

test.each(TOLD)(
  'a phone at a new address is known by a %s that heard it there since, and its old address is nobody',
  (source) => {
    const table = emptyBindings();
    named(table, X, A, T0);
    const at = T0 + MINUTE;
    expect(told(table, source, X, B, at, at - SECOND)).toContainEqual({ kind: 'moved', mac: X, from: A, to: B });
    expect(whoIs(table, B, at)).toMatchObject({ kind: 'mac', mac: X, source, isTold: true });
    expect(whoIs(table, A, at)).toEqual({ kind: 'unknown' });
  },
);

test.each(TOLD)('a %s that knew the phone before it named itself elsewhere does not bring it back', (source) => {
  for (const freshAt of [T0 - 1, T0]) {
    const table = emptyBindings();
    named(table, X, A, T0);
    told(table, source, X, B, T0 + MINUTE, freshAt);
    expect(whoIs(table, B, T0 + MINUTE)).toEqual({ kind: 'unknown' });
    expect(whoIs(table, A, T0 + MINUTE)).toMatchObject({ kind: 'mac', mac: X });
  }
});

test.each(TOLD)('an old word of a %s does not bring it back later either, however long it was silent', (source) => {
  for (const freshAt of [undefined, T0 - MINUTE]) {
    const table = emptyBindings();
    learn(table, { address: A, mac: X, at: T0 - MINUTE, source });
    named(table, X, B, T0);
    const at = T0 + 26 * 60 * MINUTE;
    learn(table, { address: A, mac: X, at, source, ...(freshAt === undefined ? {} : { freshAt }) });
    expect(whoIs(table, A, at)).toEqual({ kind: 'unknown' });
    // What heard it at the old address since then knows better.
    told(table, source, X, A, at + SECOND, at);
    expect(whoIs(table, A, at + SECOND)).toMatchObject({ kind: 'mac', mac: X });
  }
});

test('news from the future moves nobody: the source has another clock', () => {
  const table = emptyBindings();
  named(table, X, A, T0);
  told(table, 'lease', X, B, T0 + MINUTE, T0 + 2 * MINUTE);
  expect(whoIs(table, B, T0 + MINUTE)).toEqual({ kind: 'unknown' });
});

test.each(TOLD)(
  'a first phone that left its address is forgotten there once a %s and the name of the next one agree',
  (source) => {
    const table = emptyBindings();
    named(table, X, A, T0);
    const at = T0 + 30 * SECOND;
    told(table, source, Y, A, at, at - SECOND);
    // The first question of the next phone comes before its name: one word against another.
    expect(whoIs(table, A, at)).toMatchObject({ kind: 'ambiguous' });
    named(table, Y, A, at + SECOND);
    expect(whoIs(table, A, at + 2 * SECOND)).toMatchObject({ kind: 'mac', mac: Y, isTold: true });
  },
);

test('neither a name alone nor a neighbour entry alone takes an address from the phone that named itself there', () => {
  const byName = emptyBindings();
  named(byName, X, A, T0);
  named(byName, Y, A, T0 + MINUTE);
  expect(whoIs(byName, A, T0 + 2 * MINUTE)).toMatchObject({ kind: 'ambiguous' });
  const byTable = emptyBindings();
  named(byTable, X, A, T0);
  told(byTable, 'neighbour', Y, A, T0 + MINUTE, T0 + MINUTE);
  expect(whoIs(byTable, A, T0 + MINUTE)).toMatchObject({ kind: 'ambiguous' });
});

test('an entry that may be older than the first phone’s last word does not void it', () => {
  for (const freshAt of [undefined, T0 - MINUTE, T0]) {
    const table = emptyBindings();
    named(table, X, A, T0);
    learn(table, { address: A, mac: Y, at: T0 + MINUTE, source: 'neighbour', ...(freshAt ? { freshAt } : {}) });
    named(table, Y, A, T0 + MINUTE);
    expect(whoIs(table, A, T0 + MINUTE)).toMatchObject({ kind: 'ambiguous' });
  }
});

test('a first phone that is still taking a file has not left', () => {
  const table = emptyBindings();
  named(table, X, A, T0);
  heard(table, A, T0 + 40 * SECOND);
  told(table, 'neighbour', Y, A, T0 + 50 * SECOND, T0 + 30 * SECOND);
  named(table, Y, A, T0 + 51 * SECOND);
  expect(whoIs(table, A, T0 + 52 * SECOND)).toMatchObject({ kind: 'ambiguous' });
});

test('behind a gateway the table says the gateway, so that no phone takes the address from another', () => {
  const table = emptyBindings();
  named(table, X, A, T0);
  named(table, Y, A, T0 + MINUTE);
  told(table, 'neighbour', GATEWAY, A, T0 + MINUTE, T0 + MINUTE);
  expect(whoIs(table, A, T0 + MINUTE)).toMatchObject({ kind: 'ambiguous' });
});

test('where names alternated nobody is taken to have left, whatever a table says', () => {
  const table = emptyBindings();
  named(table, X, A, T0);
  named(table, Y, A, T0 + SECOND);
  named(table, X, A, T0 + 2 * SECOND);
  named(table, Y, A, T0 + 3 * SECOND);
  told(table, 'neighbour', Y, A, T0 + 4 * SECOND, T0 + 4 * SECOND);
  expect(whoIs(table, A, T0 + 4 * SECOND)).toMatchObject({ kind: 'ambiguous' });
});

test('a lease of the first phone that still stands beside the next one is a contradiction like any other', () => {
  const table = emptyBindings();
  named(table, X, A, T0);
  named(table, Y, A, T0 + MINUTE);
  told(table, 'neighbour', Y, A, T0 + MINUTE, T0 + MINUTE);
  learn(table, { address: A, mac: X, at: T0 + MINUTE, source: 'lease' });
  expect(whoIs(table, A, T0 + MINUTE)).toMatchObject({ kind: 'ambiguous' });
});

test('what only names tie to an address is marked so', () => {
  const table = emptyBindings();
  named(table, X, A, T0);
  expect(whoIs(table, A, T0)).toMatchObject({ source: 'name', isTold: false });
  learn(table, { address: A, mac: X, at: T0, source: 'neighbour' });
  expect(whoIs(table, A, T0)).toMatchObject({ source: 'name', isTold: true });
  const later = T0 + BINDING_LIMITS.ageMs.neighbour + 1;
  expect(whoIs(table, A, later)).toMatchObject({ source: 'name', isTold: false });
});
