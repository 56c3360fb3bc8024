import { expect, test } from 'vitest';
import { buildReport } from '../../src/core/report/build-report.ts';
import { renderHtml } from '../../src/core/report/render-html.ts';
import type { BatchReport, HopStory, PhoneStory, ReportPhone } from '../../src/core/report/report.ts';
import { landing, NOON, phone, row, WORDS } from './stories.ts';

// How much a page of paper holds was seen in Chromium, which prints 47 phones and their summary on 48 pages; here is what decides it.

const STALLED = { state: 'held', code: 'P_STALLED', reason: 'nothing was heard', advice: 'look at its screen' };

function mac(n: number): ReportPhone['mac'] {
  return `0018B9C0${(0x1000 + n).toString(16).toUpperCase()}` as ReportPhone['mac'];
}

/** A batch: each phone as it is told, a held one with its hold in the record. */
function batch(...phones: readonly Partial<ReportPhone>[]): BatchReport {
  const all = phones.map((one, n) => phone({ mac: mac(n), label: `desk ${n + 1}`, ...one }));
  const told = new Map(all.map((one) => [one.mac, one]));
  return buildReport({
    batch: 'pallet 7',
    reportedAt: NOON + 600_000,
    phones: all,
    historyOf: (which) => {
      const { state, code, reason, advice } = told.get(which) ?? phone();
      if (state === 'waiting') return [row('phone.enrolled', 0)];
      if (state !== 'held') return landing();
      return [
        row('phone.enrolled', 0),
        row('phone.held', 60, { code: code ?? '', reason: reason ?? '', advice: advice ?? '' }),
      ];
    },
    bystanders: [],
    isPublished: () => null,
  });
}

/** What each card of phones that need a hand says: its heading, its advice, and the phones to tick. */
function cardsOf(page: string) {
  const [summary = ''] = page.split('</section>');
  const plain = (text = '') => text.replace(/<[^>]*>/g, '').trim();
  return [
    ...summary.matchAll(
      /<div class="card[^>]*><h3>(.*?)<\/h3>\s*<p class="todo">(.*?)<\/p><ul class="ticks">(.*?)<\/ul>/gs,
    ),
  ].map(([, heading, todo, ticks = '']) => ({
    heading: plain(heading),
    todo: plain(todo),
    phones: [...ticks.matchAll(/<li>(.*?)<\/li>/gs)].map(([, one]) => plain(one)),
  }));
}

test('phones that are held for one cause stand together, with one advice and a box to tick each', () => {
  const other = { ...STALLED, code: 'P_LOAD_REJECTED', reason: 'it says "Load rejected"', advice: 'another target' };
  const report = batch({ ...STALLED, port: 'gi0/1' }, {}, other, STALLED, { state: 'waiting', advice: 'plug it in' });
  const cards = cardsOf(renderHtml(report, WORDS));
  expect(cards).toMatchObject([
    { heading: '2 × held nothing was heard P_STALLED', todo: 'What to do: look at its screen' },
    { heading: 'held it says &quot;Load rejected&quot; P_LOAD_REJECTED', todo: 'What to do: another target' },
    { heading: 'never seen it is on the list, and never asked for anything', todo: 'What to do: plug it in' },
  ]);
  expect(cards.map(({ phones }) => phones.map((one) => /desk \d/.exec(one)?.[0]))).toEqual([
    ['desk 1', 'desk 4'],
    ['desk 3'],
    ['desk 5'],
  ]);
  expect(cards[0]?.phones[0]).toContain('gi0/1');
  expect(cards[0]?.phones[0]).toContain('since 2026-11-21T12:01:00');
});

test('one cause with two reasons: each phone says its own', () => {
  const [card, ...more] = cardsOf(renderHtml(batch(STALLED, { ...STALLED, reason: 'silent at 40 %' }), WORDS));
  expect(more).toEqual([]);
  expect(card?.phones).toMatchObject([
    expect.stringContaining('nothing was heard'),
    expect.stringContaining('silent at 40 %'),
  ]);
});

test('advice that names its phone is one advice for all, and each phone can be read off the list', () => {
  const advised = [0, 1].map((n) => ({ ...STALLED, advice: `run: loadstep retry --mac ${mac(n)}` }));
  expect(cardsOf(renderHtml(batch(...advised), WORDS))).toMatchObject([
    { todo: 'What to do: run: loadstep retry --mac &lt;mac&gt;' },
  ]);
  expect(cardsOf(renderHtml(batch(advised[0] ?? {}), WORDS))).toMatchObject([
    { todo: `What to do: run: loadstep retry --mac ${mac(0)}` },
  ]);
});

