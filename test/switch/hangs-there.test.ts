import { describe, expect, test } from 'vitest';
import type { MacAddress } from '../../src/core/names/mac-address.ts';
import type { KnownPlace } from '../../src/core/switch/bench-map.ts';
import { maySwitchPort } from '../../src/core/switch/may-switch-port.ts';
import type { PortNeighbour, SwitchPort } from '../../src/core/switch/switch-seen.ts';
import { seenWith } from './seen.ts';

const X = '0018B9150801' as MacAddress;
const Y = '00CC00112233' as MacAddress;
const Z = '0018B9150809' as MacAddress;
const NOW = 10_000_000;

const says = (mac: MacAddress | null, more: Partial<PortNeighbour> = {}): PortNeighbour => ({
  ...{ by: 'cdp', mac, device: `SEP${mac}`, platform: 'Cisco IP Phone 7940', isPhone: true, load: null, agoMs: null },
  address: null,
  ...more,
});

function port(ifIndex: number, more: Partial<SwitchPort> = {}): SwitchPort {
  const macs = more.macs ?? [];
  return {
    ...{ ifIndex, name: String(ifIndex), isUp: true, linkedForMs: null, neighbours: [] },
    ...{ macs, learnt: macs, macCount: macs.length },
    power: { group: 1, port: ifIndex, isOn: true, isGiven: true },
    ...more,
  };
}

const seen = (ports: readonly SwitchPort[], bridge = true) =>
  seenWith(ports, { has: { cdp: true, lldp: false, bridge, power: true } });

interface Asked {
  readonly ports: readonly SwitchPort[];
  readonly bridge?: boolean;
  readonly by?: KnownPlace['by'];
  readonly heardAt?: number;
  readonly pcs?: boolean;
  readonly known?: MacAddress;
  readonly others?: readonly SwitchPort[];
}

function ask({ ports, bridge = true, by = 'cdp', heardAt, pcs = false, known, others = [] }: Asked): string {
  const place: KnownPlace = {
    ...{ switchName: 'sw1', ifIndex: 3, port: '3', by, platform: null, load: null },
    ...{ since: 0, seenAt: NOW - 1_000, saidAt: null, before: null },
  };
  const verdict = maySwitchPort({
    ...{ mac: X, now: NOW, place, listed: null, heardAt: heardAt ?? null },
    answers: new Map([
      ['sw1', seen(ports, bridge)],
      ['sw2', seen(others)],
    ]),
    isPhone: (mac) => mac === known,
    mayHavePcs: pcs,
  });
  return verdict.may ? 'may' : verdict.why;
}

describe('the bridge table, where a switch has one', () => {
  test('has to have the phone at that port', () => {
    expect(ask({ ports: [port(3, { neighbours: [says(X)], macs: [X] })] })).toBe('may');
    expect(ask({ ports: [port(3, { macs: [X] })], by: 'bridge' })).toBe('may');
  });

  test.each<[string, Asked]>([
    ['nobody is there', { ports: [port(3, { neighbours: [says(X)] }), port(5, { macs: [Y] })] }],
    ['another device took its place', { ports: [port(3, { neighbours: [says(X)], macs: [Y] })] }],
    ['so did a bystander', { ports: [port(3, { neighbours: [says(X)], macs: [Y] })], known: Y }],
    [
      'LLDP alone knew it there',
      { ports: [port(3, { neighbours: [says(X, { by: 'lldp' })], macs: [Y] })], by: 'lldp' },
    ],
  ])('words that stay do not count: %s', (_, asked) => {
    expect(ask(asked)).toMatch(
      /^the bridge table of sw1 does not have it at sw1 3(, and has 00CC00112233 there)?: it is gone/,
    );
  });

  test('at another port of that switch it is somewhere else', () => {
    expect(ask({ ports: [port(3, { neighbours: [says(X)] }), port(5, { macs: [X] })] })).toBe(
      'the bridge table of sw1 has it at sw1 5, and not at sw1 3',
    );
    expect(ask({ ports: [port(3, { neighbours: [says(X)], macs: [X] }), port(5, { macs: [X] })] })).toBe(
      'the bridge table of sw1 has it at sw1 5, too',
    );
  });

  test('the way to it over another switch is no second place', () => {
    expect(ask({ ports: [port(3, { neighbours: [says(X)], macs: [X] })], others: [port(24, { macs: [X, Y] })] })).toBe(
      'may',
    );
  });

  test('an entry that was not learnt from a packet is no sign of life; words of this link are', () => {
    const kept = { macs: [X], learnt: [] };
    expect(ask({ ports: [port(3, { neighbours: [says(X)], ...kept })] })).toMatch(/written there by hand/);
    expect(ask({ ports: [port(3, { neighbours: [says(X, { agoMs: 4_000 })], ...kept, linkedForMs: 5_000 })] })).toBe(
      'may',
    );
  });
});

