import { expect, test } from 'vitest';
import { fileUnderWay, type PhoneReport } from '../../src/app/told/phone-line.ts';
import { readCsv } from '../../src/cli/list-file/read-csv.ts';
import { historyTimeline, isOfRoad } from '../../src/cli/output/history-text.ts';
import { reportDetails, reportLine, reportSentence, reportTable } from '../../src/cli/output/phone-table.ts';
import { table } from '../../src/cli/output/table.ts';
import { HISTORY_EVENTS, type HistoryEvent } from '../../src/core/history/event.ts';
import type { MacAddress } from '../../src/core/names/mac-address.ts';
import { takingAt } from '../support/reports.ts';

const mac = '0018B9C0FFEE' as MacAddress;
const other = '0018B9C0FFAA' as MacAddress;
const NOON = new Date(2026, 10, 21, 12).getTime();

function row(event: HistoryEvent['event'], seconds: number, rest: Partial<HistoryEvent> = {}): HistoryEvent {
  return { event, at: NOON + 1000 * seconds, mac, ...rest };
}

const ROAD: readonly HistoryEvent[] = [
  row('phone.enrolled', 0, { target: 'P0S3-08-11-00' }),
  row('phone.seen', 1, { peer: '127.0.0.7:50845' }),
  row('phone.finding', 1, { finding: 'sccp-3', reason: 'an SCCP 3.x image' }),
  row('phone.planned', 1, { road: ['P0S3-05-3-00', 'P0S3-08-11-00'], reason: '2 hops lead to the target' }),
  row('file.refused', 2, { file: 'SEPDefault.cnf', reason: 'not now' }),
  row('load.offered', 3, { hop: 1, hops: 2, load: 'P0S3-05-3-00', file: 'OS79XX.TXT' }),
  row('file.requested', 3, { file: 'OS79XX.TXT', peer: '127.0.0.7:50849', size: 13 }),
  row('file.sent', 3, { file: 'OS79XX.TXT', bytes: 13, size: 13, tookMs: 4 }),
  row('phone.state', 4, { state: 'downloading', previous: 'offered', hop: 1, hops: 2, load: 'P0S3-05-3-00' }),
  row('file.failed', 9, { file: 'P0S3-05-3-00.bin', bytes: 1024, size: 398_000, reason: 'silent: no answer' }),
  row('phone.decision', 10, { reason: 'two rounds without the expected request' }),
  row('phone.held', 60, { state: 'held', code: 'P_STALLED', reason: 'it stopped asking', advice: 'look at it.' }),
  row('phone.landed', 86_400, { target: 'P0S3-08-11-00', witnesses: ['(a) seen', '(b) too'] }),
  row('phone.released', 86_401),
];

test('the timeline tells a road in the order of time, a line each, the date above each day', () => {
  expect([...historyTimeline(ROAD, () => null)].join('')).toBe(`2026-11-21
12:00:00   on the list for P0S3-08-11-00
12:00:01   seen at 127.0.0.7:50845
12:00:01   found out: an SCCP 3.x image
12:00:01 > plan, 2 hops: P0S3-05-3-00 -> P0S3-08-11-00
12:00:02   asks SEPDefault.cnf: not found (not now)
12:00:03   hop 1 of 2: P0S3-05-3-00 named in OS79XX.TXT
12:00:03   asks OS79XX.TXT  (from 127.0.0.7:50849)
12:00:03   sent OS79XX.TXT, 13 bytes
12:00:04 > hop 1 of 2: the phone is taking P0S3-05-3-00
12:00:09   P0S3-05-3-00.bin broke off at 0 % (1 kB of 398 kB) (silent: no answer)
12:00:10   decision: two rounds without the expected request
12:01:00 ! held: it stopped asking. [P_STALLED] What to do: look at it.

2026-11-22
12:00:00 * landed on P0S3-08-11-00 (proof: seen; too)
12:00:01   released
`);
});

test('every event of the record has a sentence of its own', () => {
  const sentences = HISTORY_EVENTS.map((event) => [...historyTimeline([row(event, 0)], () => null)].join(''));
  expect(new Set(sentences).size).toBe(HISTORY_EVENTS.length);
  for (const [i, event] of HISTORY_EVENTS.entries()) expect(sentences[i]).not.toContain(event);
});

test('phones are named where the timeline tells of several', () => {
  const rows = [row('phone.seen', 0), { ...row('phone.seen', 0), mac: other }];
  const text = [...historyTimeline(rows, (one) => (one.mac === other ? 'desk\u001b4' : (one.mac ?? null)))];
  expect(
    text
      .join('')
      .split(/(?<=\n)/)
      .slice(1),
  ).toEqual(['12:00:00   0018B9C0FFEE  seen\n', '12:00:00   desk\\x1b4  seen\n']);
});

