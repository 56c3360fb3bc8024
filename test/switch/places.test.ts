import { describe, expect, test } from 'vitest';
import type { MacAddress } from '../../src/core/names/mac-address.ts';
import { BenchMap, changeText, type MapChange } from '../../src/core/switch/bench-map.ts';
import { placesOf } from '../../src/core/switch/places.ts';
import { silentPhones } from '../../src/core/switch/silent-phones.ts';
import type { PortNeighbour, SwitchPort, SwitchSeen } from '../../src/core/switch/switch-seen.ts';
import { seenWith } from './seen.ts';

const A = '0018B9000001' as MacAddress;
const B = '0018B9000002' as MacAddress;

const said = (mac: MacAddress, more: Partial<PortNeighbour> = {}): PortNeighbour => ({
  ...{
    by: 'cdp',
    mac,
    device: `SEP${mac}`,
    platform: 'Cisco IP Phone 7941',
    isPhone: true,
    load: 'SCCP41.8-5-3S',
    address: null,
    agoMs: 60_000,
  },
  ...more,
});

function port(name: string, more: Partial<SwitchPort> = {}): SwitchPort {
  const macs = more.macs ?? [];
  return {
    ...{ ifIndex: Number(name), name, isUp: true, linkedForMs: null, neighbours: [] },
    ...{ macs, learnt: macs, macCount: macs.length, power: null },
    ...more,
  };
}

const seen = (...ports: readonly SwitchPort[]) => seenWith(ports);

const places = (...switches: readonly SwitchSeen[]) => placesOf(new Map(switches.map((one, n) => [`sw${n + 1}`, one])));

describe('where a phone hangs', () => {
  test('what it says itself counts, and not the ports on the way to it', () => {
    const found = places(seen(port('1', { neighbours: [said(A)], macs: [A] })), seen(port('24', { macs: [A] })));
    expect(found.get(A)).toMatchObject({ switchName: 'sw1', port: '1', by: 'cdp' });
  });

  test('of two bridge tables the port with fewer devices is its own', () => {
    const found = places(seen(port('24', { macs: [A, B] })), seen(port('7', { macs: [A] })));
    expect(found.get(A)).toMatchObject({ switchName: 'sw2', port: '7', by: 'bridge' });
  });

  test('of two ports that have the same claim none is named', () => {
    expect(places(seen(port('1', { macs: [A] })), seen(port('2', { macs: [A] }))).get(A)).toBeUndefined();
  });

  test("a port behind which a switch is, or many devices are, is nobody's place", () => {
    const many = Array.from({ length: 5 }, (_, n) => `0018B900001${n}` as MacAddress);
    const office = said(A, { isPhone: false, mac: null, platform: 'cisco WS-C3750G', load: null });
    const found = places(seen(port('1', { macs: [A], neighbours: [office] }), port('2', { macs: [B, ...many] })));
    expect([...found]).toEqual([]);
  });

  test('what stands at a port without link is of before: a phone that was moved hangs where it is heard now', () => {
    const found = places(
      seen(port('1', { isUp: false, neighbours: [said(A)] }), port('2', { neighbours: [said(A, { agoMs: 1_000 })] })),
    );
    expect(found.get(A)).toMatchObject({ port: '2' });
  });
});

describe('the map', () => {
  const fold = (map: BenchMap, one: SwitchSeen, now: number, isWanted = true) =>
    map.fold(places(one), now, () => isWanted);
  const words = (changes: readonly MapChange[]) => changes.map(changeText);

  test('a phone is found, stays, moves, and says another load', () => {
    const map = new BenchMap();
    expect(words(fold(map, seen(port('1', { neighbours: [said(A)] })), 1_000_000))).toEqual([
      'it hangs at sw1 1, as CDP says: Cisco IP Phone 7941, says that it runs SCCP41.8-5-3S',
    ]);
    expect(fold(map, seen(port('1', { neighbours: [said(A)] })), 1_060_000)).toEqual([]);
    expect(words(fold(map, seen(port('5', { neighbours: [said(A)] })), 1_120_000))).toEqual([
      'it hangs at sw1 5, and not at sw1 1 any more, as CDP says: Cisco IP Phone 7941, says that it runs SCCP41.8-5-3S',
    ]);
    expect(
      words(fold(map, seen(port('5', { neighbours: [said(A, { load: 'SIP41.9-3-1SR4-1S' })] })), 1_180_000)),
    ).toEqual(['CDP at sw1 5: Cisco IP Phone 7941, says that it runs SIP41.9-3-1SR4-1S']);
    expect(map.of(A)).toMatchObject({
      port: '5',
      before: 'sw1 1',
      since: 1_120_000,
      seenAt: 1_180_000,
      saidAt: 1_120_000,
    });
  });

  test('a phone that is gone for a walk stays where it was, with the time at which it was seen', () => {
    const map = new BenchMap();
    fold(map, seen(port('1', { neighbours: [said(A)] })), 1_000_000);
    expect(fold(map, seen(port('1', { isUp: false })), 1_060_000)).toEqual([]);
    expect(map.of(A)).toMatchObject({ port: '1', seenAt: 1_000_000 });
  });

  test('of devices that only a bridge table names those are kept that somebody asks for', () => {
    const map = new BenchMap();
    expect(fold(map, seen(port('1', { macs: [A] })), 1, false)).toEqual([]);
    expect([...map]).toEqual([]);
    expect(fold(map, seen(port('1', { macs: [A] })), 2)).toHaveLength(1);
  });
});

describe('a phone that speaks and never asks', () => {
  const map = new BenchMap();
  map.fold(places(seen(port('17', { neighbours: [said(A)] }))), 1_000_000, () => true);
  map.fold(places(seen(port('17', { neighbours: [said(A)] }))), 1_600_000, () => true);
  const silent = (lastSeenAt: number | null, listensSince: number | null = 0, now = 1_620_000) =>
    silentPhones(map, () => lastSeenAt, now, listensSince).map(({ reason }) => reason);

  test('is named by its port, with what that means', () => {
    expect(silent(null)).toEqual([
      'sw1 17: 0018B9000001, a Cisco IP Phone 7941 by CDP, has link and has asked for nothing in 10 min: ' +
        'its DHCP server names no TFTP server (option 150 or 66), or another one than this machine, and "loadstep doctor --probe" shows which',
    ]);
  });

  test('is not named when it asked, when it came just now, when it is gone, or when nobody listened', () => {
    expect(silent(900_000)).toEqual([]);
    expect(silent(null, 0, 1_299_999)).toEqual([]);
    expect(silent(null, 1_500_000)).toEqual([]);
    expect(silent(null, 0, 2_000_000)).toEqual([]);
    expect(silent(null, null)).toEqual([]);
  });
});
