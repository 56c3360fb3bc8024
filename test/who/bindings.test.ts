import { expect, test } from 'vitest';
import type { MacAddress } from '../../src/core/names/mac-address.ts';
import { BINDING_LIMITS, type BindingTable, emptyBindings, heard, learn, whoIs } from '../../src/core/who/bindings.ts';
import { restoreBindings } from '../../src/core/who/restore-bindings.ts';

const X = '0018B9C0FFEE' as MacAddress;
const Y = '001BD4AAAAAA' as MacAddress;
const GATEWAY = '02420A0B0C0D' as MacAddress;
const A = '192.168.1.12';
const B = '192.168.1.13';
const T0 = 1_700_000_000_000;
const MINUTE = 60_000;
const NAME_AGE = BINDING_LIMITS.ageMs.name;

function named(table: BindingTable, mac: MacAddress, address: string, at: number) {
  return learn(table, { address, mac, at, source: 'name' });
}

test('a phone that named itself is known by its address, with the age of the name', () => {
  const table = emptyBindings();
  expect(named(table, X, A, T0)).toEqual([{ kind: 'bound', address: A, mac: X, source: 'name' }]);
  expect(whoIs(table, A, T0 + MINUTE)).toEqual({
    kind: 'mac',
    mac: X,
    source: 'name',
    ageMs: MINUTE,
    isTold: false,
  });
  expect(whoIs(table, B, T0)).toEqual({ kind: 'unknown' });
});

test('a phone seen through an IPv6 socket is the phone seen through an IPv4 socket', () => {
  const table = emptyBindings();
  named(table, X, '::ffff:192.168.1.12', T0);
  expect(whoIs(table, A, T0).kind).toBe('mac');
});

test('a name identifies up to its age and not a millisecond longer', () => {
  const table = emptyBindings();
  named(table, X, A, T0);
  expect(whoIs(table, A, T0 + NAME_AGE).kind).toBe('mac');
  expect(whoIs(table, A, T0 + NAME_AGE + 1)).toEqual({ kind: 'unknown' });
});

test('a phone that flashed for twelve minutes is known by its first, nameless question', () => {
  const table = emptyBindings();
  named(table, X, A, T0);
  expect(whoIs(table, A, T0 + 12 * MINUTE)).toMatchObject({ kind: 'mac', mac: X });
});

test('a long transfer keeps the name alive, so that only the silence after it counts', () => {
  const table = emptyBindings();
  named(table, X, A, T0);
  for (let at = T0; at <= T0 + 20 * MINUTE; at += 30_000) heard(table, A, at);
  expect(whoIs(table, A, T0 + 34 * MINUTE)).toMatchObject({ kind: 'mac', mac: X });
  expect(whoIs(table, A, T0 + 36 * MINUTE)).toEqual({ kind: 'unknown' });
});

test('a sign of life after a pause does not keep a name alive: another phone may have the address by now', () => {
  const table = emptyBindings();
  named(table, X, A, T0);
  expect(heard(table, A, T0 + BINDING_LIMITS.continuityMs + 1)).toBeNull();
  expect(whoIs(table, A, T0 + NAME_AGE + 1)).toEqual({ kind: 'unknown' });
});

test('a claim that was kept alive comes back so that it can be stored', () => {
  const table = emptyBindings();
  named(table, X, A, T0);
  expect(heard(table, A, T0 + 5_000)).toEqual({ address: A, mac: X, at: T0 + 5_000, source: 'name' });
  expect(heard(table, B, T0 + 5_000)).toBeNull();
});

test('yesterday the address was X, today Y asks from it before naming itself: nobody is guessed', () => {
  const table = emptyBindings();
  named(table, X, A, T0);
  expect(whoIs(table, A, T0 + 24 * 60 * MINUTE)).toEqual({ kind: 'unknown' });
});

test('yesterday the address was X, today the neighbour table or a lease says Y: it is Y', () => {
  for (const source of ['neighbour', 'lease'] as const) {
    const table = emptyBindings();
    const today = T0 + 24 * 60 * MINUTE;
    named(table, X, A, T0);
    expect(learn(table, { address: A, mac: Y, at: today, source })).toEqual([
      { kind: 'bound', address: A, mac: Y, source },
    ]);
    expect(whoIs(table, A, today)).toMatchObject({ kind: 'mac', mac: Y, source });
  }
});

