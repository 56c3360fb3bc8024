import { spanText } from '../durations.ts';
import type { PhoneReport } from '../phone-report.ts';
import { percentOf } from './event-text.ts';
import { cut, printable } from './printable.ts';
import { table } from './table.ts';

const HEADINGS = ['LABEL', 'MAC', 'MODEL', 'FROM -> TARGET', 'HOP', 'FILE', 'SENT', 'TIME', 'STATE', 'ADVICE'];
const BAR_CELLS = 8;
const MOST_LABEL = 12;
const MOST_FROM = 16;
const MOST_FILE = 20;

/** All phones as `watch` draws them: a line each, no wider than the terminal; what does not fit of the advice is cut. */
export function watchTable(reports: readonly PhoneReport[], columns: number): string {
  if (reports.length === 0) return 'No phones yet: "loadstep enroll" puts one on the list.\n';
  return table(HEADINGS, reports.map(cells))
    .split('\n')
    .map((line) => cut(line, columns))
    .join('\n');
}

function cells(report: PhoneReport): string[] {
  const { label, mac, model, from, target, hop, hops, file, state, advice, waits, isEnrolled } = report;
  const road = `${cut(printable(from ?? '?'), MOST_FROM)} -> ${target ?? '-'}`;
  return [
    cut(printable(label ?? '-'), MOST_LABEL),
    mac,
    model ?? '-',
    isEnrolled ? road : '-',
    hops === 0 ? '-' : `${hop}/${hops}`,
    file === null ? '-' : cut(printable(file), MOST_FILE),
    barCell(report),
    timeCell(report),
    state,
    printable(waits ?? advice ?? ''),
  ];
}

/** `[####----]  52 %` of the file under way; `-` where none is, or nothing of it was told yet. */
export function barCell({ bytes, size }: Pick<PhoneReport, 'bytes' | 'size'>): string {
  if (bytes === null || size === null) return '-';
  const percent = percentOf(bytes, size);
  const filled = Math.floor((BAR_CELLS * percent) / 100);
  return `[${'#'.repeat(filled)}${'-'.repeat(BAR_CELLS - filled)}] ${String(percent).padStart(3)} %`;
}

const SETTLED = new Set(['landed', 'held', 'cancelled', 'waiting', 'released', 'bystander']);

/** Time in the step against the usual time, `20 s of 8 s`. */
function timeCell({ inStateMs, usualMs, state }: PhoneReport): string {
  if (inStateMs === null) return '-';
  return `${spanText(inStateMs)}${usualMs === null || SETTLED.has(state) ? '' : ` of ${spanText(usualMs)}`}`;
}
