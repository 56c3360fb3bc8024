import type { PhoneReport } from '../../app/told/phone-line.ts';
import { spanText } from '../../core/text/amounts.ts';
import { percentOf } from './event-text.ts';
import type { Meaning, Paint } from './paint.ts';
import { cut, cutInside, padTo, printable, widthOf } from './printable.ts';
import { meaningOfShown, shownState, usualOf } from './shown-state.ts';

/** One way to show one thing about a phone. */
interface Cell {
  readonly heading: string;
  readonly of: (report: PhoneReport) => string;
}

/** The columns that fit, left to right. */
export interface Layout {
  readonly columns: readonly Cell[];
  readonly gap: number;
}

const BAR_CELLS = 8;
/** Below this, columns are separated by one blank and times are as short as they can be. */
const NARROW = 60;
/** Fewer cells than these hold no advice worth reading. */
const LEAST_ADVICE = 24;

const LABEL = (most: number): Cell => ({ heading: 'LABEL', of: ({ label }) => cut(printable(label ?? '-'), most) });
const WHO: Cell = { heading: 'PHONE', of: ({ label, mac }) => cut(printable(label ?? mac), 12) };
/** Labels may be equal: the end of the MAC tells phones apart. */
const WHO_EXACTLY: Cell = {
  heading: 'PHONE',
  of: ({ label, mac }) => (label === null ? mac : `${cut(printable(label), 12)} …${mac.slice(-4)}`),
};
const MAC: Cell = { heading: 'MAC', of: ({ mac }) => mac };
const MODEL: Cell = { heading: 'MODEL', of: ({ model }) => model ?? '-' };
const ROAD = (most: number): Cell => ({
  heading: 'FROM -> TARGET',
  of: ({ start, target, isEnrolled }) =>
    isEnrolled ? `${cut(printable(start ?? '?'), most)} -> ${target ?? '-'}` : '-',
});
const TARGET: Cell = { heading: 'TARGET', of: ({ target }) => cut(target ?? '-', 13) };
const HOP: Cell = { heading: 'HOP', of: ({ hop, hops }) => (hops === 0 ? '-' : `${hop}/${hops}`) };
const FILE: Cell = { heading: 'FILE', of: ({ file }) => (file === null ? '-' : cut(printable(file), 20)) };
const PERCENT: Cell = {
  heading: 'SENT',
  of: ({ bytes, size }) => (bytes === null || size === null ? '-' : `${percentOf(bytes, size)} %`),
};
const BAR: Cell = { heading: 'SENT', of: (report) => barCell(report) };
const SHORT_TIME: Cell = {
  heading: 'TIME',
  // `45s`, `9m`, `2h`, `9d`: forty columns have no room for more.
  of: ({ inStateMs }) => (inStateMs === null ? '-' : spanText(inStateMs).replace(/^(\d+) ([a-z]).*$/, '$1$2')),
};
const TIME: Cell = { heading: 'TIME', of: (report) => timeCell(report) };
const STATE: Cell = { heading: 'STATE', of: shownState };
/** The ports of one switch differ at their end. */
const PORT: Cell = { heading: 'PORT', of: ({ port }) => cutInside(printable(port ?? '-'), 12) };
const ADVICE: Cell = { heading: 'ADVICE', of: (report) => printable(report.waits ?? adviceOf(report)) };

/** Advice for phones that need a hand has lines of its own. */
function adviceOf({ state, needs, advice }: PhoneReport): string {
  return state === 'held' || needs !== undefined ? '' : (advice ?? '');
}

/** From what a 40-column terminal holds to everything: the last one that fits is drawn. */
const STEPS: readonly (readonly Cell[])[] = [
  [WHO, HOP, PERCENT, STATE],
  [WHO, HOP, PERCENT, SHORT_TIME, STATE],
  [WHO, HOP, PERCENT, TIME, STATE],
  [WHO, HOP, BAR, TIME, STATE],
  [WHO_EXACTLY, HOP, BAR, TIME, STATE],
  [WHO_EXACTLY, TARGET, HOP, BAR, TIME, STATE],
  [WHO_EXACTLY, PORT, HOP, PERCENT, TIME, STATE],
  [WHO_EXACTLY, PORT, HOP, BAR, TIME, STATE],
  [WHO_EXACTLY, PORT, TARGET, HOP, BAR, TIME, STATE],
  [WHO_EXACTLY, PORT, ROAD(16), HOP, BAR, TIME, STATE],
  [LABEL(12), MAC, PORT, ROAD(16), HOP, BAR, TIME, STATE],
  [LABEL(12), MAC, PORT, MODEL, ROAD(16), HOP, BAR, TIME, STATE],
  [LABEL(16), MAC, PORT, MODEL, ROAD(16), HOP, FILE, BAR, TIME, STATE],
  [LABEL(24), MAC, PORT, MODEL, ROAD(24), HOP, FILE, BAR, TIME, STATE],
];

