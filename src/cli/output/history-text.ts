import type { RecordRow } from '../../core/history/merge-rows.ts';
import { csvRecord } from './csv.ts';
import { describeEvent, meaningOfEvent } from './event-text.ts';
import { type Look, PLAIN } from './fit-text.ts';
import { clockText, dateText, printable, wrapText } from './printable.ts';

/** Columns of `history --csv`, in order; new ones are only ever added at the end. */
const COLUMNS = [
  'at',
  'mac',
  'event',
  'state',
  'previous',
  'hop',
  'hops',
  'load',
  'target',
  'file',
  'bytes',
  'size',
  'peer',
  'tookMs',
  'finding',
  'reason',
  'code',
  'advice',
  'witnesses',
  'road',
  'sha1',
  'from',
  'batch',
] as const;

export function historyCsvHeader(): string {
  return csvRecord(COLUMNS);
}

/** One row as RFC 4180; lists are joined by `; `, what the row lacks is empty. */
export function historyCsvRecord(row: RecordRow): string {
  return csvRecord(
    COLUMNS.map((column) => {
      if (column === 'at') return new Date(row.at).toISOString();
      const value = (row as Partial<Record<typeof column, unknown>>)[column];
      if (value === undefined) return null;
      if (typeof value === 'number') return value;
      return Array.isArray(value) ? value.join('; ') : String(value);
    }),
  );
}

/** Names a row's phone; null leaves the name out. */
export type RowName = (row: RecordRow) => string | null;

/** Whether a row tells the road and how it ended, and not what was asked and sent on the way. */
export function isOfRoad(row: RecordRow): boolean {
  return mark(row) !== ' ' || ROAD_ROWS.has(row.event);
}

const ROAD_ROWS: ReadonlySet<string> = new Set(['phone.enrolled', 'phone.released', 'batch.resumed']);

/** What the marks of a timeline mean. */
export const LEGEND = '> goes on   * done   ! needs a hand   (no mark: what was asked, sent and found out)';

/**
 * Rows as a timeline for people, a line each, in local time. The date stands above the first row of each day; rows that
 * moved the phone are marked, so that the road can be read down the margin.
 */
export function* historyTimeline(rows: Iterable<RecordRow>, nameOf: RowName, look: Look = PLAIN): Iterable<string> {
  const textOf = timeline(nameOf, look);
  for (const row of rows) yield textOf(row);
}

/** The same, one row after the other. */
export function timeline(nameOf: RowName, look: Look = PLAIN): (row: RecordRow) => string {
  let day = '';
  return (row) => {
    const date = dateText(row.at);
    const head = date === day ? '' : `${day === '' ? '' : '\n'}${date}\n`;
    day = date;
    const name = nameOf(row);
    const who = name === null ? '' : `${printable(name)}  `;
    const text = `${describeEvent(row)}${row.event === 'file.requested' && row.peer ? `  (from ${printable(row.peer)})` : ''}`;
    const now = meaningOfEvent(row);
    // What is over can be unplugged.
    const meaning = now === 'do not unplug' ? 'working' : now;
    const lines = wrapText(`${who}${text}`, (look.columns ?? Number.POSITIVE_INFINITY) - INDENT.length).split('\n');
    const shown = lines.map((line) => (meaning === null ? line : look.paint(meaning, line))).join(`\n${INDENT}`);
    return `${head}${look.paint('beside the point', clockText(row.at))} ${mark(row)} ${shown}\n`;
  };
}

/** As wide as a row's time and its mark. */
const INDENT = ' '.repeat('00:00:00 > '.length);

function mark(row: RecordRow): string {
  switch (row.event) {
    case 'phone.landed':
    case 'batch.finished':
      return '*';
    case 'phone.held':
    case 'batch.paused':
      return '!';
    case 'phone.state':
    case 'phone.planned':
      return '>';
    default:
      return ' ';
  }
}
