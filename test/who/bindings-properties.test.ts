import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { MacAddress } from '../../src/core/names/mac-address.ts';
import {
  BINDING_LIMITS,
  type BindingSource,
  emptyBindings,
  heard,
  learn,
  type Who,
  whoIs,
} from '../../src/core/who/bindings.ts';

const T0 = 1_700_000_000_000;
const MACS = ['0018B9000001', '0018B9000002', '0018B9000003'] as MacAddress[];
const ADDRESSES = ['10.0.0.1', '10.0.0.2', '::ffff:10.0.0.1', 'fe80::1%eth0'];
const { ageMs } = BINDING_LIMITS;

interface Event {
  readonly mac: MacAddress;
  readonly address: string;
  readonly source: BindingSource | 'heard';
  readonly at: number;
  /** How long before `at` the source heard the phone; absent when it does not tell. */
  readonly heardAgo?: number | undefined;
}

/** Gaps around every limit, so that both sides of each are met. */
const gap = fc.oneof(
  fc.nat(2_000),
  fc.nat(20 * 60_000),
  fc.constantFrom(ageMs.name, ageMs.name + 1, BINDING_LIMITS.continuityMs + 1, BINDING_LIMITS.sharedMs + 1),
);
const events: fc.Arbitrary<Event[]> = fc
  .array(
    fc.record({
      mac: fc.constantFrom(...MACS),
      address: fc.constantFrom(...ADDRESSES),
      source: fc.constantFrom('name', 'name', 'neighbour', 'lease', 'heard') as fc.Arbitrary<Event['source']>,
      gap,
    }),
    { maxLength: 25 },
  )
  .map((rows) => {
    let at = T0;
    return rows.map(({ gap, ...row }) => {
      at += gap;
      return { ...row, at };
    });
  });

const plain = (address: string) => address.replace('::ffff:', '');

function replay(list: readonly Event[]) {
  const table = emptyBindings();
  for (const { source, ...event } of list) {
    if (source === 'heard') heard(table, event.address, event.at);
    else learn(table, sightingOf(event, source));
  }
  return table;
}

function sightingOf({ mac, address, at, heardAgo }: Omit<Event, 'source'>, source: BindingSource) {
  const fresh = heardAgo === undefined || source === 'name' ? {} : { freshAt: at - heardAgo };
  return { mac, address, at, source, ...fresh };
}

function recentNames(list: readonly Event[], address: string, now: number): Set<MacAddress> {
  return new Set(
    list
      .filter(({ source, at }) => source === 'name' && now - at <= ageMs.name)
      .filter((event) => plain(event.address) === plain(address))
      .map(({ mac }) => mac),
  );
}

test('in no order of events does an address with two recently named phones identify one', () => {
  fc.assert(
    fc.property(events, gap, (list, wait) => {
      const now = (list.at(-1)?.at ?? T0) + wait;
      const table = replay(list);
      for (const address of ADDRESSES) {
        if (recentNames(list, address, now).size > 1) expect(whoIs(table, address, now).kind).toBe('ambiguous');
      }
    }),
    { numRuns: 2_000 },
  );
});

test('anybody who is identified was seen at that address, and nobody else is seen there at the same time', () => {
  fc.assert(
    fc.property(events, (list) => {
      const now = list.at(-1)?.at ?? T0;
      const table = replay(list);
      for (const address of ADDRESSES) {
        const who = whoIs(table, address, now);
        if (who.kind !== 'mac') continue;
        const here = list.filter((event) => plain(event.address) === plain(address) && event.source !== 'heard');
        expect(here.map(({ mac }) => mac)).toContain(who.mac);
        const alive = here.filter(({ source, at }) => now - at <= ageMs[source as BindingSource]);
        expect([...new Set(alive.map(({ mac }) => mac))].filter((mac) => mac !== who.mac)).toEqual([]);
      }
    }),
    { numRuns: 2_000 },
  );
});

test('a phone is never identified at two addresses by its names at once', () => {
  fc.assert(
    fc.property(events, gap, (list, wait) => {
      const now = (list.at(-1)?.at ?? T0) + wait;
      const table = replay(list);
      const found = ['10.0.0.1', '10.0.0.2', 'fe80::1%eth0']
        .map((address) => whoIs(table, address, now))
        .filter((who): who is Extract<Who, { kind: 'mac' }> => who.kind === 'mac' && who.source === 'name')
        .map((who) => who.mac);
      expect(new Set(found).size).toBe(found.length);
    }),
    { numRuns: 2_000 },
  );
});

