import { expect, test } from 'vitest';
import { FirstSights } from '../../src/app/request/first-sights.ts';
import { namelessPhones } from '../../src/app/told/nameless-phones.ts';
import { type ReportStore, reportPhones, shownPhones } from '../../src/app/told/phone-line.ts';
import { reportTable } from '../../src/cli/output/phone-table.ts';
import type { SteadyMs } from '../../src/core/moment.ts';
import type { LoadName } from '../../src/core/names/load-name.ts';
import type { MacAddress } from '../../src/core/names/mac-address.ts';
import { MemoryBatch } from '../support/batch-bench.ts';
import { Bench, macOf } from '../support/bench.ts';
import { packagesOf } from '../support/packages.ts';
import { KeptLog } from '../tftp/harness.ts';

const TARGET = 'SIP42.9-3-1SR4-1S' as LoadName;
const DAY = 86_400_000;
const NOTHING = { target: TARGET, from: null, model: null, label: null };
const invented = (n: number) => (0x02_00_00_00_00_00 + n).toString(16).toUpperCase().padStart(12, '0') as MacAddress;
const addressOf = (n: number) => `10.${n >> 16}.${(n >> 8) & 255}.${n & 255}`;

async function bench(options: ConstructorParameters<typeof Bench>[1] = {}) {
  const kept = new MemoryBatch();
  const made = await new Bench(packagesOf(TARGET), { batchStore: kept, ...options }).start();
  const ask = async (first: number, count: number) => {
    for (let n = first; n < first + count; n++) await made.ask(`SEP${invented(n)}.cnf.xml`, addressOf(n));
  };
  const rows = () => [...made.store.history()].length;
  const store: ReportStore = Object.assign(made.store, {
    batch: () => kept.batch(),
    progress: () => kept.progress(),
    batchHistory: () => kept.batchHistory(),
    changeBatch: (change: Parameters<MemoryBatch['changeBatch']>[0]) => kept.changeBatch(change),
    saveProgress: () => {},
  });
  return { made, kept, store, ask, rows };
}

const notes = (kept: MemoryBatch) => kept.events.filter(({ finding }) => finding === 'more-strangers');

test('of made-up phones so many are recorded in a day, the others are counted in one row each day', async () => {
  const { made, kept, ask, rows } = await bench();
  await ask(0, 800);
  await ask(0, 800);
  expect([made.store.phones().length, rows()]).toEqual([500, 500]);
  expect(notes(kept)).toMatchObject([{ reason: expect.stringMatching(/further ones are counted, not recorded$/) }]);
  made.clock.advance(DAY);
  await ask(800, 1);
  expect(rows()).toBe(501);
  expect(notes(kept).at(-1)?.reason).toBe(
    '300 more phones that nobody enrolled asked for something and are not in the record',
  );
  expect(made.log.lines.filter(({ event }) => event === 'strangers.counted')).toHaveLength(2);
});

test('a restart begins no new day, and the end of the server tells how many were counted', async () => {
  const { made, kept, ask, rows } = await bench();
  await ask(0, 400);
  await made.restart(1_000);
  await ask(400, 400);
  expect(rows()).toBe(500);
  await made.fleet.stop();
  expect(notes(kept).at(-1)?.reason).toMatch(/^300 more phones/);
});

test('a phone on the list is recorded, however many made-up ones came before it, and its first row comes once', async () => {
  const { made, ask } = await bench();
  await ask(0, 600);
  made.enrol(macOf(1), TARGET, { model: '7942' });
  await made.ask(`SEP${macOf(1)}.cnf.xml`, '192.0.2.10');
  await ask(600, 20);
  await made.ask(`SEP${macOf(1)}.cnf.xml`, '192.0.2.10');
  const seen = [...made.store.history({ mac: macOf(1) })].filter(({ event }) => event === 'phone.seen');
  expect(seen).toHaveLength(1);
});

test('status counts made-up phones beyond those seen last', async () => {
  const { made, store, ask } = await bench();
  await ask(0, 600);
  made.enrol(macOf(1), TARGET);
  const reports = reportPhones(store, null, made.clock.wall());
  expect(shownPhones(reports)).toMatchObject({ more: 480 });
  const text = reportTable(reports, made.clock.now(), namelessPhones(store, made.clock.now()));
  expect(text.split('\n').length).toBeLessThan(35);
  expect(text).toContain(macOf(1));
  expect(text).toContain('500 phones were seen that nobody enrolled; the 20 seen last are shown, --json shows all.');
  expect(text.replace(/\n {2}/g, ' ')).toContain('further ones are counted, not recorded');
});

