import { expect, test } from 'vitest';
import type { HistoryEvent } from '../../src/core/history/event.ts';
import {
  extendRestarts,
  FRESH_RESTARTS,
  RESTART_FAILED,
  RESTART_NOT_SENT,
  RESTART_REFUSED,
  RESTART_SENT,
  RESTARTED,
} from '../../src/core/restart/restart-record.ts';
import { macOf } from '../support/bench.ts';

type Row = Partial<HistoryEvent>;
const told = (rung: string): Row => ({ code: RESTART_SENT, reason: `${rung}: somebody asked for it` });
const refused = (rung: string, why: string): Row => ({
  finding: RESTART_REFUSED,
  code: RESTART_FAILED,
  reason: `${rung}: ${why}`,
});
const recordOf = (...rows: readonly Row[]) =>
  rows.reduce<typeof FRESH_RESTARTS>(
    (record, row, n) => extendRestarts(record, { event: 'phone.decision', mac: macOf(1), at: n, ...row }, 100 + n),
    FRESH_RESTARTS,
  );

test('what was tried and refused is known from the rows alone', () => {
  const record = recordOf(told('check-sync'), refused('check-sync', 'it answered 404 Not Found'), told('telnet'));
  expect([...record.tried]).toEqual([
    ['check-sync', 1],
    ['telnet', 1],
  ]);
  expect([...record.refused]).toEqual([['check-sync', { why: 'it answered 404 Not Found', at: 1, noted: 101 }]]);
  expect(record.lastAt).toBe(102);
});

test('a way that worked is not refused any more, and what was not sent was not tried', () => {
  const record = recordOf(
    told('telnet'),
    refused('telnet', 'closed'),
    told('telnet'),
    { finding: RESTARTED, reason: 'telnet: it asked for OS79XX.TXT' },
    told('sccp-reset'),
    { finding: RESTART_NOT_SENT, reason: 'sccp-reset: not done' },
  );
  expect([...record.refused]).toEqual([]);
  expect(record.tried.get('sccp-reset')).toBe(0);
});

test.each<Row>([{ event: 'phone.enrolled' }, { finding: 'retried', reason: 'somebody' }])('%o begins anew', (row) => {
  const record = recordOf(told('telnet'), refused('telnet', 'closed'), row);
  expect([record.tried.size, record.refused.size]).toEqual([0, 0]);
  expect(record.lastAt).toBe(100);
});

test('rows about other things change nothing', () => {
  expect(
    recordOf({ reason: 'power cycled (1 of 2): telnet: x' }, { reason: 'not told to restart: telnet: x' }, {}),
  ).toEqual(FRESH_RESTARTS);
});