test('an idle phone power-cycled after an hour is known when the neighbour table or a lease still says so', () => {
  for (const source of ['neighbour', 'lease'] as const) {
    const table = emptyBindings();
    named(table, X, A, T0);
    learn(table, { address: A, mac: X, at: T0 + 60 * MINUTE, source });
    expect(whoIs(table, A, T0 + 60 * MINUTE)).toMatchObject({ kind: 'mac', mac: X, source });
  }
});

test('a newer contradiction takes the address away at once, is told, and wins when the older claim has expired', () => {
  const table = emptyBindings();
  named(table, X, A, T0);
  const changes = learn(table, { address: A, mac: Y, at: T0 + MINUTE, source: 'neighbour' });
  expect(changes).toEqual([
    { kind: 'contradicted', address: A, mac: Y, source: 'neighbour', was: X, wasSource: 'name' },
  ]);
  expect(whoIs(table, A, T0 + MINUTE)).toEqual({ kind: 'ambiguous', macs: [X, Y] });
  const later = T0 + NAME_AGE + 1;
  learn(table, { address: A, mac: Y, at: later, source: 'neighbour' });
  expect(whoIs(table, A, later)).toMatchObject({ kind: 'mac', mac: Y });
});

test('a gateway that hides phones contradicts each of them, so that the address identifies nobody', () => {
  const table = emptyBindings();
  learn(table, { address: A, mac: GATEWAY, at: T0, source: 'neighbour' });
  named(table, X, A, T0 + 1);
  expect(whoIs(table, A, T0 + 2)).toEqual({ kind: 'ambiguous', macs: [GATEWAY, X] });
});

test('a gateway seen at every boot of the phone behind it is told once, not at every boot', () => {
  const table = emptyBindings();
  const told: unknown[] = [];
  for (let at = T0; at < T0 + 10 * MINUTE; at += MINUTE) {
    told.push(...named(table, X, A, at));
    told.push(...learn(table, { address: A, mac: GATEWAY, at: at + 1, source: 'neighbour' }));
  }
  expect(told).toHaveLength(2);
});

test('two phones that name themselves behind one address: it identifies nobody until one was silent for long', () => {
  const table = emptyBindings();
  named(table, X, A, T0);
  named(table, Y, A, T0 + 1);
  expect(whoIs(table, A, T0 + 2).kind).toBe('ambiguous');
  named(table, Y, A, T0 + NAME_AGE);
  expect(whoIs(table, A, T0 + NAME_AGE).kind).toBe('ambiguous');
  expect(whoIs(table, A, T0 + NAME_AGE + 1)).toMatchObject({ kind: 'mac', mac: Y });
});

test('names that alternate prove a shared address: one phone alone being heard does not make it that phone', () => {
  const table = emptyBindings();
  named(table, X, A, T0);
  named(table, Y, A, T0 + 1);
  expect(named(table, X, A, T0 + 2)).toEqual([{ kind: 'shared', address: A, macs: [X, Y] }]);
  const later = T0 + 60 * MINUTE;
  named(table, X, A, later);
  expect(whoIs(table, A, later)).toEqual({ kind: 'ambiguous', macs: [Y, X] });
  const nextDay = T0 + 2 + BINDING_LIMITS.sharedMs + 1;
  named(table, X, A, nextDay);
  expect(whoIs(table, A, nextDay)).toMatchObject({ kind: 'mac', mac: X });
});

test('a shared address is told once, however often the names alternate', () => {
  const table = emptyBindings();
  const told = [X, Y, X, Y, X, Y].flatMap((mac, index) => named(table, mac, A, T0 + index));
  expect(told.map((change) => change.kind)).toEqual(['bound', 'contradicted', 'shared']);
});

test('where names once alternated a fresh neighbour entry or lease is believed again', () => {
  const table = emptyBindings();
  for (const [index, mac] of [X, Y, X].entries()) named(table, mac, A, T0 + index);
  const later = T0 + 60 * MINUTE;
  learn(table, { address: A, mac: X, at: later, source: 'neighbour' });
  expect(whoIs(table, A, later)).toMatchObject({ kind: 'mac', mac: X, source: 'neighbour' });
});

