import { expect, test } from 'vitest';
import { OIDS, type OidName } from '../../src/core/switch/oids.ts';
import { readSwitch } from '../../src/core/switch/read-switch.ts';
import type { Cell } from '../../src/core/switch/table.ts';

const MAC = [0, 0x18, 0xb9, 0x15, 0x08, 0x01];
const X = '0018B9150801';

/** A switch with port 3, which is bridge port 13, and port 4. */
function read(more: Partial<Record<OidName, readonly Cell[]>>) {
  const columns = new Map<OidName, readonly Cell[]>([
    ['ifType', [cell([3], 6), cell([4], 6)]],
    ['bridgePortIfIndex', [cell([13], 3)]],
    ...(Object.entries(more) as [OidName, readonly Cell[]][]),
  ]);
  const seen = readSwitch({ columns, vlans: [], lacks: [] });
  return { ...seen.ports[0], has: seen.has };
}

const cell = (index: readonly number[], value: number): Cell => ({ index, value });
const fdb = (status: number | null) => ({
  fdbPort: [cell(MAC, 13)],
  ...(status === null ? {} : { fdbStatus: [cell(MAC, status)] }),
});

test.each([
  ['learnt', 3, [X], [X]],
  ['written by hand or kept', 5, [X], []],
  ['no longer valid', 2, [X], []],
  ['the own address of the switch', 4, [], []],
  ['told without its status', null, [X], [X]],
] as const)('an entry that is %s', (_, status, macs, learnt) => {
  expect(read(fdb(status))).toMatchObject({ macs, learnt, macCount: macs.length, has: { bridge: macs.length > 0 } });
});

test('what one table learnt the other may keep: of both the better word counts, and none of neither', () => {
  const qFdbPort = [cell([1, ...MAC], 13)];
  expect(read({ ...fdb(3), qFdbPort, qFdbStatus: [cell([1, ...MAC], 5)] })).toMatchObject({ learnt: [X], macCount: 1 });
  expect(read({ ...fdb(5), qFdbPort })).toMatchObject({ learnt: [], macCount: 1 });
});

test('the columns of the status are those next to the ports (RFC 4188, RFC 4363), and that of links is next to their state (RFC 2863)', () => {
  expect([OIDS.fdbStatus, OIDS.qFdbStatus]).toEqual(['1.3.6.1.2.1.17.4.3.1.3', '1.3.6.1.2.1.17.7.1.2.2.1.3']);
  expect(OIDS.ifLastChange).toBe('1.3.6.1.2.1.2.2.1.9');
});

test.each([
  ['counts from the change to the clock of the switch', [1_000, 5], 2_000, 10_000],
  ['is 0 where it changed while the switch was walked', [2_003, 5], 2_000, 0],
  ['is not longer than the clock has run anew where the change lies ahead of it', [9_000_000, 5], 2_000, 20_000],
  ['is unknown once that says nothing of who is there', [9_000_000, 5], 30_001, null],
  ['goes on where the clock ran over right after the change', [2 ** 32 - 100, 5], 1_200, 12_000],
  ['is 0 where the clock ran over while the switch was walked, and it changed then', [50, 5], 2 ** 32 - 100, 0],
  ['is that of a clock that is about to run over', [50, 5], 2 ** 32 - 6_100, (2 ** 32 - 6_150) * 10],
  ['is unknown where it is no number of that clock', [2 ** 32, 5], 1_200, null],
  ['is that of the switch where it never changed, and others did', [0, 5], 2_000, 20_000],
  ['is unknown where a switch says 0 of all', [0, 0], 2_000, null],
  ['is unknown without a clock', [1_000, 5], null, null],
])('the age of a link %s', (_, [three = 0, four = 0], up, linkedForMs) => {
  const sysUpTime = up === null ? [] : [cell([], up)];
  expect(read({ ifLastChange: [cell([3], three), cell([4], four)], sysUpTime })).toMatchObject({ linkedForMs });
});
