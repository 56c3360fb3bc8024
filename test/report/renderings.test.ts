import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { storyLine, summaryLine } from '../../src/app/told/report-json.ts';
import { readCsv } from '../../src/cli/list-file/read-csv.ts';
import { inert } from '../../src/cli/output/csv.ts';
import { reportCsvHeader, reportCsvRecord } from '../../src/cli/output/report-csv.ts';
import { reportText, storyText } from '../../src/cli/output/report-text.ts';
import type { HistoryEvent } from '../../src/core/history/event.ts';
import { buildReport } from '../../src/core/report/build-report.ts';
import { escapeHtml } from '../../src/core/report/html.ts';
import { renderHtml } from '../../src/core/report/render-html.ts';
import type { BatchReport, ReportPhone } from '../../src/core/report/report.ts';
import { ALICE, BOB, landing, NOON, phone, row, SHA1, WORDS } from './stories.ts';

const HELD = { state: 'held', code: 'P_STALLED', reason: 'nothing was heard', advice: 'look at its screen' };

function made(changes: Partial<ReportPhone> = {}, batch: string | null = 'pallet 7'): BatchReport {
  const held = [row('phone.enrolled', 0), row('phone.held', 60, HELD)];
  return buildReport({
    batch,
    reportedAt: NOON + 600_000,
    phones: [phone(changes), phone({ mac: BOB, label: 'desk 13', port: 'gi0/13', ...HELD })],
    historyOf: (mac) => (mac === ALICE ? landing() : held),
    bystanders: [NOON + 1],
    isPublished: () => null,
  });
}

