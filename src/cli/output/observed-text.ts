import type { ShadowAnswer } from '../../app/list/shadow.ts';
import { isOtherwise, type Shadow, type Theirs } from '../../app/list/shadow-book.ts';
import type { TimesSeen } from '../../core/diagnose/times-seen.ts';
import { shortSoftware } from '../../core/software-words.ts';
import { countText, sizeText, spanText } from '../../core/text/amounts.ts';
import {
  type DiagnosisWords,
  endText,
  STANDING_MEANINGS,
  STANDING_WORDS,
  type ToldPhone,
  wallText,
} from './diagnosis-text.ts';
import { fitText, type Look } from './fit-text.ts';
import { clockText, cut, printable, widthOf } from './printable.ts';
import { table } from './table.ts';

/** What `observe` shows on a terminal. */
export interface ObservedView {
  readonly phones: readonly ToldPhone[];
  readonly requests: number;
  readonly now: number;
  /** What was told last, the newest at the end: each in one line where it fits, else with its parts below its head. */
  readonly news: readonly (readonly string[])[];
  readonly look: Look;
}

/** Below so many rows the news have no room. */
const LEAST_NEWS = 3;
const LEAVE_OUT = ['ADDRESS', 'CODE', 'SEEN', 'RUNS'];

/** All phones as `observe` draws them, worst first, with what was told last below; no more lines than there are rows. */
export function observedScreen(view: ObservedView, { columns, rows }: { columns: number; rows: number }): string[] {
  const { phones, requests, now, news } = view;
  const end = '  Ctrl-C ends';
  const title = `${clockText(now)}  ${countText(phones.length, 'phone')}, ${countText(requests, 'request')}; nothing is served`;
  const head = title.length + end.length <= columns ? title.padEnd(columns - end.length) + end : cut(title, columns);
  if (phones.length === 0) return [head, cut('No phone has asked for anything yet.', columns)].slice(0, rows);
  const lines = observedTable(phones, now, { ...view.look, columns })
    .trimEnd()
    .split('\n');
  const room = Math.max(1, rows - 1);
  const newsRows = room - lines.length - 1;
  const shown = lines.slice(0, room);
  if (lines.length > room) shown[room - 1] = cut(`and ${lines.length - room + 1} more`, columns);
  if (newsRows < LEAST_NEWS || news.length === 0) return [head, ...shown].slice(0, rows);
  return [head, ...shown, '', ...latestNews(news, columns, newsRows)].slice(0, rows);
}

const INDENT = '    ';

/** What was told last in at most so many rows, none of it begun in its middle unless it alone is too long. */
function latestNews(news: ObservedView['news'], columns: number, rows: number): string[] {
  const lines: string[] = [];
  for (const parts of news.toReversed()) {
    const own = newsLines(parts, columns);
    if (lines.length > 0 && lines.length + own.length > rows) break;
    lines.unshift(...own.slice(0, rows));
  }
  return lines;
}

function newsLines(parts: readonly string[], columns: number): string[] {
  const [head = '', ...below] = parts;
  const line = parts.join(' ');
  const isOne = below.length === 0 || widthOf(line) <= columns;
  const lines = isOne
    ? [fitText(line, columns)]
    : [head, ...below.map((one) => INDENT + one)].map((one) => fitText(one, columns));
  return lines.flatMap((one) => one.split('\n')).map((one) => cut(one, columns));
}

