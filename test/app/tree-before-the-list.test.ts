import { expect, test } from 'vitest';
import { type StandingPhone, Stands, type StandsStore } from '../../src/app/told/stands.ts';
import { FRESH_BATCH } from '../../src/core/batch/batch-state.ts';
import type { StaticRoot } from '../../src/ports/static-root.ts';
import { Bench, macOf, settled } from '../support/bench.ts';
import { packagesOf } from '../support/packages.ts';

// With --root-loads bystanders a phone may be taking or writing a load of the tree when it is put on the list: nobody is told to unplug it then
// (java-phones 3.5).

const MAC = macOf(1);
const PEER = '192.0.2.10';
const TARGET = 'P0S3-08-11-00';
const IMAGE = 'P0S3-08-2-00.sb2';
const HUNT = [`CTLSEP${MAC}.tlv`, `SEP${MAC}.cnf.xml`, `SIP${MAC}.cnf`];

const root: StaticRoot = {
  start: async () => {},
  stop: async () => {},
  survey: async () => ({ loads: [], unreadable: [] }),
  has: async (name) => name.startsWith('P0S3-08-2-00') || name === `SIP${MAC}.cnf`,
  read: async (name) => ((await root.has(name)) ? new TextEncoder().encode(`image_version: ${name}\n`) : null),
};

const started = () => new Bench(packagesOf(TARGET), { staticRoot: root, rootLoads: 'bystanders' }).start();

function stands(bench: Bench, hasServer = true): StandingPhone {
  const store: StandsStore = Object.assign(bench.store, { batch: () => FRESH_BATCH });
  const records = bench.store.phones();
  const at = new Stands(store, records, bench.clock.wall(), hasServer ? 0 : null);
  const [record] = records;
  if (record === undefined) throw new Error('nobody was heard');
  return at.of(record);
}

/** Whether it tells a person to restart the phone before its screen and ten minutes say so. */
const saysUnplug = ({ needs, advice }: StandingPhone) =>
  needs === 'restart' || (/unplug|plug it in/.test(advice ?? '') && !/^leave its power on/.test(advice ?? ''));

const ORDERS = ['it was never on the list', 'it was released', 'it was cancelled'] as const;

test.each(ORDERS)(
  'nobody is told to unplug a phone that takes a load of the tree when it is put on the list: %s',
  async (before) => {
    for (const when of ['while', 'after']) {
      const bench = await started();
      if (before !== 'it was never on the list') {
        bench.enrol(MAC, TARGET);
        await bench.take(`CTLSEP${MAC}.tlv`, PEER);
        bench.store.release(MAC, bench.clock.wall(), before === 'it was cancelled');
        bench.fleet.syncEnrolments();
        bench.clock.advance(60_000);
      }
      await bench.asks(PEER, ...HUNT, 'P0S3-08-2-00.loads');
      const image = await bench.ask(IMAGE, PEER);
      expect(image.kind).toBe('content');
      if (when === 'after') await bench.sent(image);
      bench.clock.advance(1_000);
      bench.enrol(MAC, TARGET);
      await settled();
      for (let minute = 0; minute < 9; minute++) {
        const told = stands(bench);
        expect([when, minute, saysUnplug(told), told.needs]).toEqual([when, minute, false, undefined]);
        expect(told.advice).toContain('leave its power on while its screen says Upgrading');
        bench.clock.advance(60_000);
        if (when === 'while' && minute === 1) await bench.sent(image);
      }
      bench.clock.advance(5 * 60_000);
      expect(stands(bench)).toMatchObject({
        advice: expect.stringContaining('more than ten minutes ago'),
      });
      expect(stands(bench).needs).toBeUndefined();
      bench.clock.advance(30 * 60_000);
      expect(stands(bench).advice).toContain('leave its power on while its screen says Upgrading');
      // What it asks next is its own again, and it is named its load.
      await bench.asks(PEER, ...HUNT);
      expect(stands(bench)).toMatchObject({ state: 'offered', load: TARGET });
    }
  },
);

test('nor where no server has taken it over yet', async () => {
  const bench = await started();
  await bench.asks(PEER, ...HUNT, 'P0S3-08-2-00.loads', IMAGE);
  bench.kill();
  bench.store.enrol({
    mac: MAC,
    target: TARGET as never,
    from: null,
    model: null,
    label: null,
    enrolledAt: bench.clock.wall(),
  });
  expect(saysUnplug(stands(bench, false))).toBe(false);
  expect(stands(bench, false).advice).toContain('leave its power on');
});

test('a phone that has booted since it took a load of the tree writes nothing any more', async () => {
  const bench = await started();
  await bench.asks(PEER, ...HUNT, 'P0S3-08-2-00.loads', IMAGE);
  bench.clock.advance(60_000);
  await bench.asks(PEER, ...HUNT);
  bench.clock.advance(60_000);
  bench.enrol(MAC, TARGET);
  await settled();
  expect(stands(bench).needs).toBe('restart');
});

/** Whether its power would be left alone. */
const isServed = (bench: Bench) => [...bench.fleet.standings()].find(({ mac }) => mac === MAC)?.isServed;

test('who took a load of the tree without a name may be any phone that was not heard since: its power is left alone', async () => {
  const bench = await started();
  await bench.sent(await bench.ask(IMAGE, PEER));
  bench.clock.advance(1_000);
  bench.enrol(MAC, TARGET);
  expect(isServed(bench)).toBe(true);
  bench.clock.advance(15 * 60_000 - 1_000);
  expect(isServed(bench)).toBe(true);
  bench.clock.advance(1);
  expect(isServed(bench)).toBe(false);
});

test('one that names itself at another address afterwards is not that one', async () => {
  const bench = await started();
  await bench.sent(await bench.ask(IMAGE, PEER));
  bench.enrol(MAC, TARGET);
  bench.clock.advance(1_000);
  await bench.take(HUNT[0] ?? '', '192.0.2.11');
  expect(isServed(bench)).toBe(false);
});