test('the page says of each phone what the record says, hashes and proof included', () => {
  const page = renderHtml(made({ serial: 'INM0732A1B1' }), WORDS);
  for (const text of [
    'pallet 7',
    'desk 12',
    '00:18:B9:C0:FF:EE',
    'INM0732A1B1',
    'SIP application of a 7940/7960',
    SHA1,
    '130956',
    '<b>Request pattern:</b> proof',
    'One phone needs a hand',
    'nothing was heard',
    'P_STALLED',
    'look at its screen',
    'gi0/13',
    'Certificate of conversion',
    'Record of conversion, not landed',
    '1 other phone was seen meanwhile and not converted',
    'loadstep 1.2.3',
  ]) {
    expect(page).toContain(text);
  }
  expect(page.match(/<section class="sheet/g)).toHaveLength(3);
});

test('a landed phone that was let go keeps its certificate, on paper and at the terminal', () => {
  const report = made({ isReleased: true, state: 'released', advice: 'enrol it' });
  const page = renderHtml({ ...report, phones: report.phones.slice(0, 1) }, WORDS, 'phones');
  expect(page).toContain('Certificate of conversion');
  expect(page).toContain('<b>Request pattern:</b> proof');
  expect(page).toContain(new Date(NOON + 80_000).toISOString());
  expect(page).not.toContain('not landed');
  expect(report.phones.map(storyText)[0]).not.toContain('enrol it');
  expect(report.phones.map(storyText)[0]).toMatch(
    /outcome +released\nlanded +\d{4}.*\n(taken off .*\n)?took +(70 s|1 ?m(in)? 10 ?s)/,
  );
});

test('a landed phone that was started anew is not certified until it shows its load again, and its proof stays', () => {
  const report = made({ state: 'identifying' });
  const page = renderHtml({ ...report, phones: report.phones.slice(0, 1) }, WORDS, 'phones');
  expect(page).toContain('Record of conversion, started again after landing');
  expect(page).toContain('<b>Request pattern:</b> proof');
});

test('a cancelled phone is told as cancelled everywhere', () => {
  const report = made({ mac: ALICE, isReleased: true, state: 'cancelled' });
  expect(reportText(report)).toMatch(/2 phones: 0 landed, 1 held, 1 cancelled/);
  expect(renderHtml(report, WORDS)).toContain('<b>1</b>cancelled');
  expect(reportCsvRecord(report.phones[0] as never)).toContain(',cancelled,');
});

test('a phone that was cancelled while it wrote flash, and landed then, is certified, and told as cancelled', () => {
  const rows = landing();
  const at = rows.findIndex(({ event }) => event === 'phone.landed');
  const cancelled = row('phone.released', 75, { finding: 'cancelled' });
  const obeyed = row('phone.state', 90, { state: 'cancelled', previous: 'landed' });
  const told = (state: string, history: readonly HistoryEvent[]) => {
    const phones = [phone({ isReleased: true, state, advice: 'enrol it' })];
    const input = { batch: null, reportedAt: NOON + 600_000, phones, bystanders: [], isPublished: () => null };
    return buildReport({ ...input, historyOf: () => history });
  };
  const report = told('cancelled', [...rows.slice(0, at), cancelled, ...rows.slice(at), obeyed]);
  const page = renderHtml(report, WORDS, 'phones');
  expect(page).toContain('Certificate of conversion');
  expect(page).not.toContain('started again');
  expect(page).toMatch(/<dt>Cancelled<\/dt>/);
  expect(report.phones.map(storyText)[0]).not.toContain('enrol it');
  // One that had landed before, and was to show its load once more when it was cancelled.
  const anew = told('cancelled', [...rows, row('phone.released', 200, { finding: 'cancelled' })]);
  expect(renderHtml(anew, WORDS, 'phones')).toContain('Record of conversion, started again after landing');
});

test('what is not known is said to be not known', () => {
  const page = renderHtml(made({ model: null }), WORDS, 'phones');
  expect(page).toMatch(/Serial number<\/dt><dd[^>]*><span class="soft">not known/);
  expect(page).toMatch(/Model<\/dt><dd><span class="soft">not known/);
});

test('one phone alone is its certificate without the summary', () => {
  const report = made();
  const page = renderHtml({ ...report, phones: report.phones.slice(0, 1) }, WORDS, 'phones');
  expect(page.match(/<section class="sheet/g)).toHaveLength(1);
  expect(page).not.toContain('All phones');
});

test('the page needs nothing from anywhere', () => {
  const page = renderHtml(made(), WORDS);
  expect(page).not.toMatch(/<(script|img|link|iframe|object|embed|form|base)\b|\bsrc=|url\(|@import|javascript:/i);
  expect([...page.matchAll(/href="([^"]*)"/g)].filter(([, to]) => !to?.startsWith('#'))).toEqual([]);
  expect(page).toContain(`default-src 'none'`);
});

test('every link on the page leads to a sheet', () => {
  const page = renderHtml(made(), WORDS);
  const ids = new Set([...page.matchAll(/ id="([^"]*)"/g)].map(([, id]) => `#${id}`));
  const links = [...page.matchAll(/href="([^"]*)"/g)].map(([, to]) => to ?? '');
  expect(links.length).toBeGreaterThan(0);
  expect(links.filter((to) => !ids.has(to))).toEqual([]);
});

test('whatever a label, a serial number or a reason holds, the page keeps its shape', () => {
  const shape = (page: string) => [...page.matchAll(/<[/!a-z][^>]*>/g)].map(([tag]) => tag).join('');
  const plain = shape(renderHtml(made({ label: 'x', serial: 'x', port: 'x', model: 'x' }, 'x'), WORDS));
  const hostile = fc.oneof(
    fc.constantFrom(
      '<script>alert(1)</script>',
      '"><img src=x onerror=alert(1)>',
      "' onclick='x",
      '</style>',
      '&lt;',
      '<!--',
    ),
    fc.string({ unit: 'binary', minLength: 1 }),
  );
  fc.assert(
    fc.property(hostile, (text) => {
      const page = renderHtml(made({ label: text, serial: text, port: text, model: text }, text), WORDS);
      expect(shape(page)).toBe(plain);
    }),
    { numRuns: 60 },
  );
});

test('controls and direction marks do not reach the page', () => {
  expect(escapeHtml('a\u202eb\u0000c\u0007d\u009be')).toBe('a\ufffdb\ufffdc\ufffdd\ufffde');
  expect(escapeHtml(`<&>"'`)).toBe('&lt;&amp;&gt;&quot;&#39;');
});

test('the list has a line a phone, and reads back as it was', () => {
  const report = made({ label: 'front desk, "left"\nsecond line' });
  const text = reportCsvHeader() + report.phones.map(reportCsvRecord).join('');
  expect(text.split('\r\n')).toHaveLength(4);
  const [header, first, second] = readCsv(text).records;
  const cell = (record: typeof first, name: string) => record?.fields[header?.fields.indexOf(name) ?? -1];
  expect(cell(first, 'label')).toBe('front desk, "left"\nsecond line');
  expect(cell(first, 'files')).toBe(`P003-08-11-00.sbn 130956 ${SHA1}; P0S3-08-11-00.loads 460 aa`);
  expect(cell(first, 'landedAt')).toBe('2026-11-21T12:01:20.000Z');
  expect(cell(first, 'serial')).toBe('');
  expect(cell(second, 'outcome')).toBe('held');
  expect(cell(second, 'advice')).toBe('look at its screen');
});

test.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', ' =1', '\n=1', '＝1'])(
  'the cell %j is text for a spreadsheet',
  (text) => {
    expect(inert(text)).toBe(`'${text}`);
    const report = made({ label: text, serial: text, port: text });
    const record = readCsv(report.phones.map(reportCsvRecord).join('')).records[0];
    expect(record?.fields[1]).toBe(`'${text}`);
  },
);

test.each(['desk 12', 'a=b', '0018B9C0FFEE', 'x-y', ''])('the cell %j stays as it is', (text) => {
  expect(inert(text)).toBe(text);
});

test('as JSON each phone is a line, with moments as ISO 8601 and nothing left out', () => {
  const report = made();
  const summary = JSON.parse(summaryLine(report));
  expect(summary).toMatchObject({
    report: 'batch',
    batch: 'pallet 7',
    reportedAt: '2026-11-21T12:10:00.000Z',
    total: 2,
  });
  expect(summary).not.toHaveProperty('phones');
  const line = storyLine(report.phones[0] as never);
  expect(line.indexOf('\n')).toBe(line.length - 1);
  expect(JSON.parse(line)).toMatchObject({
    report: 'phone',
    mac: ALICE,
    serial: null,
    landedAt: '2026-11-21T12:01:20.000Z',
    hops: [{ startedAt: '2026-11-21T12:00:10.000Z', files: [{ sha1: SHA1, sentAt: '2026-11-21T12:00:20.000Z' }] }, {}],
  });
});

test('at a terminal: counts, who needs a hand and what to do, times, and every phone', () => {
  const text = reportText(made());
  expect(text).toContain('Batch pallet 7, 2 phones: 1 landed, 1 held');
  expect(text).toContain(
    'One phone needs a hand:\n  0018B9C0FFEF  desk 13  gi0/13\n    nothing was heard [P_STALLED]\n    What to do: look at its screen',
  );
  expect(text).toMatch(/^P003-08-11-00 +1 +40 s +40 s +desk 12$/m);
  expect(text).toMatch(/^whole road +1 +1 min 10 s/m);
  expect(text).toContain('1 other phone was seen meanwhile and not converted.');
});

test('at a terminal phones that need the same done stand above one advice, and above one reason where they have one', () => {
  const report = made();
  const [, held] = report.phones;
  if (held === undefined) throw new Error('there is no second phone');
  const like = (mac: string, reason: string) => ({
    ...held,
    mac: mac as typeof held.mac,
    reason,
    advice: `ask ${mac}`,
  });
  const [first, second] = [like('0018B9C0FFE1', 'quiet'), like('0018B9C0FFE2', 'quiet')];
  const text = reportText({ ...report, phones: [first, second] });
  expect(text).toContain(
    '2 phones need a hand:\n  0018B9C0FFE1  desk 13  gi0/13\n  0018B9C0FFE2  desk 13  gi0/13\n    quiet [P_STALLED]\n    What to do: ask <mac>\n',
  );
  const differing = reportText({ ...report, phones: [first, { ...second, reason: 'silent' }] });
  expect(differing).toContain(
    '  0018B9C0FFE1  desk 13  gi0/13\n    quiet [P_STALLED]\n  0018B9C0FFE2  desk 13  gi0/13\n    silent [P_STALLED]\n    What to do: ask <mac>\n',
  );
});

test('at a terminal a phone cannot steer it', () => {
  const report = made({ label: 'x\u001b[2Jy' });
  expect(reportText(report) + report.phones.map(storyText).join('')).not.toContain('\u001b');
  expect(storyText(report.phones[0] as never)).toContain(`sha1 ${SHA1}`);
});

test('a certificate of a phone that was sent synthetic firmware says that it is a rehearsal; any other says nothing of it', () => {
  const report = made();
  const sent = report.phones.find(({ hops }) => hops.some(({ files }) => files.length > 0));
  const load = sent?.hops.find(({ files }) => files.length > 0)?.load ?? '';
  const page = (synthetic: readonly string[]) =>
    renderHtml({ ...report, phones: report.phones.filter((one) => one === sent) }, WORDS, 'phones', new Set(synthetic));
  expect(page([load])).toContain(`<b>A rehearsal.</b> What was sent of ${load} is synthetic firmware`);
  expect(page(['P0S3-01-0-00'])).not.toContain('rehearsal');
});
