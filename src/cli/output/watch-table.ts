import type { BatchPause } from '../../app/batch/batch-status.ts';
import { type BatchLeft, batchLeftMs } from '../../app/told/batch-left.ts';
import type { PhoneReport } from '../../app/told/phone-line.ts';
import { nearIn } from '../../core/explain/mistyped.ts';
import { countText, spanText } from '../../core/text/amounts.ts';
import { joined } from '../../core/text/joined.ts';
import { pauseText } from './batch-pause.ts';
import type { Paint } from './paint.ts';
import { clockText, cut, firstFitting, printable, widthOf, wrapText } from './printable.ts';
import { layoutFor, tableLines } from './watch-layout.ts';

/** A terminal as it is now. */
export interface Room {
  readonly columns: number;
  readonly rows: number;
}

export interface WatchView {
  readonly reports: readonly PhoneReport[];
  readonly pause: BatchPause | null;
  /** How many batches the record has, all of which a pause stops. */
  readonly batches?: number;
  readonly now: number;
  /** Most phones that may be in hops at a time; null is as many as come. */
  readonly atOnce?: number | null;
  /** Phones of which only the address is known, a sentence each. */
  readonly nameless?: readonly string[];
  readonly paint?: Paint;
  /** That phones which are to get on are not answered, in words; null or absent where they are. */
  readonly unserved?: string | null;
}

/** In this order they are drawn: who needs a hand first, who is done last. */
const GROUPS = ['held', 'needs a hand', 'under way', 'waiting', 'landed', 'not on the list'] as const;
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
export function watchScreen(
  {
    reports,
    pause,
    batches = 1,
    now,
    atOnce = null,
    nameless = [],
    paint = (_, text) => text,
    unserved = null,
  }: WatchView,
  { columns, rows }: Room,
): string[] {
  const head = [titleLine(reports, now, columns)];
  if (unserved !== null) head.push(...wrapped(unserved, columns, '').map((line) => paint('needs a hand', line)));
  if (pause !== null) {
    const lines = wrapped(pauseText(pause, now, batches), columns, '').slice(0, MOST_PAUSE_LINES);
    head.push(...lines.map((line) => paint('needs a hand', line)));
  }
  head.push(...mistypedLines(reports, columns).map((line) => paint('needs a hand', line)));
  head.push(...namelessLines(nameless, columns).map((line) => paint('needs a hand', line)));
  if (rows >= ROOMY)
    head.push(wholeLine(reports, pause === null ? batchLeftMs(reports, atOnce) : null, columns, paint));
  if (reports.length === 0) {
    return [...head, ...wrapped('No phones yet: "loadstep enroll" puts one on the list.', columns, '')].slice(0, rows);
  }
  const sorted = GROUPS.flatMap((group) => reports.filter((report) => groupOf(report) === group));
  const table = tableLines(sorted, layoutFor(reports, columns), columns, paint);
  head.push(table.head);
  const room = Math.max(1, rows - head.length);
  return [...head, ...body(sorted, table.lines, columns, room)].slice(0, Math.max(1, rows));
}

/** That a phone asks which is on no list, and which of the list it seems to be; of several how many there are. */
function mistypedLines(reports: readonly PhoneReport[], columns: number): string[] {
  const found = reports.filter(({ seems }) => seems !== undefined);
  const [{ seems, label, mac } = {}] = found;
  if (seems === undefined || mac === undefined) return [];
  const { asWell = [], address } = seems;
  const one = label == null ? mac : `${printable(label)} (${mac})`;
  const who = joined([one, ...asWell], 'and');
  const all = nearIn(seems);
  const left = found.filter(({ mac: other }) => other !== mac && !asWell.includes(other)).length;
  const more = left === 0 ? '' : `; ${left} more such`;
  const does =
    all.length > 1
      ? address === undefined
        ? 'ask and are'
        : 'have addresses here and are'
      : address === undefined
        ? 'asks and is'
        : `has an address here (${address}) and is`;
  const names = joined(
    all.map((near) => near.mac),
    'and',
  );
  const text = `${names} ${does} not on the list; ${seems.how} from ${who}, which never asked${more}. loadstep status has the commands.`;
  return wrapped(text, columns, '');
}

const MOST_NAMELESS_LINES = 3;