/** Every phone on a line: how it stands, what it runs, what it asked last. */
function observedTable(phones: readonly ToldPhone[], now: number, look: Look): string {
  const rows = phones.map((phone) => {
    const [fault] = phone.faults.filter(({ isPast }) => !isPast);
    const step = phone.rounds.at(-1)?.steps.at(-1);
    const time = step?.end?.at.time ?? step?.last.time ?? null;
    return [
      phone.mac ?? 'not known',
      phone.addresses.at(-1) ?? '',
      STANDING_WORDS[phone.standing],
      fault?.code ?? '',
      shortSoftware(phone.software) ?? 'not known yet',
      step === undefined ? '' : `${step.asked.raw} ${endText(step) || 'asked'}`,
      time === null ? '' : `${spanText(Math.max(0, now - time))} ago`,
    ].map(printable);
  });
  const headings = ['PHONE', 'ADDRESS', 'STANDS', 'CODE', 'RUNS', 'ASKED LAST', 'SEEN'];
  const meaningOf = (heading: string, cell: string) => {
    if (heading !== 'STANDS') return null;
    const found = Object.entries(STANDING_WORDS).find(([, text]) => text === cell);
    return found === undefined ? null : STANDING_MEANINGS[found[0] as keyof typeof STANDING_WORDS];
  };
  return table(headings, rows, { look, leaveOut: LEAVE_OUT, meaningOf });
}

/** `12:45:17  0018B9C0FFEE  OS79XX.TXT:`, `loadstep would have named P0S3-05-3-00 in it;` and `the other server: not found`: one line, or three. */
export function shadowParts(shadow: Shadow, words: DiagnosisWords): readonly string[] {
  const { who, asked, time, ours, theirs } = shadow;
  const moment = time === null ? '' : `${wallText(time, words)}  `;
  const unseen = ours.kind === 'names' && theirs?.outcome === 'sent' ? ' (which load stands in it is not seen)' : '';
  return [
    `${moment}${who}  ${asked}:`,
    `loadstep would have ${oursText(ours)};`,
    `the other server: ${theirsText(theirs)}${unseen}`,
  ].map(printable);
}

function oursText(ours: ShadowAnswer): string {
  switch (ours.kind) {
    case 'names':
      return `named ${ours.load} in it`;
    case 'gives':
      return `given it, ${sizeText(ours.sizeBytes)} of ${ours.load}`;
    case 'not-found':
      return `refused it (${ours.reason})`;
    case 'yours':
      return 'given what lies in the tree of --root, if anything does';
  }
}

const ENDS = { sent: 'sent it', 'not-found': 'not found', refused: 'refused it', 'broken-off': 'broke off' } as const;

function theirsText(theirs: Theirs | null): string {
  if (theirs === null) return 'no line tells';
  const size = theirs.bytes === null ? '' : `, ${sizeText(theirs.bytes)}`;
  return `${ENDS[theirs.outcome]}${size}`;
}

/** The same as a line of JSON. */
export function shadowLine(shadow: Shadow): string {
  const { who, asked, time, ours, theirs } = shadow;
  const at = time === null ? null : new Date(time).toISOString();
  return `${JSON.stringify({ diagnosis: 'shadow', at, mac: who, asked, ours, theirs, isOtherwise: isOtherwise(shadow) })}\n`;
}

/** How many requests of a phone the other server answered otherwise than loadstep would have. */
export interface ShadowCount {
  requests: number;
  otherwise: number;
  /** Of which nobody can say whether they differ. */
  notKnown: number;
}

/** What is told at the end below the table. */
export function observedEnd(times: readonly TimesSeen[], shadows: Iterable<readonly [string, ShadowCount]>): string {
  const lines = times.map(({ file, times: often, tookMs, backMs }) => {
    const took = tookMs === null ? '' : `, fetched in ${spanText(tookMs)}`;
    const back = backMs === null ? '' : `, the phone asked again after ${spanText(backMs)}`;
    return `${file}: seen ${often === 1 ? 'once' : `${often} times`}${took}${back}.`;
  });
  const beside = [...shadows].map(([who, { requests, otherwise, notKnown }]) => {
    const open =
      notKnown === 0 ? '' : `; of ${notKnown} it is not known (what was in the file, or how it ended, is not seen)`;
    return `${who}: of ${countText(requests, 'request')} loadstep would have answered ${otherwise} otherwise than the other server did${open}.`;
  });
  return [...lines, ...beside].map((line) => `${printable(line)}\n`).join('');
}
