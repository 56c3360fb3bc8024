import { expect, test } from 'vitest';
import { reportPhones, type ToldBeside } from '../../src/app/told/phone-line.ts';
import { reportTable } from '../../src/cli/output/phone-table.ts';
import { watchScreen } from '../../src/cli/output/watch-table.ts';
import { mistypedAmong } from '../../src/core/explain/mistyped.ts';
import type { WallMs } from '../../src/core/moment.ts';
import type { MacAddress } from '../../src/core/names/mac-address.ts';
import { MemoryBatch, TARGET } from '../support/batch-bench.ts';
import { Bench } from '../support/bench.ts';
import { packagesOf } from '../support/packages.ts';

const mac = (end: string) => `0018B92A00${end}` as MacAddress;

/** The list has 33 for the phone on shelf 3, whose label says 03. */
async function benchWithSlip() {
  const kept = new MemoryBatch();
  const bench = await new Bench(packagesOf(TARGET), { batchStore: kept }).start();
  bench.enrol(mac('33'), TARGET, { label: "shelf 3's", port: 'Gi1/0/3', batch: 'pallet 9' });
  bench.enrol(mac('51'), TARGET);
  await bench.asks('192.0.2.7', `CTLSEP${mac('03')}.tlv`, `SEP${mac('03')}.cnf.xml`);
  const store = Object.assign(bench.store, { batch: () => kept.batch(), progress: () => [], batchHistory: () => [] });
  const reports = (macs: readonly MacAddress[] | null = null, beside: ToldBeside = {}) =>
    reportPhones(store as unknown as Parameters<typeof reportPhones>[0], macs, bench.clock.wall(), {
      listensSince: 0 as WallMs,
      ...beside,
    });
  return { bench, log: bench.log, reports };
}

const COMMAND = `loadstep enroll --mac ${mac('03')} --target ${TARGET} --label 'shelf 3'\\''s' --port Gi1/0/3 --batch 'pallet 9'`;

test('a phone that asks and differs in one digit from one on the list that never did is told of with the commands', async () => {
  const { bench, reports } = await benchWithSlip();
  const text = reportTable(reports(), bench.clock.wall()).replace(/\s+/g, ' ');
  expect(text).toContain(
    `it has not asked this server yet, but ${mac('03')} asks, which is not on the list: one digit differs.`,
  );
  expect(text).toContain(`${COMMAND}; and: loadstep release --mac ${mac('33')}`);
  expect(reports([mac('33')])[0]?.reason).toContain('one digit differs');
  expect(reports([mac('51')])[0]?.reason).not.toContain('differs');
});

test('watch says it in a line of its head at every width', async () => {
  const { bench, reports } = await benchWithSlip();
  for (const columns of [39, 79, 119]) {
    const lines = watchScreen({ reports: reports(), pause: null, now: bench.clock.wall() }, { columns, rows: 24 });
    expect(lines.slice(1, 6).join(' ').replace(/\s+/g, ' ')).toContain(
      `${mac('03')} asks and is not on the list; one digit differs from shelf 3's (${mac('33')})`,
    );
    expect(lines.every((line) => line.length <= columns)).toBe(true);
  }
});

test('the log of the server says it once, with the command', async () => {
  const { bench, log } = await benchWithSlip();
  await bench.asks('192.0.2.7', `CTLSEP${mac('03')}.tlv`, `SEP${mac('03')}.cnf.xml`);
  const lines = log.lines.filter(({ event }) => event === 'phone.like-listed');
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatchObject({ level: 'warn', mac: mac('03'), like: mac('33') });
  expect(lines[0]?.advice).toContain(COMMAND);
});

test('phones of a pallet whose MACs follow each other are not taken for each other', () => {
  const never = ['31', '32', '33'].map(mac);
  expect(mistypedAmong(never, [mac('34')])).toEqual([]);
  expect(mistypedAmong([mac('33')], [mac('34'), mac('35')])).toEqual([]);
  expect(mistypedAmong([mac('33')], [mac('03'), mac('88')])).toMatchObject([{ asks: mac('03'), listed: mac('33') }]);
});

test('a phone that nobody hears, as beside another server, is found by its lease, with the same commands', async () => {
  const { bench, reports } = await benchWithSlip();
  const near = '0018B92A0053' as MacAddress;
  const leased = new Map([
    [near, '192.0.2.31'],
    ['0018B92A0099' as MacAddress, '192.0.2.32'],
  ]);
  const [, silent] = reports(null, { isBeside: true, leased });
  expect(silent).toMatchObject({ mac: mac('51'), state: 'waiting', seems: { asks: near, address: '192.0.2.31' } });
  expect(silent?.reason).toBe(
    `it has not asked this server yet, but ${near} has an address here (192.0.2.31), which is not on the list: one digit differs`,
  );
  expect(silent?.advice).toContain(`loadstep enroll --mac ${near} --target ${TARGET}`);
  const view = { reports: [silent].filter((one) => one !== undefined), pause: null, now: bench.clock.wall() };
  expect(watchScreen(view, { columns: 119, rows: 24 }).join(' ')).toContain(
    `${near} has an address here (192.0.2.31) and is not on the list; one digit differs from ${mac('51')}`,
  );
});

test('phones that are on the list, and two that are equally near, are not meant by a lease', async () => {
  const { reports } = await benchWithSlip();
  const listed = new Map([[mac('33'), '192.0.2.31']]);
  expect(reports(null, { leased: listed }).filter(({ seems }) => seems?.address !== undefined)).toEqual([]);
  const two = new Map(['52', '53'].map((end) => [mac(end), '192.0.2.31'] as const));
  expect(reports(null, { leased: two }).filter(({ seems }) => seems?.address !== undefined)).toEqual([]);
});