/** That somebody asks whom nobody can name; of several the first, and how many more there are. */
function namelessLines([first, ...more]: readonly string[], columns: number): string[] {
  if (first === undefined) return [];
  const end = more.length === 0 ? '' : ` (${more.length} more such: loadstep status)`;
  return withDots(wrapped(printable(first), columns, ''), MOST_NAMELESS_LINES, columns, end);
}

/** The time, how many phones there are and how they stand, and how it ends: as much of it as fits, the counts last to go. */
function titleLine(reports: readonly PhoneReport[], now: number, columns: number): string {
  const [total, counts] = [countText(reports.length, 'phone'), countsOf(reports)];
  const clock = clockText(now);
  const full = `${clock}  ${counts === '' ? total : `${total}: ${counts}`}`;
  const end = '  Ctrl-C ends';
  if (full.length + end.length <= columns) return full.padEnd(columns - end.length) + end;
  const listed = reports.filter((report) => groupOf(report) !== 'not on the list');
  return firstFitting(
    [full, `${clock}  ${counts}`, counts, countsOf(reports, SHORT), countsOf(listed, SHORT)],
    columns,
  );
}

const WHOLE_CELLS = 20;

/** How much of all of it is done: `[########------------]  32 of 48 landed, about 11 min left`; empty below two phones. */
function wholeLine(reports: readonly PhoneReport[], left: BatchLeft | null, columns: number, paint: Paint): string {
  const listed = reports.filter(({ isEnrolled }) => isEnrolled);
  if (listed.length < 2) return '';
  const landed = listed.filter(({ state }) => state === 'landed').length;
  const filled = Math.floor((WHOLE_CELLS * landed) / listed.length);
  const bar = `[${'#'.repeat(filled)}${'-'.repeat(WHOLE_CELLS - filled)}]`;
  const done = `${landed} of ${listed.length} landed`;
  const about = left === null ? '' : `, about ${spanText(left.ms)} left`;
  const whom = left === null || left.away === 0 ? '' : ` for the ${left.phones} under way`;
  const text = firstFitting(
    [`${bar}  ${done}${about}${whom}`, `${bar}  ${done}${about}`, `${done}${about}`, done],
    columns,
  );
  return landed === listed.length ? paint('done', text) : text;
}

/** A line of the body; what is said below a phone belongs to no phone of its own. */
interface Entry {
  readonly line: string;
  readonly report: PhoneReport | null;
}

type Details = (report: PhoneReport, phones: number, columns: number) => string[];

/** How much is said below phones that need a hand, from all of it to nothing. */
const DETAILS: readonly Details[] = [
  (report, phones, columns) => [...whyLines(report, columns), ...adviceLines(report, phones, columns)],
  (report, phones, columns) => [
    ...briefWhy(report, columns),
    ...withDots(adviceLines(report, phones, columns), 2, columns),
  ],
  (report, phones, columns) => briefLines(report, phones, columns),
  (report, phones, columns) => briefLines(report, phones, columns, 2),
  () => [],
];

function body(sorted: readonly PhoneReport[], lines: readonly string[], columns: number, rows: number): string[] {
  const all = sorted.map((report, i): Entry => ({ report, line: lines[i] ?? '' }));
  const rest = all.filter(({ report }) => report === null || !needsHand(report));
  const kinds = kindsOfNeed(all);
  const heldWith = (details: Details): Entry[] =>
    kinds.flatMap((phones) => {
      const first = phones[0]?.report ?? null;
      const below = first === null ? [] : details(phones.length > 1 ? ofItsKind(first) : first, phones.length, columns);
      return [...phones, ...below.map((line) => ({ line, report: null }))];
    });
  // Phones that need a hand may take two thirds of the screen with their advice, as long as phones that are not done want the rest.
  const undone = rest.filter(({ report }) => report !== null && groupOf(report) !== 'landed').length;
  const isDone = undone < rest.length ? 1 : 0;
  const held = DETAILS.map(heldWith).find(
    ({ length }) => length + undone + isDone <= rows || length <= Math.floor((rows * 2) / 3),
  );
  const entries = [...(held ?? heldWith(() => [])), ...rest];
  if (entries.length <= rows) return entries.map(({ line }) => line);
  const end = rows - 1;
  const left = entries.slice(end).flatMap(({ report }) => (report === null ? [] : [report]));
  const more = [`and ${left.length} more: ${countsOf(left)}`, `${left.length} more: ${countsOf(left, SHORT)}`];
  const shown = entries.slice(0, end).map(({ line }) => line);
  // What is said below a phone goes on after the last line that fits.
  const isBroken = entries[end]?.report === null && entries[end - 1]?.report === null;
  return [...(isBroken ? withDots([...shown, ''], end, columns) : shown), firstFitting(more, columns)];
}

