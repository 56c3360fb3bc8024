import { expect, test } from 'vitest';
import { GENEROUS_BUDGETS } from '../../machines/phone-context.ts';
import type { PhoneMemory } from '../../src/app/memory/memory.ts';
import { LearntTimes } from '../../src/app/time/learnt-times.ts';
import { reportFrom } from '../../src/app/told/batch-report.ts';
import { statusOf } from '../../src/app/told/phone-status.ts';
import { FRESH_BATCH } from '../../src/core/batch/batch-state.ts';
import type { LoadName } from '../../src/core/names/load-name.ts';
import type { Change } from '../../src/ports/store.ts';
import { matrix } from '../plan/store.ts';
import { Bench, macOf, settled } from '../support/bench.ts';
import { packagesOf } from '../support/packages.ts';

const [DAMAGED, HEALTHY] = [macOf(1), macOf(2)];
const PEERS = { [DAMAGED]: '192.0.2.1', [HEALTHY]: '192.0.2.2' } as const;
const TARGET = 'P0S3-08-11-00' as LoadName;

/** A boot of a phone with a loader whose application is whole (legacy-79x0 11.1 G). */
async function boot(bench: Bench, mac: typeof DAMAGED): Promise<void> {
  bench.clock.advance(60_000);
  const head = [`CTLSEP${mac}.tlv`, `SEP${mac}.cnf.xml`, `SIP${mac}.cnf`, `MGC${mac}.cnf`];
  for (const name of [...head, `${TARGET}.loads`, 'SIPDefault.cnf', `SIP${mac}.cnf`]) {
    bench.clock.advance(1_000);
    await bench.take(name, PEERS[mac] ?? '');
  }
}

/** Two phones that were heard once, and the record of one of them written over with something else. */
async function damagedBy(damage: Partial<Change>): Promise<Bench> {
  const bench = await new Bench(packagesOf(TARGET)).start();
  for (const mac of [DAMAGED, HEALTHY]) {
    bench.enrol(mac, TARGET, { model: '7940', from: TARGET });
    bench.clock.advance(1_000);
    await bench.take(`CTLSEP${mac}.tlv`, PEERS[mac] ?? '');
  }
  await bench.store.commit({ mac: DAMAGED, events: [], ...damage });
  await bench.restart(1_000);
  return bench;
}

const kept = (bench: Bench) => {
  const { snapshot, evidence, memory } = bench.store.phone(DAMAGED) ?? {};
  return { snapshot, evidence, memory };
};

const DAMAGES: [string, Partial<Change>][] = [
  ['evidence lacks nearly everything', { evidence: { software: null } }],
  ['evidence is a text that is no JSON', { evidence: '{"cut off' }],
  [
    'evidence holds software of no known kind',
    {
      evidence: {
        trace: { startedAt: 0, steps: [] },
        stated: { from: null, model: null },
        vendorModel: null,
        software: [{ generation: 'G9' }],
        pattern: null,
      },
    },
  ],
  ['memory lacks a part', { memory: { version: 1, told: [] } }],
  ['memory is of a newer version', { memory: { version: 99 } }],
  ['memory is a text that is no JSON', { memory: 'nonsense' }],
  [
    'snapshot lost its budgets',
    { snapshot: { machine: 'phone', version: 1, value: 'offered', context: { budgets: {} } } },
  ],
];

test.each(DAMAGES)(
  'a phone whose %s is held, its rows stay as they are, and no other phone is touched',
  async (_, damage) => {
    const bench = await damagedBy(damage);
    const before = kept(bench);
    await boot(bench, DAMAGED);
    await boot(bench, HEALTHY);
    await settled();
    expect(kept(bench)).toEqual(before);
    const held = { state: 'held', code: 'P_SNAPSHOT_UNREADABLE', advice: expect.stringContaining('loadstep retry') };
    const records = bench.store.phones();
    expect(records.map((record) => statusOf(record))).toMatchObject([held, { state: 'landed', code: null }]);
    const report = reportFrom(
      Object.assign(bench.store, { batch: () => FRESH_BATCH }),
      matrix,
      { batch: null, mac: null },
      bench.clock.now(),
    );
    expect(report.phones.map(({ mac, outcome }) => [mac, outcome])).toEqual([
      [DAMAGED, 'held'],
      [HEALTHY, 'landed'],
    ]);
    expect(() => new LearntTimes(GENEROUS_BUDGETS).read(bench.store)).not.toThrow();
  },
);

test.each(DAMAGES)('a phone whose %s begins anew when a person says so', async (_, damage) => {
  const bench = await damagedBy(damage);
  bench.store.retry(DAMAGED, bench.clock.now());
  bench.fleet.syncEnrolments();
  // What was said of it is lost with its record; what it takes from now on is not.
  const head = [`CTLSEP${DAMAGED}.tlv`, `SEP${DAMAGED}.cnf.xml`, `SIP${DAMAGED}.cnf`];
  bench.clock.advance(60_000);
  for (const name of [...head, `${TARGET}.loads`, `${TARGET}.sb2`]) await bench.take(name, PEERS[DAMAGED] ?? '');
  await boot(bench, DAMAGED);
  expect(bench.state(DAMAGED)).toBe('landed');
  expect(bench.store.phone(DAMAGED)?.memory as PhoneMemory).toMatchObject({ version: 1 });
});

test('a retry that was said while no server ran is obeyed once, by the server that starts', async () => {
  const bench = await damagedBy({ evidence: { software: null } });
  bench.store.retry(DAMAGED, bench.clock.now());
  await bench.restart(1_000);
  expect(bench.state(DAMAGED)).toBe('identifying');
});