test('the summary alone has every phone, what needs a hand, and no certificate that it could lead to', () => {
  const page = renderHtml(batch({}, STALLED, { state: 'waiting' }), WORDS, 'summary');
  expect(page.match(/<section class="sheet/g)).toHaveLength(1);
  expect(page).not.toMatch(/<a href|Certificate|SHA-1/);
  for (const text of ['desk 1', 'desk 2', 'desk 3', 'P_STALLED', 'P0S3-08-11-00', '00:18:B9:C0:10:02'])
    expect(page).toContain(text);
});

test('a target that not all phones have in common is said for each', () => {
  const page = renderHtml(batch({}, { target: 'P0S3-08-2-00' }), WORDS, 'summary');
  expect(page).toContain('<h2>All phones</h2>');
  expect(page).toMatch(/desk 2.*P0S3-08-2-00/);
});

/** How small the sheet of a phone is printed that went so many hops with so many files and was held so often. */
function printed(hops: number, files: number, holds: number): { readonly size: string; readonly page: string } {
  const report = batch({});
  const [first] = report.phones;
  const [hop] = first?.hops ?? [];
  const file = hop?.files[0];
  if (first === undefined || hop === undefined || file === undefined) throw new Error('there is no story');
  const longHop: HopStory = { ...hop, files: Array.from({ length: files }, () => file) };
  const hold = { heldAt: NOON, code: 'P_STALLED', reason: 'nothing was heard', advice: null };
  const story: PhoneStory = {
    ...first,
    hops: Array.from({ length: hops }, () => longHop),
    holds: Array.from({ length: holds }, (_, n) => ({ ...hold, heldAt: NOON + n * 1000 })),
  };
  const page = renderHtml({ ...report, phones: [story] }, WORDS, 'phones');
  return { size: /<section class="([^"]*)"/.exec(page)?.[1]?.trim() ?? '', page };
}

test('the longer a certificate is, the smaller it is printed, so that it stays one page', () => {
  expect(printed(2, 2, 0).size).toBe('sheet');
  expect(printed(3, 4, 2).size).toBe('sheet dense');
  expect(printed(4, 14, 6).size).toBe('sheet dense densest');
});

test('a phone that was held again and again has the last holds on its certificate, and says where the others are', () => {
  const { page } = printed(2, 2, 30);
  expect(page.match(/<code>P_STALLED<\/code>/g)).toHaveLength(6);
  expect(page).toContain(`Held 24 times before these: loadstep history --mac ${mac(0)}`);
  expect(page).toContain('2026-11-21T12:00:29');
  expect(printed(2, 2, 6).page).not.toContain('before these');
});

test('the page is dark where the screen is, and never on paper', () => {
  const page = renderHtml(batch({}), WORDS);
  expect(page).toContain('@media screen and (prefers-color-scheme: dark)');
  const rules = page.replace(/:root \{[^}]*\}/g, '').replace(/@media print \{[\s\S]*?\n\}/, '');
  expect(/<style>[\s\S]*<\/style>/.exec(rules)?.[0]).not.toMatch(/#[0-9a-f]{3,6}\b/i);
});

test('MAC and load of a phone are never cut in the list of all phones, however long its label is', () => {
  const style = renderHtml(batch({}), WORDS, 'summary');
  expect(style).toMatch(/\.phones li > \.mono \{ flex: none;/);
  expect([...style.matchAll(/\.phones[^{]*\{[^}]*text-overflow[^}]*\}/g)]).toEqual([]);
  expect(style).toMatch(/\.phones \.name \{ flex: 1 1 0; min-width: 0; overflow-wrap: anywhere; \}/);
});

test('phones with different targets stand one to a line, so that there is room for MAC and load', () => {
  expect(renderHtml(batch({}, {}), WORDS, 'summary')).toContain('<ul class="phones">');
  expect(renderHtml(batch({}, { target: 'P0S3-08-2-00' }), WORDS, 'summary')).toContain('<ul class="phones wide">');
});

test('a long list with different targets is printed smaller, since each phone takes a line of its own', () => {
  const many = Array.from({ length: 28 }, () => ({}));
  const sizeOf = (report: BatchReport) => /<section class="([^"]*)"/.exec(renderHtml(report, WORDS, 'summary'))?.[1];
  expect(sizeOf(batch(...many))?.trim()).toBe('sheet');
  expect(sizeOf(batch(...many.slice(1), { target: 'P0S3-08-2-00' }))?.trim()).toBe('sheet dense');
});
