import { expect, test } from 'vitest';
import { batchLeftMs } from '../../src/app/told/batch-left.ts';
import { reportFrom } from '../../src/app/told/batch-report.ts';
import { reportText } from '../../src/cli/output/report-text.ts';
import { watchScreen } from '../../src/cli/output/watch-table.ts';
import type { BatchReport } from '../../src/core/report/report.ts';
import { matrix } from '../plan/store.ts';
import { MAC, Told } from './told-bench.ts';

// Who goes on by itself, and who waits for a person: status, watch and report say the same.

const SIP8 = 'P0S3-08-11-00';
const POLL = ['SIPDefault.cnf', 'SIP<MAC>.cnf'];
const HUNT = ['CTLSEP<MAC>.tlv', 'SEP<MAC>.cnf.xml', 'SIP<MAC>.cnf', 'MGC<MAC>.cnf', 'XMLDefault.cnf.xml'];

async function listed(...boots: readonly (readonly string[])[]): Promise<Told> {
  const told = new Told();
  await told.bench.start();
  told.enrol(SIP8, null, '7940');
  for (const boot of boots) await told.boot(boot);
  return told;
}

const reportOn = (told: Told): BatchReport =>
  reportFrom(told.store(), matrix, { batch: null, mac: null }, told.bench.clock.wall());

test.each([
  ['polls what several loads ask', [POLL]],
  ['asks for its own file alone', [['SIP<MAC>.cnf'], ['SIP<MAC>.cnf']]],
])('a phone that is up and %s needs a restart, in status, watch and report', async (_, boots) => {
  const told = await listed(...boots);
  expect(told.report()).toMatchObject({ state: 'identifying', needs: 'restart' });
  for (const columns of [60, 79, 119, 199]) {
    const screen = watchScreen(
      { reports: told.reports(), pause: null, now: told.bench.clock.wall() },
      { columns, rows: 30 },
    );
    expect(screen.join('\n')).toMatch(/needs restart$/m);
    expect(screen[0]).toMatch(/1 (needs a hand|stuck)/);
  }
  const text = reportText(reportOn(told));
  expect(text).toContain('1 phone: 0 landed, 1 needs a hand');
  expect(text).toMatch(new RegExp(`One phone needs a hand:\n  ${MAC}\n    .*\n    What to do: .*unplug its power`));
  expect(text).not.toContain('under way');
});

test('no time is counted for phones that only a person can bring on', () => {
  const moving = { state: 'offered', isEnrolled: true, leftMs: 60_000 };
  const stuck = { ...moving, leftMs: null, needs: 'restart' } as const;
  expect(batchLeftMs([stuck], null)).toBeNull();
  expect(batchLeftMs([stuck, moving], null)).toEqual({ ms: 60_000, phones: 1, away: 1 });
});

test('a phone that shows nothing in two rounds needs somebody who reads its display', async () => {
  const told = new Told();
  await told.bench.start();
  told.enrol('SIP42.9-3-1SR4-1S');
  const round = ['CTLSEP<MAC>.tlv', 'SEP<MAC>.cnf.xml'];
  for (let n = 0; n < 3; n++) await told.boot(round);
  told.bench.clock.advance(20_000);
  expect(told.report()).toMatchObject({ needs: 'person', advice: expect.stringContaining('read the load') });
  expect(reportText(reportOn(told))).toContain('1 needs a hand');
});

test.each([
  ['is in the middle of its boot', [['OS79XX.TXT', 'SEP<MAC>.cnf.xml']]],
  ['was offered its load and goes on', [HUNT]],
])('a phone that %s needs nobody, and is under way', async (_, boots) => {
  const told = await listed(...boots);
  expect(told.report().needs).toBeUndefined();
  expect(reportText(reportOn(told))).toContain('1 phone: 0 landed, 1 under way');
});

test('while a batch is paused, and right after a start, nobody is told to restart a phone', async () => {
  const told = await listed(POLL);
  told.kept.changeBatch((was) => ({ state: { ...was, isPaused: true, turnedAt: 1, reason: 'x' }, events: [] }));
  expect(told.report().needs).toBeUndefined();
});