test('a phone that got another address is known there, and its old address is nobody', () => {
  const table = emptyBindings();
  named(table, X, A, T0);
  const changes = named(table, X, B, T0 + MINUTE);
  expect(changes).toContainEqual({ kind: 'moved', mac: X, from: A, to: B });
  expect(whoIs(table, B, T0 + MINUTE)).toMatchObject({ kind: 'mac', mac: X });
  expect(whoIs(table, A, T0 + MINUTE)).toEqual({ kind: 'unknown' });
});

test('a lease that outlived the move does not tie the old address to the phone', () => {
  const table = emptyBindings();
  named(table, X, A, T0);
  named(table, X, B, T0 + MINUTE);
  learn(table, { address: A, mac: X, at: T0 + 2 * MINUTE, source: 'lease' });
  expect(whoIs(table, A, T0 + 2 * MINUTE)).toEqual({ kind: 'unknown' });
});

test('a clock that was set back makes nobody known for longer, and nothing contradict for shorter', () => {
  const table = emptyBindings();
  named(table, X, A, T0 + 60 * MINUTE);
  expect(whoIs(table, A, T0)).toEqual({ kind: 'unknown' });
  named(table, Y, A, T0);
  expect(whoIs(table, A, T0).kind).toBe('ambiguous');
});

test('something that is no address changes nothing and is nobody', () => {
  const table = emptyBindings();
  expect(named(table, X, 'constructor', T0)).toEqual([]);
  expect(whoIs(table, '__proto__', T0)).toEqual({ kind: 'unknown' });
  expect(table.addresses.size).toBe(0);
});

test('invented senders cannot fill the memory: the address silent for longest goes first', () => {
  const table = emptyBindings({ ...BINDING_LIMITS, maxAddresses: 3 });
  for (const [index, last] of [1, 2, 3].entries()) named(table, X, `10.0.0.${last}`, T0 + index);
  heard(table, '10.0.0.1', T0 + 10);
  named(table, Y, '10.0.0.4', T0 + 11);
  expect([...table.addresses].map(([address]) => address)).toEqual(['10.0.0.3', '10.0.0.1', '10.0.0.4']);
});

test('a hundred names behind one address are not all kept, and it stays ambiguous', () => {
  const table = emptyBindings();
  for (let i = 0; i < 100; i++) {
    named(table, `0018B90000${i.toString(16).padStart(2, '0').toUpperCase()}` as MacAddress, A, T0 + i);
  }
  expect(table.addresses.get(A as never)?.claims).toHaveLength(BINDING_LIMITS.maxClaimsPerAddress);
  expect(whoIs(table, A, T0 + 100).kind).toBe('ambiguous');
});

test('after a restart the kept bindings identify as before', () => {
  const kept = [
    { address: B, mac: Y, learntAt: T0 + 2, source: 'name' },
    { address: A, mac: X, learntAt: T0, source: 'name' },
    { address: A, mac: X, learntAt: T0 + 1, source: 'a word of a later version' },
  ];
  const table = restoreBindings(kept);
  expect(whoIs(table, A, T0 + MINUTE)).toMatchObject({ kind: 'mac', mac: X, ageMs: MINUTE });
  expect(whoIs(table, B, T0 + MINUTE)).toMatchObject({ kind: 'mac', mac: Y });
});

test('after a restart an address with two recent names counts as shared, since their order is not kept', () => {
  const first = { address: A, mac: X, learntAt: T0, source: 'name' };
  const second = { address: A, mac: Y, learntAt: T0 + MINUTE, source: 'name' };
  const table = restoreBindings([first, second]);
  const later = T0 + NAME_AGE + MINUTE;
  expect(whoIs(table, A, later).kind).toBe('ambiguous');
  const apart = restoreBindings([first, { ...second, learntAt: T0 + NAME_AGE + 1 }]);
  expect(whoIs(apart, A, T0 + NAME_AGE + 1)).toMatchObject({ kind: 'mac', mac: Y });
});
