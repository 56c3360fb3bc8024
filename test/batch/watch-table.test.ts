import { expect, test } from 'vitest';
import { barCell, watchTable } from '../../src/cli/output/watch-table.ts';
import type { PhoneReport } from '../../src/cli/phone-report.ts';
import { ALICE, BOB, NOON } from '../store/samples.ts';

const TAKING: PhoneReport = {
  mac: ALICE,
  label: 'desk 4',
  model: '7940',
  target: 'P0S3-08-11-00',
  from: 'P0S3-05-3-00',
  state: 'downloading',
  hop: 2,
  hops: 3,
  load: 'P003-08-11-00',
  since: NOON - 20_000,
  deadlineAt: NOON + 880_000,
  code: null,
  reason: null,
  advice: 'do not unplug the phone: it may be writing its flash',
  lastSeenAt: NOON,
  isEnrolled: true,
  file: 'P003-08-11-00.sbn',
  bytes: 65_000,
  size: 130_000,
  waits: null,
  inStateMs: 20_000,
  usualMs: 8000,
};
const WAITING: PhoneReport = {
  ...TAKING,
  mac: BOB,
  label: null,
  state: 'offered',
  file: null,
  bytes: null,
  size: null,
  usualMs: null,
  waits: 'waits for its turn (1 of 3): at most 1 at once',
};

test('watch shows who, from where to where, hop, file, bar, time against the usual time, state and advice', () => {
  expect(watchTable([TAKING, WAITING], 400)).toBe(
    `LABEL   MAC           MODEL  FROM -> TARGET                 HOP  FILE               SENT              TIME         STATE        ADVICE
desk 4  0018B9C0FFEE  7940   P0S3-05-3-00 -> P0S3-08-11-00  2/3  P003-08-11-00.sbn  [####----]  50 %  20 s of 8 s  downloading  do not unplug the phone: it may be writing its flash
-       001A2B3C4D5E  7940   P0S3-05-3-00 -> P0S3-08-11-00  2/3  -                  -                 20 s         offered      waits for its turn (1 of 3): at most 1 at once
`,
  );
});

test('no line is wider than the terminal', () => {
  for (const columns of [40, 80, 120]) {
    const lines = watchTable([TAKING, WAITING], columns).split('\n');
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(columns);
  }
});

test('a bar is full only when all of the file was acknowledged', () => {
  expect(barCell({ bytes: 129_999, size: 130_000 })).toBe('[#######-]  99 %');
  expect(barCell({ bytes: 130_000, size: 130_000 })).toBe('[########] 100 %');
  expect(barCell({ bytes: 0, size: 130_000 })).toBe('[--------]   0 %');
});

test('what a phone or an operator wrote cannot steer the terminal', () => {
  const nasty = { ...TAKING, label: 'a\u001b[2Jb', file: 'x\u001b[0m.sbn' };
  expect(watchTable([nasty], 400)).not.toContain('\u001b');
});