/** The columns for a width, the most important first: who, state, hop, how much was sent, time; then the road and the rest. */
export function layoutFor(reports: readonly PhoneReport[], width: number): Layout {
  const gap = width < NARROW ? 1 : 2;
  const fits = (columns: readonly Cell[]) => tableWidth(columns, reports, gap) <= width;
  // Most lists say nothing of ports.
  const hasPorts = reports.some(({ port }) => port !== undefined);
  const steps = hasPorts
    ? STEPS
    : STEPS.filter((columns) => !isForPorts(columns)).map((columns) => columns.filter((column) => column !== PORT));
  const columns = steps.findLast(fits) ?? STEPS[0] ?? [];
  const room = width - tableWidth(columns, reports, gap) - gap;
  const isWhole = columns.includes(FILE);
  return { columns: isWhole && room >= LEAST_ADVICE ? [...columns, ADVICE] : columns, gap };
}

/** Whether the columns leave out the target, so that there is room for the port: most lists have one target. */
function isForPorts(columns: readonly Cell[]): boolean {
  return (
    columns.includes(PORT) &&
    !columns.includes(TARGET) &&
    columns[0] === WHO_EXACTLY &&
    !columns.some(({ heading }) => heading.startsWith('FROM'))
  );
}

function tableWidth(columns: readonly Cell[], reports: readonly PhoneReport[], gap: number): number {
  return columns.map((column) => cellsOf(column, reports)).reduce((sum, one) => sum + gap + one, -gap);
}

/** What comes and goes while a table is watched has its room from the beginning, so that the columns do not jump. */
const LEAST_CELLS = new Map([
  [BAR, BAR_CELLS + 8],
  [PERCENT, 5],
  [SHORT_TIME, 4],
  [FILE, 'P0S3-08-11-00.sb2'.length],
  [TIME, '9 min of 9 min'.length],
  [STATE, 'downloading'.length],
]);

function cellsOf(column: Cell, reports: readonly PhoneReport[]): number {
  const least = Math.max(LEAST_CELLS.get(column) ?? 0, column.heading.length);
  return reports.reduce((most, report) => Math.max(most, widthOf(column.of(report))), least);
}

/** The table's headings and a line a phone, none wider than the width. */
export function tableLines(
  reports: readonly PhoneReport[],
  { columns, gap }: Layout,
  width: number,
  paint: Paint = (_, text) => text,
): { readonly head: string; readonly lines: readonly string[] } {
  const widths = columns.map((column) => cellsOf(column, reports));
  const line = (cells: readonly string[], meaning: Meaning | null = null) => {
    const whole = cells.map((cell, i) => padTo(cell, widths[i] ?? 0));
    const before = whole.slice(0, -1).reduce((sum, cell) => sum + widthOf(cell) + gap, 0);
    if (before >= width) return cut(whole.join(' '.repeat(gap)), width).trimEnd();
    const padded = [...whole.slice(0, -1), cut(cells.at(-1) ?? '', width - before)];
    const coloured = padded.map((cell, i) =>
      meaning !== null && columns[i] === STATE ? painted(cell, meaning) : cell,
    );
    return coloured.join(' '.repeat(gap)).trimEnd();
  };
  const painted = (cell: string, meaning: Meaning) => {
    const word = cell.trimEnd();
    return paint(meaning, word) + cell.slice(word.length);
  };
  return {
    head: paint('beside the point', line(columns.map(({ heading }) => heading))),
    lines: reports.map((report) =>
      line(
        columns.map((column) => column.of(report)),
        meaningOf(report),
      ),
    ),
  };
}

/** One that waits for others does nothing. */
function meaningOf(report: PhoneReport): Meaning | null {
  return report.waits === null ? meaningOfShown(shownState(report)) : null;
}

/** `[####----]  52 %` of the file under way; `-` where none is, or nothing of it was told yet. */
export function barCell({ bytes, size }: Pick<PhoneReport, 'bytes' | 'size'>): string {
  if (bytes === null || size === null) return '-';
  const percent = percentOf(bytes, size);
  const filled = Math.floor((BAR_CELLS * percent) / 100);
  return `[${'#'.repeat(filled)}${'-'.repeat(BAR_CELLS - filled)}] ${String(percent).padStart(3)} %`;
}

/** Time in the step; against the usual time, `20 s of 8 s` or `1 min of 2 min`, since seconds of a median say nothing. */
function timeCell(report: PhoneReport): string {
  const { inStateMs } = report;
  if (inStateMs === null) return '-';
  const usual = usualOf(report);
  return usual === null ? spanText(inStateMs) : `${wholeSpan(inStateMs)} of ${wholeSpan(usual)}`;
}

function wholeSpan(ms: number): string {
  return spanText(ms).replace(/(\d+ min) \d+ s$/, '$1');
}