test('with --enroll all made-up phones fill the list up to its limit; the operator may enrol more', async () => {
  const { made, kept } = await bench({ enroll: 'all', targets: [TARGET], mostByThemselves: 30 });
  const boot = async (mac: MacAddress, peer: string) => {
    for (const name of [`CTLSEP${mac}.tlv`, 'SCCP42.8-5-2S.loads']) await made.ask(name, peer);
  };
  for (let round = 0; round < 3; round++) {
    for (let n = 0; n < 100; n++) await boot(invented(n), addressOf(n));
    made.clock.advance(60_000);
  }
  const listed = () => made.store.phones().filter(({ enrolment }) => enrolment !== null).length;
  expect(listed()).toBe(30);
  expect(made.log.lines.find(({ event }) => event === 'phone.not-enrolled')).toMatchObject({
    reason: 'not enrolled: so many phones are on the list that none enrols itself any more',
    advice: expect.stringContaining('loadstep enroll --mac'),
  });
  made.enrol(macOf(1), TARGET, { model: '7942' });
  await boot(macOf(1), '192.0.2.10');
  expect(made.state(macOf(1))).not.toBeNull();
  expect(notes(kept)).toEqual([]);
});

test('where the operator says nothing else, two thousand phones may be on the list for others to enrol themselves', async () => {
  const { made } = await bench({ enroll: 'all', targets: [TARGET] });
  for (let n = 0; n < 2_000; n++) made.store.enrol({ ...NOTHING, mac: invented(n), enrolledAt: 0 });
  made.fleet.syncEnrolments();
  const boot = async (mac: MacAddress) => {
    for (const name of [`CTLSEP${mac}.tlv`, 'SCCP42.8-5-2S.loads']) await made.ask(name, '192.0.2.10');
  };
  await boot(macOf(1));
  expect(made.store.phone(macOf(1))?.enrolment).toBeNull();
  made.store.release(invented(0), made.clock.wall());
  made.fleet.syncEnrolments();
  await boot(macOf(1));
  expect(made.store.phone(macOf(1))?.enrolment).toMatchObject({ status: 'enrolled' });
});

test('who speaks in the name of a phone on the list leaves no more than phones would, and then gets silence for a while', async () => {
  const { made, rows } = await bench();
  made.enrol(macOf(1), TARGET, { model: '7942' });
  const ask = async (n: number) => (await made.ask(`CTLSEP${macOf(1)}.tlv`, '192.0.2.10', 40_000 + n)).kind;
  const refusals = () => [...made.store.history({ mac: macOf(1) })].filter(({ event }) => event === 'file.refused');
  const kinds: string[] = [];
  for (let n = 0; n < 5_100; n++) kinds.push(await ask(n));
  expect(kinds.filter((kind) => kind === 'silence')).toHaveLength(100);
  expect(kinds.slice(0, 5_000)).not.toContain('silence');
  const [refused, all] = [refusals().length, rows()];
  expect(refused).toBeLessThan(1_100);
  expect([await ask(0), rows()]).toEqual(['silence', all]);
  made.clock.advance(1_000);
  expect([await ask(0), rows()]).toEqual(['error', all]);
  made.clock.advance(9_000);
  expect(await ask(0)).toBe('error');
  expect(refusals()).toHaveLength(refused + 1);
  expect(refusals().at(-1)?.reason).toMatch(/\(\d{4} refusals before this one are not in the record\)$/);
  expect(made.log.lines.filter(({ event }) => event === 'phone.asks-too-much')).toHaveLength(20);
});

test('what else is told of phones that nobody enrolled is bounded, too', () => {
  const log = new KeptLog();
  const sights = new FirstSights({ store: () => ({ phone: () => null }), log: () => log, note: () => {} });
  sights.begin([], 0 as SteadyMs);
  let rows = 0;
  for (let n = 0; n < 5_000; n++) {
    const mac = invented(n % 10);
    const row = { event: 'file.refused', at: n as SteadyMs, mac, reason: 'it names a load' } as const;
    rows += sights.ofStranger({ at: row.at, mac }, [row]).length;
  }
  // Ten first sights with a row each, and then one row at a time.
  expect(rows).toBe(2_000 + 20);
});