/** At most so many lines; the last one ends in dots where others were left out, and in `end` where there is room for it. */
function withDots(lines: readonly string[], most: number, columns: number, end = ''): string[] {
  if (lines.length <= most) return [...lines];
  const last = lines[most - 1] ?? '';
  const room = columns - widthOf(end);
  return [...lines.slice(0, most - 1), room < columns / 2 ? cut(`${last} …`, columns) : cut(`${last} …`, room) + end];
}

/** Phones that need a hand, those together that need the same done for the same reason. */
function kindsOfNeed(all: readonly Entry[]): Entry[][] {
  const kinds = new Map<string, Entry[]>();
  for (const entry of all) {
    if (entry.report === null || !needsHand(entry.report)) continue;
    const { mac, state, code, reason, advice } = entry.report;
    const words = JSON.stringify([state, code, reason, advice]);
    // The name of a file that is the phone's own does not make the reason another one.
    const key = state === 'held' ? words : words.replaceAll(mac, '<MAC>');
    kinds.set(key, [...(kinds.get(key) ?? []), entry]);
  }
  return [...kinds.values()];
}

function whyLines({ reason, code }: PhoneReport, columns: number): string[] {
  if (reason === null) return [];
  return wrapped(`${printable(reason)}${code === null ? '' : ` [${code}]`}`, columns, INDENT);
}

/** In one line, its code at the end. */
function briefWhy(report: PhoneReport, columns: number): string[] {
  const { code } = report;
  const whole = whyLines(report, columns);
  if (whole.length < 2) return whole;
  const end = code === null ? '' : ` [${code}]`;
  const [first = ''] = whyLines({ ...report, code: null }, columns);
  return [cut(`${first} …`, Math.max(1, columns - widthOf(end))) + end];
}

function adviceLines({ advice }: PhoneReport, phones: number, columns: number, end = ''): string[] {
  if (advice === null) return [];
  const who = phones === 1 ? '' : ` (${phones} phones)`;
  return wrapped(`What to do${who}: ${printable(advice)}${end}`, columns, INDENT);
}

/** Without the reason: its code, at the end, leads to it. */
function briefLines(report: PhoneReport, phones: number, columns: number, most = Number.POSITIVE_INFINITY): string[] {
  const code = report.code === null ? '' : ` [${report.code}]`;
  return withDots(adviceLines(report, phones, columns, code), most, columns, code);
}

function wrapped(text: string, columns: number, indent: string): string[] {
  return `${indent}${wrapText(text, columns - indent.length, indent)}`.split('\n').map((line) => cut(line, columns));
}

/** What is said of one phone, so that it is true of others of its kind; a held one's commands are those of its kind already. */
function ofItsKind(report: PhoneReport): PhoneReport {
  const of = (text: string | null) => text?.replaceAll(report.mac, '<MAC>') ?? null;
  return report.state === 'held' ? report : { ...report, reason: of(report.reason), advice: of(report.advice) };
}

/** Whether a person is to come: their lines stand below it. */
function needsHand({ state, needs }: PhoneReport): boolean {
  return state === 'held' || needs !== undefined;
}

function groupOf({ state, waits, needs }: PhoneReport): Group {
  if (state === 'held' || state === 'landed') return state;
  if (needs !== undefined) return 'needs a hand';
  if (state === 'waiting' || waits !== null) return 'waiting';
  return ['bystander', 'released', 'cancelled'].includes(state) ? 'not on the list' : 'under way';
}

/** The same in words that 40 columns hold. */
const SHORT: Readonly<Record<Group, string>> = {
  held: 'held',
  'needs a hand': 'stuck',
  'under way': 'busy',
  waiting: 'wait',
  landed: 'landed',
  'not on the list': 'other',
};

/** `2 held, 10 under way, 6 waiting, 12 landed`. */
function countsOf(reports: readonly PhoneReport[], words: Partial<Record<Group, string>> = {}): string {
  return GROUPS.flatMap((group) => {
    const count = reports.filter((report) => groupOf(report) === group).length;
    const word = words[group] ?? (group === 'needs a hand' && count > 1 ? 'need a hand' : group);
    return count === 0 ? [] : [`${count} ${word}`];
  }).join(', ');
}
