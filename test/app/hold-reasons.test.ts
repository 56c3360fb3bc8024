import { expect, test } from 'vitest';
import { GENEROUS_BUDGETS, type StateBudgets } from '../../machines/phone-context.ts';
import { waitsIn } from '../../src/app/batch/batch-status.ts';
import { LearntTimes } from '../../src/app/time/learnt-times.ts';
import { FRESH_BATCH } from '../../src/core/batch/batch-state.ts';
import type { HistoryEvent } from '../../src/core/history/event.ts';
import type { LoadName } from '../../src/core/names/load-name.ts';
import { MemoryBatch } from '../support/batch-bench.ts';
import { Bench, macOf } from '../support/bench.ts';
import { packagesOf } from '../support/packages.ts';
import { statusIn } from './what-is-told.ts';

const MAC = macOf(1);
const PEER = '192.0.2.10';
const [CTL, SEP, SIP, MGC] = [`CTLSEP${MAC}.tlv`, `SEP${MAC}.cnf.xml`, `SIP${MAC}.cnf`, `MGC${MAC}.cnf`];
const SIP8 = 'P0S3-08-11-00';
const status = (bench: Bench) => statusIn(bench, MAC);

const asks = (bench: Bench, ...names: readonly string[]) => bench.asks(PEER, ...names);

test('the hold of a phone that never asked for a file does not say that it read that file', async () => {
  const bench = await new Bench(packagesOf('SIP42.9-3-1SR4-1S')).start();
  bench.enrol(MAC, 'SIP42.9-3-1SR4-1S', { model: '7942' });
  for (let boot = 0; boot < 12 && bench.state(MAC) !== 'held'; boot++) {
    bench.clock.advance(60_000);
    await asks(bench, CTL, `ITLSEP${MAC}.tlv`, 'ITLFile.tlv', SEP);
  }
  expect(status(bench)).toMatchObject({ state: 'held', code: 'P_TRIGGER_NOT_TAKEN' });
  expect(status(bench).reason).toContain('it was not seen to read XMLDefault.cnf.xml in these rounds');
  expect(status(bench).reason).not.toContain('never');
  expect(status(bench).reason).toContain('the phone read SEP<MAC>.cnf.xml (');
});

test('a phone that took the loader only is not told to have the whole load', async () => {
  const bench = await new Bench(packagesOf(SIP8)).start();
  bench.enrol(MAC, SIP8);
  await asks(bench, CTL, SEP, SIP, MGC, 'XMLDefault.cnf.xml');
  bench.clock.advance(60_000);
  await asks(bench, CTL, SEP, SIP, `${SIP8}.loads`, 'P003-08-11-00.sbn');
  bench.clock.advance(20 * 60_000);
  expect(status(bench)).toMatchObject({ state: 'held', code: 'P_SILENT_AFTER_FLASH' });
  expect(status(bench).reason).toContain('took P003-08-11-00.sbn of P0S3-08-11-00 whole');
  expect(status(bench).advice).toContain('ten minutes');
});

test.each([
  [SIP8, 10],
  ['SIP41.9-4-2SR3-1S', 15],
])(
  'nobody is told to unplug a phone on its way to %s before %i minutes have passed since its last download, however quick others were',
  (load, minutes) => {
    const times = new LearntTimes(GENEROUS_BUDGETS);
    const row = (at: number, state: string, previous: string): HistoryEvent => ({
      ...{ event: 'phone.state', at, mac: MAC, state, previous, load: load as LoadName, target: load as LoadName },
    });
    for (let n = 0; n < 8; n++) {
      times.learn(row(n * 200_000, 'flashing', 'downloading'));
      times.learn(row(n * 200_000 + 30_000, 'confirming', 'flashing'));
    }
    const budgets = times.budgets({ load: load as LoadName, target: load as LoadName, model: null });
    expect(budgets.flashing).toBe(minutes * 60_000);
  },
);

test('what earlier phones took stretches no time that the operator gave, except while a phone takes or writes its load', () => {
  const learnt = (generous: StateBudgets) => {
    const times = new LearntTimes(generous);
    const row = (at: number, state: string, previous: string): HistoryEvent => ({
      ...{ event: 'phone.state', at, mac: MAC, state, previous, load: SIP8 as LoadName, target: SIP8 as LoadName },
    });
    for (let n = 0; n < 8; n++) {
      const at = n * 2_000_000;
      const way = ['identifying', 'offered', 'downloading', 'flashing', 'confirming', 'landed'];
      for (const [step, state] of way.entries())
        times.learn(row(at + step * 400_000, state, way[step - 1] ?? 'waiting'));
    }
    return times.budgets({ load: SIP8 as LoadName, target: SIP8 as LoadName, model: null });
  };
  const [given, taking] = [60_000, 1_600_000];
  const even = { identifying: given, offered: given, downloading: given, flashing: given, confirming: given };
  expect(learnt(even)).toEqual({
    ...{ identifying: given, offered: given },
    ...{ downloading: taking, flashing: taking, confirming: taking },
  });
  expect(learnt(GENEROUS_BUDGETS)).toMatchObject({ identifying: taking, offered: taking });
});

test('a phone that waits for a released one which still writes its flash is told to wait', async () => {
  const OTHER = macOf(2);
  const limits = { ...FRESH_BATCH.limits, atOnce: 1 };
  const bench = await new Bench(packagesOf(SIP8), { limits, batchStore: new MemoryBatch() }).start();
  for (const mac of [MAC, OTHER]) bench.enrol(mac, SIP8);
  const boot = async (mac: string, peer: string, ...more: readonly string[]) => {
    bench.clock.advance(1_000);
    for (const name of [`CTLSEP${mac}.tlv`, `SEP${mac}.cnf.xml`, `SIP${mac}.cnf`, ...more])
      await bench.take(name, peer);
  };
  await boot(MAC, PEER, MGC);
  await boot(MAC, PEER, `${SIP8}.loads`, `${SIP8}.sb2`);
  await boot(OTHER, '192.0.2.11', `MGC${OTHER}.cnf`);
  bench.store.release(MAC, bench.clock.now());
  bench.fleet.syncEnrolments();
  await boot(OTHER, '192.0.2.11');
  expect([bench.state(MAC), bench.state(OTHER)]).toEqual(['flashing', 'offered']);
  const waits = waitsIn(bench.store.phones(), { ...FRESH_BATCH, limits }, bench.clock.now());
  expect([...waits]).toEqual([[OTHER, expect.objectContaining({ place: expect.any(Number) })]]);
});

test('a very old SCCP phone that was named a 3.x load is not told to be given one', async () => {
  const bench = await new Bench(packagesOf('P00303030300', 'P0S3-06-3-00', 'P003-08-11-00', SIP8)).start();
  bench.addresses.tell(PEER, MAC);
  bench.enrol(MAC, SIP8);
  for (let round = 0; round < 20 && bench.state(MAC) !== 'held'; round++) {
    bench.clock.advance(60_000);
    await asks(bench, 'SEPDefault.cnf');
    if (bench.state(MAC) === 'offered') expect(status(bench).advice).not.toContain('Put an SCCP');
  }
  const { state, code, advice } = status(bench);
  expect({ state, code }).toEqual({ state: 'held', code: 'P_SEPDEFAULT_ONLY' });
  expect(advice).not.toContain('Put an SCCP');
  expect(advice).toContain(`P00303030300 was named to it`);
  expect(advice).toContain(`loadstep retry --mac ${MAC}`);
  expect(advice).toContain(`loadstep release --mac ${MAC}`);
});