const REPORT: PhoneReport = { ...takingAt(NOON), mac, start: null, lastSeenAt: NOON - 5000 };
const HELD: PhoneReport = {
  ...REPORT,
  mac: other,
  label: null,
  state: 'held',
  code: 'P_STALLED',
  reason: 'it stopped asking',
  advice: 'look at its screen',
  usualMs: null,
  leftMs: null,
};

test('the table shows every phone, and below it what to do for those that are held', () => {
  expect(reportTable([REPORT, HELD], NOON)).toBe(
    `MAC           LABEL   MODEL  STATE        HOP  LOAD           TARGET         TIME              LAST SEEN
0018B9C0FFEE  desk 4  7940   downloading  2/3  P003-08-11-00  P0S3-08-11-00  20 s (usual 8 s)  5 s ago
0018B9C0FFAA  -       7940   held         2/3  P003-08-11-00  P0S3-08-11-00  20 s              5 s ago

0018B9C0FFAA is held: it stopped asking [P_STALLED]
  What to do: look at its screen
`,
  );
});

test('phones that are held for the same reason are told of together', () => {
  const third = '0018B9C0FFAB' as typeof other;
  const text = reportTable([HELD, { ...HELD, mac: third }, { ...HELD, mac, reason: 'something else' }], NOON);
  expect(text).toContain(
    '\n0018B9C0FFAA, 0018B9C0FFAB are held: it stopped asking [P_STALLED]\n  What to do: look at its screen\n\n0018B9C0FFEE is held: something else',
  );
});

test('the usual time is told where it says something: not of a moment, and not of a phone that waits for others', () => {
  const turn = { place: 1, of: 3, why: 'at most 1 at once' };
  const short = { ...REPORT, usualMs: 400 };
  const waits = { ...REPORT, waits: 'waits for its turn (1 of 3): at most 1 at once', turn };
  for (const one of [short, waits]) expect(reportTable([one], NOON)).toMatch(/ 20 s +5 s ago\n/);
});

test('one phone is told in a few lines, with what may be done now', () => {
  expect(reportDetails(REPORT, NOON)).toBe(`phone        0018B9C0FFEE  desk 4  7940
target       P0S3-08-11-00
runs         P0S3-05-3-00
state        the phone is taking P003-08-11-00
hop          2 of 3
load         P003-08-11-00
file         P003-08-11-00.sbn
time         20 s (usual 8 s)
last seen    5 s ago
advice       do not unplug the phone: it may be writing its flash
`);
  expect(reportDetails(HELD, NOON)).toMatch(
    /\n0018B9C0FFAA is held: it stopped asking \[P_STALLED\]\n {2}What to do: look/,
  );
  expect(reportSentence(REPORT)).toBe(
    '0018B9C0FFEE  hop 2 of 3: the phone is taking P003-08-11-00 (P003-08-11-00.sbn)',
  );
});

test('with --json moments are ISO 8601 and what is not known is null', () => {
  expect(JSON.parse(reportLine(REPORT))).toMatchObject({
    mac,
    state: 'downloading',
    since: new Date(NOON - 20_000).toISOString(),
    lastSeenAt: new Date(NOON - 5000).toISOString(),
    code: null,
  });
  expect(JSON.parse(reportLine({ ...REPORT, since: null, deadlineAt: null })).since).toBe(null);
});

test('no phones is said with the way to the first one', () => {
  expect(reportTable([], NOON)).toMatch(/"loadstep enroll"/);
});

test('the file under way is the last one asked for that has not ended', () => {
  const asked = row('file.requested', 0, { file: 'a.sb2' });
  expect(fileUnderWay([])).toBe(null);
  expect(fileUnderWay([asked])).toBe('a.sb2');
  expect(fileUnderWay([asked, row('file.refused', 1, { file: 'CTLFile.tlv' })])).toBe('a.sb2');
  expect(fileUnderWay([asked, row('file.sent', 1, { file: 'a.sb2' })])).toBe(null);
  expect(fileUnderWay([asked, row('file.failed', 1, { file: 'a.sb2' }), asked])).toBe('a.sb2');
});

test('a table has no blanks at the end of its lines', () => {
  expect(
    table(
      ['A', 'LONG'],
      [
        ['aaa', ''],
        ['b', 'c'],
      ],
    ),
  ).toBe('A    LONG\naaa\nb    c\n');
  expect(readCsv('').records).toEqual([]);
});

test('a short history has the road and its end, and nothing of what was asked, sent and found out', () => {
  const events = ROAD.filter(isOfRoad).map(({ event }) => event);
  expect(new Set(events)).toEqual(
    new Set(['phone.enrolled', 'phone.planned', 'phone.state', 'phone.held', 'phone.landed', 'phone.released']),
  );
  expect(events.length).toBe(ROAD.filter(({ event }) => !/^(file|load)\.|seen$|finding$|decision$/.test(event)).length);
});
