import { expect, test } from 'vitest';
import { reportFrom } from '../../src/app/told/batch-report.ts';
import { reportPhones } from '../../src/app/told/phone-line.ts';
import { storyText } from '../../src/cli/output/report-text.ts';
import { matrix } from '../plan/store.ts';
import { MAC, Told } from './told-bench.ts';

// What a phone of a paused batch is said to need: a restart of it helps nobody.

const SIP8 = 'P0S3-08-11-00';
const HUNT = ['CTLSEP<MAC>.tlv', 'SEP<MAC>.cnf.xml', 'SIP<MAC>.cnf', 'MGC<MAC>.cnf', 'XMLDefault.cnf.xml'];

async function paused(when: 'before it came' | 'after it was shown its load'): Promise<Told> {
  const told = new Told();
  await told.bench.start();
  told.enrol(SIP8);
  if (when === 'after it was shown its load') await told.boot([...HUNT, ...HUNT.slice(0, 3)]);
  const at = told.bench.clock.wall();
  told.kept.changeBatch((was) => ({
    state: { ...was, isPaused: true, turnedAt: at, reason: 'the operator paused it' },
    events: [],
  }));
  told.bench.clock.advance(1_000);
  told.bench.fleet.syncEnrolments();
  if (when === 'before it came') await told.boot(HUNT);
  return told;
}

test.each(['before it came', 'after it was shown its load'] as const)(
  'a phone of a batch that was paused %s is not to be restarted for it, in status and in the report',
  async (when) => {
    const told = await paused(when);
    const { state, advice } = told.report();
    expect(state).toBe('offered');
    expect(advice).toContain('loadstep resume');
    expect(advice).not.toMatch(/unplug|wait for its next round/);
    const [story] = reportFrom(told.store(), matrix, { batch: null, mac: MAC }, told.bench.clock.now()).phones;
    expect(story).toMatchObject({ outcome: 'under-way', reason: told.report().reason, advice });
    expect(story === undefined ? '' : storyText(story)).toMatch(/^why +\S.*\nwhat to do +.*loadstep resume/m);
  },
);

test('within ten minutes of a start of the server, the report advises as carefully as the status', async () => {
  const told = new Told();
  await told.bench.start();
  told.enrol(SIP8);
  await told.boot(HUNT);
  const now = told.bench.clock.wall() + 60_000;
  const startedAt = now - 30_000;
  const [status] = reportPhones(told.store(), [MAC], now, { listensSince: startedAt });
  const [story] = reportFrom(told.store(), matrix, { batch: null, mac: MAC }, now, startedAt).phones;
  expect(status?.advice).toContain('leave its power alone');
  expect(story?.advice).toBe(status?.advice);
});

test('what a batch report says of a phone that is under way is what its status says', async () => {
  const told = new Told();
  await told.bench.start();
  told.enrol(SIP8);
  for (const step of [[], HUNT, HUNT.slice(0, 2)]) {
    await told.boot(step);
    const { reason, advice, code } = told.report();
    const [story] = reportFrom(told.store(), matrix, { batch: null, mac: MAC }, told.bench.clock.now()).phones;
    expect(story).toMatchObject({ reason, advice, code });
  }
});