describe('another device at the port', () => {
  test.each<[string, Asked]>([
    ['in CDP', { ports: [port(3, { neighbours: [says(X), says(Z)], macs: [X] })] }],
    ['in LLDP', { ports: [port(3, { neighbours: [says(X), says(Z, { by: 'lldp' })], macs: [X] })] }],
    ['in LLDP alone', { ports: [port(3, { neighbours: [says(Z, { by: 'lldp' })], macs: [X] })], by: 'bridge' }],
    [
      'a switch',
      { ports: [port(3, { neighbours: [says(X), says(null, { device: 'desk', isPhone: false })], macs: [X] })] },
    ],
    ['in the bridge table', { ports: [port(3, { neighbours: [says(X)], macs: [X, Y] })] }],
    ['more than are named', { ports: [port(3, { neighbours: [says(X)], macs: [X], macCount: 40 })] }],
  ])('keeps its power: %s', (_, asked) => {
    expect(ask(asked)).toMatch(/ at sw1 3, too/);
    if (asked.ports[0]?.macs.length !== 2) expect(ask({ ...asked, pcs: true })).toMatch(/ at sw1 3, too/);
  });

  test('may be a PC where the operator says so: one, of no phone that is known or is of the same maker', () => {
    const behind = (...macs: readonly MacAddress[]) => [port(3, { neighbours: [says(X)], macs: [X, ...macs] })];
    expect(ask({ ports: behind(Y) })).toMatch(/--power-switch-pcs/);
    expect(ask({ ports: behind(Y), pcs: true })).toBe('may');
    expect(ask({ ports: behind(Y, '00CC00112234' as MacAddress), pcs: true })).toMatch(/ at sw1 3, too/);
    expect(ask({ ports: behind(Z), pcs: true })).toMatch(/^0018B9150809 is at sw1 3, too/);
    expect(ask({ ports: behind(Y), pcs: true, known: Y })).toMatch(/^00CC00112233 hangs at sw1 3, too/);
    expect(ask({ ports: [...behind(Y), port(7, { neighbours: [says(Y)] })], pcs: true })).toMatch(
      /^00CC00112233 is at sw1 3, too/,
    );
  });

  test('is not the phone itself under another name', () => {
    const itself = says(null, { device: `MGC${X.toLowerCase()}` });
    expect(ask({ ports: [port(3, { neighbours: [itself], macs: [X] })], by: 'bridge' })).toBe('may');
    expect(ask({ ports: [port(3, { macs: [X] }), port(5, { neighbours: [itself] })], by: 'bridge' })).toMatch(
      /^its words/,
    );
  });

  test('the phone itself at two ports, in CDP or LLDP, on one switch or two, is nowhere for sure', () => {
    const here = port(3, { neighbours: [says(X, { agoMs: 1_000 })], macs: [X], linkedForMs: 90_000 });
    const there = port(5, { neighbours: [says(X, { by: 'lldp' })] });
    expect(ask({ ports: [here, there] })).toMatch(/^its words stand at sw1 5, too/);
    expect(ask({ ports: [here], others: [there] })).toMatch(/^its words stand at sw2 5, too/);
    expect(ask({ ports: [here, { ...there, isUp: false }] })).toBe('may');
  });
});

describe('what is from before the link came up proves nothing', () => {
  const at = (linkedForMs: number | null, agoMs: number | null, macs: readonly MacAddress[] = [X]) => [
    port(3, { linkedForMs, macs, neighbours: [says(X, { agoMs })] }),
  ];

  test('words and an entry that may both be: wait', () => {
    expect(ask({ ports: at(40_000, 90_000) })).toMatch(/^what sw1 has of it at sw1 3 may be from before .* 40 s ago/);
    expect(ask({ ports: at(40_000, null) })).toMatch(/may be from before/);
    expect(ask({ ports: at(0, 0) })).toBe('may');
    expect(ask({ ports: at(0, 10) })).toMatch(/may be from before/);
  });

  test('words of this link do', () => {
    expect(ask({ ports: at(40_000, 39_000) })).toBe('may');
    expect(ask({ ports: at(40_000, 40_010) })).toMatch(/may be from before/);
  });

  test('so does an entry that a switch would have forgotten since', () => {
    const lldp = (linkedForMs: number) => [port(3, { linkedForMs, macs: [X], neighbours: [says(X, { by: 'lldp' })] })];
    expect(ask({ ports: lldp(300_000), by: 'lldp' })).toMatch(/may be from before/);
    expect(ask({ ports: lldp(300_010), by: 'lldp' })).toBe('may');
  });

  test('so does an entry of a phone that has asked since', () => {
    expect(ask({ ports: at(40_000, 90_000), heardAt: NOW - 41_000 })).toMatch(/may be from before/);
    expect(ask({ ports: at(40_000, 90_000), heardAt: NOW - 39_000 })).toBe('may');
  });

  test('that it has asked says nothing of where it is', () => {
    expect(ask({ ports: at(40_000, 90_000, []), heardAt: NOW - 1_000 })).toMatch(/^the bridge table of sw1 does not/);
    expect(ask({ ports: at(40_000, 90_000, []), bridge: false, heardAt: NOW - 1_000 })).toMatch(/may be from before/);
  });
});

describe('a switch that shows no bridge table', () => {
  const at = (linkedForMs: number | null, more: Partial<PortNeighbour>) => [
    port(3, { linkedForMs, neighbours: [says(X, more)] }),
  ];

  test('has to say that the words are of this link: by their time, or since CDP forgets in 255 seconds at the latest', () => {
    expect(ask({ bridge: false, ports: at(40_000, { agoMs: 39_000 }) })).toBe('may');
    expect(ask({ bridge: false, ports: at(255_000, { agoMs: null }) })).toMatch(/may be from before/);
    expect(ask({ bridge: false, ports: at(265_010, { agoMs: 900_000 }) })).toBe('may');
  });

  test('and has to see the phone there still', () => {
    expect(ask({ bridge: false, ports: [port(3, { linkedForMs: 3_600_000 })] })).toBe(
      'sw1 does not see it at sw1 3 any more',
    );
  });

  test.each([
    ['no time at all', at(null, { agoMs: 1_000 })],
    ['LLDP, whose words may stay for hours', at(3_600_000, { by: 'lldp' })],
  ])('%s is too little', (_, ports) => {
    expect(ask({ bridge: false, ports, by: ports[0]?.neighbours[0]?.by ?? 'cdp' })).toMatch(
      /^nothing says that it hangs at sw1 3 still: sw1 shows no bridge table/,
    );
  });
});
