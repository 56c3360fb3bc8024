import { type BatchPause, pauseText } from '../batch-pause.ts';
import type { PhoneReport } from '../phone-report.ts';
import { clockText, countText, cut, printable, wrapText } from './printable.ts';
import { layoutFor, tableLines } from './watch-layout.ts';

/** A terminal as it is now. */
export interface Room {
  readonly columns: number;
  readonly rows: number;
}

export interface WatchView {
  readonly reports: readonly PhoneReport[];
  readonly pause: BatchPause | null;
  readonly now: number;
}

/** In this order they are drawn: who needs a hand first, who is done last. */
const GROUPS = ['held', 'under way', 'waiting', 'landed', 'not on the list'] as const;
type Group = (typeof GROUPS)[number];
/** Lines that a pause may take; its reason is an operator's and may be long. */
const MOST_PAUSE_LINES = 3;
/** Below so many rows there is no empty line to spare. */
const ROOMY = 20;
const INDENT = '  ';

/**
 * All phones as `watch` draws them, in at most as many lines as the terminal has rows and none wider than it: a head with
 * counts, a line a phone with the columns that fit, advice below those that are held, and how many more there are.
 */
export function watchScreen({ reports, pause, now }: WatchView, { columns, rows }: Room): string[] {
  const counts = countsOf(reports);
  const title = `${clockText(now)}  ${countText(reports.length, 'phone')}${counts === '' ? '' : `: ${counts}`}`;
  const end = '  Ctrl-C ends';
  const head = [title.length + end.length <= columns ? title.padEnd(columns - end.length) + end : cut(title, columns)];
  if (pause !== null) head.push(...wrapped(pauseText(pause, now), columns, '').slice(0, MOST_PAUSE_LINES));
  if (rows >= ROOMY) head.push('');
  if (reports.length === 0) {
    return [...head, ...wrapped('No phones yet: "loadstep enroll" puts one on the list.', columns, '')].slice(0, rows);
  }
  const sorted = GROUPS.flatMap((group) => reports.filter((report) => groupOf(report) === group));
  const table = tableLines(sorted, layoutFor(reports, columns), columns);
  head.push(table.head);
  const blocks = sorted.map((report, i) => ({ report, line: table.lines[i] ?? '' }));
  return [...head, ...body(blocks, columns, Math.max(1, rows - head.length))].slice(0, Math.max(1, rows));
}

interface Block {
  readonly report: PhoneReport;
  readonly line: string;
}

/** How much is said below a held phone, from all of it to nothing. */
const DETAILS: readonly ((report: PhoneReport, columns: number) => string[])[] = [
  (report, columns) => [...whyLines(report, columns), ...adviceLines(report, columns)],
  adviceLines,
  (report, columns) => adviceLines(report, columns).slice(0, 2),
  () => [],
];

function body(blocks: readonly Block[], columns: number, rows: number): string[] {
  const linesOf = (details: (typeof DETAILS)[number], some: readonly Block[]) =>
    some.map(({ report, line }) => (groupOf(report) === 'held' ? [line, ...details(report, columns)] : [line]));
  const held = blocks.filter(({ report }) => groupOf(report) === 'held');
  const whole = (details: (typeof DETAILS)[number]) => linesOf(details, blocks).flat().length <= rows;
  // Held phones may take two thirds of the screen with their advice, as long as other phones want the rest.
  const share = (details: (typeof DETAILS)[number]) =>
    linesOf(details, held).flat().length <= Math.floor((rows * 2) / 3);
  const details = DETAILS.find((one) => whole(one) || share(one)) ?? (() => []);
  const each = linesOf(details, blocks);
  if (each.flat().length <= rows) return each.flat();
  const shown: string[] = [];
  let count = 0;
  for (const lines of each) {
    // Those that have landed are counted before anybody else is.
    const isLanded = groupOf((blocks[count] as Block).report) === 'landed';
    if (isLanded || shown.length + lines.length > rows - 1) break;
    shown.push(...lines);
    count++;
  }
  const more = countsOf(blocks.slice(count).map(({ report }) => report));
  return [...shown, cut(`and ${blocks.length - count} more: ${more}`, columns)];
}

function whyLines({ reason, code }: PhoneReport, columns: number): string[] {
  if (reason === null) return [];
  return wrapped(`${printable(reason)}${code === null ? '' : ` [${code}]`}`, columns, INDENT);
}

function adviceLines({ advice }: PhoneReport, columns: number): string[] {
  return advice === null ? [] : wrapped(`What to do: ${printable(advice)}`, columns, INDENT);
}

function wrapped(text: string, columns: number, indent: string): string[] {
  return `${indent}${wrapText(text, columns - indent.length, indent)}`.split('\n').map((line) => cut(line, columns));
}

function groupOf({ state, waits }: PhoneReport): Group {
  if (state === 'held' || state === 'landed') return state;
  if (state === 'waiting' || waits !== null) return 'waiting';
  return ['bystander', 'released', 'cancelled'].includes(state) ? 'not on the list' : 'under way';
}

/** `2 held, 10 under way, 6 waiting, 12 landed`. */
function countsOf(reports: readonly PhoneReport[]): string {
  return GROUPS.flatMap((group) => {
    const count = reports.filter((report) => groupOf(report) === group).length;
    return count === 0 ? [] : [`${count} ${group}`];
  }).join(', ');
}