test('a phone alone on its addresses that always names itself is always known where it named itself last', () => {
  fc.assert(
    fc.property(events, fc.nat(ageMs.name), (list, wait) => {
      const own = list.map((event) => ({ ...event, mac: MACS[0] as MacAddress }));
      const last = own.findLast(({ source }) => source === 'name');
      const now = Math.max(own.at(-1)?.at ?? T0, (last?.at ?? T0) + wait);
      if (last === undefined || now - last.at > ageMs.name) return;
      expect(whoIs(replay(own), last.address, now)).toMatchObject({ kind: 'mac', mac: MACS[0] });
    }),
    { numRuns: 1_000 },
  );
});

test('phones with an address each never disturb one another', () => {
  fc.assert(
    fc.property(events, (list) => {
      const own = list.map((event) => ({ ...event, address: `10.0.1.${MACS.indexOf(event.mac)}` }));
      const table = replay(own);
      const now = own.at(-1)?.at ?? T0;
      for (const [index, mac] of MACS.entries()) {
        const who = whoIs(table, `10.0.1.${index}`, now);
        if (who.kind !== 'unknown') expect(who).toMatchObject({ kind: 'mac', mac });
      }
    }),
  );
});

test('a sign of life without a name never makes an unknown address known', () => {
  fc.assert(
    fc.property(events, gap, fc.constantFrom(...ADDRESSES), (list, wait, address) => {
      const table = replay(list);
      const now = (list.at(-1)?.at ?? T0) + wait;
      const before = whoIs(table, address, now);
      heard(table, address, now);
      if (before.kind !== 'mac') expect(whoIs(table, address, now)).toEqual(before);
    }),
    { numRuns: 1_000 },
  );
});

const moves: fc.Arbitrary<Event[]> = events.chain((list) =>
  fc
    .array(fc.option(fc.oneof(fc.nat(5_000), fc.nat(20 * 60_000), fc.constant(-60_000)), { nil: undefined }), {
      minLength: list.length,
      maxLength: list.length,
    })
    .map((ages) => list.map((event, i) => ({ ...event, heardAgo: ages[i] }))),
);

test('an address goes from one named phone to another only by the name of the other and a source that heard it since', () => {
  fc.assert(
    fc.property(moves, gap, (list, wait) => {
      const now = (list.at(-1)?.at ?? T0) + wait;
      const table = replay(list);
      for (const address of ADDRESSES) {
        const who = whoIs(table, address, now);
        const rivals = recentNames(list, address, now);
        if (who.kind !== 'mac' || [...rivals].every((mac) => mac === who.mac)) continue;
        const here = list.filter((event) => plain(event.address) === plain(address));
        const leftAt = Math.max(...here.filter((e) => e.source === 'name' && e.mac !== who.mac).map((e) => e.at));
        const own = here.filter((event) => event.mac === who.mac);
        expect(own.some(({ source, at }) => source === 'name' && at > leftAt)).toBe(true);
        const isHeardSince = ({ source, at, heardAgo = Number.POSITIVE_INFINITY }: Event) =>
          source !== 'name' && source !== 'heard' && at - heardAgo > leftAt && heardAgo >= 0;
        expect(own.some(isHeardSince)).toBe(true);
      }
    }),
    { numRuns: 3_000 },
  );
});

test('a phone is identified at one address only, whatever tells of it', () => {
  fc.assert(
    fc.property(moves, gap, (list, wait) => {
      // Sources that tell when they heard a phone; one that does not may be wrong about a phone that was never heard.
      const aged = list.filter(
        ({ source, heardAgo }) => source === 'name' || source === 'heard' || heardAgo !== undefined,
      );
      const now = (aged.at(-1)?.at ?? T0) + wait;
      const table = replay(aged);
      const found = ['10.0.0.1', '10.0.0.2', 'fe80::1%eth0']
        .map((address) => whoIs(table, address, now))
        .filter((who): who is Extract<Who, { kind: 'mac' }> => who.kind === 'mac')
        .filter(({ mac }) =>
          aged.some((event) => event.mac === mac && event.source === 'name' && now - event.at <= ageMs.name),
        )
        .map(({ mac }) => mac);
      expect(new Set(found).size).toBe(found.length);
    }),
    { numRuns: 3_000 },
  );
});
