import { afterEach, expect, test, vi } from 'vitest';
import { GENEROUS_BUDGETS } from '../../machines/phone-context.ts';
import type { FleetTiming } from '../../src/app/time/fleet-timing.ts';
import type { LoadName } from '../../src/core/names/load-name.ts';
import { Bench, macOf } from '../support/bench.ts';
import { FakeClock } from '../support/clock.ts';
import { JumpingMachine } from '../support/jumping-machine.ts';
import { archivesOf } from '../support/model-phone.ts';
import { packagesOf } from '../support/packages.ts';
import { rowsIn, statusIn } from './what-is-told.ts';

// A phone has everything of its load, and boots behind an address that others may share: it may run that load, or have refused it and be about to ask for it again
// (legacy-79x0 6, java-phones 7.3). What an idle 7940 asks without a name when its PBX sends check-sync (legacy-79x0 8) may come in between.

afterEach(() => void vi.useRealTimers());

const MAC = macOf(1);
const A = '192.0.2.7';
const STEP = 'P0S3-05-3-00';
const MINUTE = 60_000;

const G2_LIST = ['OS79XX.TXT', 'SIPDefault.cnf', `SIP${MAC}.cnf`];
const JAVA_TARGET = 'SIP42.9-3-1SR4-1S';
const JAVA_LIST = [`CTLSEP${MAC}.tlv`, `ITLSEP${MAC}.tlv`, 'ITLFile.tlv', `SEP${MAC}.cnf.xml`];

/** A phone that has every file of its load, and boots. */
async function hasAll(target: string, clock = new FakeClock(), more: Partial<FleetTiming> = {}): Promise<Bench> {
  const timing = { enrolmentPollMs: 24 * 60 * MINUTE, ...more };
  const made = await new Bench(packagesOf(target, STEP, 'SIP42.8-5-2S'), { timing }, clock).start();
  const from = (target === JAVA_TARGET ? null : STEP) as LoadName | null;
  made.enrol(MAC, target, { model: target === JAVA_TARGET ? '7942' : '7940', from });
  const list = target === JAVA_TARGET ? JAVA_LIST : G2_LIST;
  const files = target === JAVA_TARGET ? [`${target}.loads`, ...archivesOf(target)] : [`${target}.sbn`];
  await made.asks(A, ...list, ...files);
  expect(statusIn(made, MAC).state).toBe('flashing');
  made.clock.advance(MINUTE);
  for (const name of list) await made.take(name, A);
  return made;
}

const NEIGHBOURS = ['syncinfo.xml', 'dialplan.xml', 'RINGLIST.DAT', '/mk-sip.jar'];

test.each([
  ['P0S3-06-3-00', 700],
  ['P0S3-06-3-00', 26_000],
  [JAVA_TARGET, 700],
  // Its first datagrams are lost (legacy-79x0 11.2).
  [JAVA_TARGET, 26_000],
])(
  'what somebody else behind its address asks lands no phone that is about to ask for %s again, %i ms later',
  async (target, ms) => {
    for (const neighbour of NEIGHBOURS) {
      const made = await hasAll(target);
      made.clock.advance(300);
      await made.take(neighbour, A);
      expect(statusIn(made, MAC).state).toBe('confirming');
      made.clock.advance(ms);
      await made.take(target === JAVA_TARGET ? `${target}.loads` : `${target}.sbn`, A);
      made.clock.advance(20 * MINUTE);
      expect(statusIn(made, MAC).state).not.toBe('landed');
      expect(rowsIn(made, MAC, 'phone.landed')).toEqual([]);
    }
  },
);

test.each(['P0S3-06-3-00', JAVA_TARGET])(
  'one that goes on to its services has landed on %s when the time for that is over, or it asks something else by its own name',
  async (target) => {
    for (const isSilent of [true, false]) {
      const made = await hasAll(target);
      await made.take(target === JAVA_TARGET ? '/mk-sip.jar' : 'RINGLIST.DAT', A);
      made.clock.advance(1_000);
      await made.take('dialplan.xml', A);
      expect(statusIn(made, MAC).state).toBe('confirming');
      made.clock.advance(isSilent ? 38_000 : 20_000);
      if (!isSilent) await made.take(target === JAVA_TARGET ? `SEP${MAC}.cnf.xml` : `SIP${MAC}.cnf`, A);
      expect(statusIn(made, MAC).state).toBe('landed');
    }
  },
);

test.each(['P0S3-06-3-00', JAVA_TARGET])(
  'where the neighbour table tells who asks, it lands on %s with the service',
  async (target) => {
    const made = await hasAll(target);
    made.addresses.tell(A, MAC);
    await made.take(target === JAVA_TARGET ? '/mk-sip.jar' : 'RINGLIST.DAT', A);
    expect(statusIn(made, MAC).state).toBe('landed');
  },
);

test('nor does it when the phone reads its configuration once more before it asks for its load', async () => {
  const made = await hasAll(JAVA_TARGET);
  await made.take('/mk-sip.jar', A);
  made.clock.advance(2_000);
  await made.take(`SEP${MAC}.cnf.xml`, A);
  expect(statusIn(made, MAC).state).toBe('confirming');
  await made.take(`${JAVA_TARGET}.loads`, A);
  made.clock.advance(20 * MINUTE);
  expect(rowsIn(made, MAC, 'phone.landed')).toEqual([]);
});

test('it is not held meanwhile where phones are given less time than that', async () => {
  const made = await hasAll(JAVA_TARGET, new FakeClock(), { budgets: { ...GENEROUS_BUDGETS, confirming: 15_000 } });
  await made.take('/mk-sip.jar', A);
  made.clock.advance(7_499);
  expect(statusIn(made, MAC).state).toBe('confirming');
  made.clock.advance(1);
  expect(statusIn(made, MAC).state).toBe('landed');
});

test('but one that polls its own file right after its services lands all the same', async () => {
  const made = await hasAll(JAVA_TARGET);
  await made.take('/mk-sip.jar', A);
  for (let time = 0; time < 5; time++) {
    made.clock.advance(1_000);
    await made.take(`SEP${MAC}.cnf.xml`, A);
  }
  made.clock.advance(40_000);
  expect(statusIn(made, MAC).state).toBe('landed');
});

test.each<[string, (machine: JumpingMachine) => void]>([
  ['is set forward by an hour', (machine) => machine.step(60 * MINUTE)],
  ['sleeps for ten minutes', (machine) => machine.sleep(10 * MINUTE, false)],
  ['sleeps for ten minutes while its steady clock goes on', (machine) => machine.sleep(10 * MINUTE, true)],
])('nor does time count that nobody listened, when the machine %s', async (_, jump) => {
  const machine = new JumpingMachine();
  const made = await hasAll(JAVA_TARGET, machine);
  await made.take('/mk-sip.jar', A);
  machine.advance(1_000);
  jump(machine);
  machine.advance(60_000);
  await made.take('nothing', '192.0.2.99');
  expect(rowsIn(made, MAC, 'phone.landed')).toEqual([]);
});

test('an order between the question and its landing begins anew', async () => {
  const made = await hasAll(JAVA_TARGET);
  await made.take('/mk-sip.jar', A);
  made.clock.advance(1_000);
  made.store.retry(MAC, made.clock.now());
  made.fleet.syncEnrolments();
  made.clock.advance(60_000);
  expect(statusIn(made, MAC).state).not.toBe('landed');
});
