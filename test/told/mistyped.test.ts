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

test('of several phones that ask, all that are near are named, the nearest first and four at most, and of those farther off none', () => {
  const found = mistypedAmong([mac('33')], [mac('88'), '0018B9A20033' as MacAddress, mac('34'), mac('03')]);
  expect(found).toEqual([
    {
      listed: mac('33'),
      asks: mac('34'),
      how: 'one digit differs',
      others: [
        { mac: mac('03'), how: 'one digit differs' },
        { mac: '0018B9A20033', how: 'two digits are exchanged' },
      ],
    },
  ]);
  expect(mistypedAmong([mac('33')], [mac('88'), mac('77')])[0]).toMatchObject({
    asks: mac('88'),
    others: [{ mac: mac('77') }],
  });
  expect(mistypedAmong([mac('33')], ['88', '77', '66', '55', '44'].map(mac))).toEqual([]);
  const many = ['30', '31', '32', '34', '35', '36'].map(mac);
  expect(mistypedAmong([mac('33')], many)[0]?.others).toHaveLength(3);
});

test('one that may be each of several on the list is named beside each of them, and where they are a whole pallet beside none', () => {
  const never = ['31', '32', '33'].map(mac);
  expect(mistypedAmong(never, [mac('34')])).toMatchObject([
    { listed: mac('31'), asks: mac('34'), asWell: [mac('32'), mac('33')] },
    { listed: mac('32'), asks: mac('34'), asWell: [mac('31'), mac('33')] },
    { listed: mac('33'), asks: mac('34'), asWell: [mac('31'), mac('32')] },
  ]);
  expect(mistypedAmong(['31', '32', '33', '35', '36'].map(mac), [mac('34')])).toEqual([]);
  expect(mistypedAmong([mac('33')], [mac('03'), mac('88')])).toMatchObject([{ asks: mac('03'), listed: mac('33') }]);
});

test('status, watch and log name all of them, and leave the MAC in the command to who reads the label', async () => {
  const { bench, reports } = await benchWithSlip();
  await bench.asks('192.0.2.8', `CTLSEP${mac('32')}.tlv`, `SEP${mac('32')}.cnf.xml`);
  const [slip] = reports([mac('33')]);
  expect(slip?.reason).toBe(
    `it has not asked this server yet, but phones ask that are not on the list: ${mac('32')} (one digit differs), ${mac('03')} (one digit differs)`,
  );
  expect(slip?.advice).toContain(
    `if it is one of these, run: loadstep enroll --mac <that MAC> --target ${TARGET} --label`,
  );
  const screen = watchScreen({ reports: reports(), pause: null, now: bench.clock.wall() }, { columns: 119, rows: 24 });
  expect(screen.join(' ').replace(/\s+/g, ' ')).toContain(
    `${mac('32')} and ${mac('03')} ask and are not on the list; one digit differs from shelf 3's (${mac('33')})`,
  );
  bench.enrol(mac('43'), TARGET);
  await bench.asks('192.0.2.9', `CTLSEP${mac('42')}.tlv`);
  await bench.asks('192.0.2.9', `CTLSEP${mac('53')}.tlv`);
  const lines = bench.log.lines.filter((line) => line.event === 'phone.like-listed' && line.mac === mac('53'));
  expect(lines[0]?.reason).toMatch(
    new RegExp(`one digit differs from (.*(${mac('43')}|${mac('51')}|shelf 3's).*){3}, which never asked`),
  );
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

test('phones that are on the list are not meant by a lease, and of two that are equally near both are named with their addresses', async () => {
  const { reports } = await benchWithSlip();
  const listed = new Map([[mac('33'), '192.0.2.31']]);
  expect(reports(null, { leased: listed }).filter(({ seems }) => seems?.address !== undefined)).toEqual([]);
  const two = new Map(['52', '53'].map((end) => [mac(end), `192.0.2.${end}`] as const));
  const [, silent] = reports(null, { leased: two });
  expect(silent?.seems).toMatchObject({ asks: mac('52'), address: '192.0.2.52' });
  expect(silent?.seems?.others).toEqual([{ mac: mac('53'), how: 'one digit differs', address: '192.0.2.53' }]);
  expect(silent?.reason).toContain(`${mac('52')} at 192.0.2.52 (one digit differs), ${mac('53')} at 192.0.2.53`);
});
