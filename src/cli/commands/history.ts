import type { SqliteStore } from '../../adapters/sqlite/open-store.ts';
import { eventLine } from '../../app/told/event-json.ts';
import { AppError } from '../../core/errors.ts';
import { mergeRows, type RecordRow } from '../../core/history/merge-rows.ts';
import type { HistoryQuery, PhoneRecord } from '../../ports/store.ts';
import type { CommandContext, CommandSpec } from '../command.ts';
import type { TextOut } from '../io.ts';
import { fitText, lookOn } from '../output/fit-text.ts';
import { historyCsvHeader, historyCsvRecord, historyTimeline, LEGEND, onlyRoad } from '../output/history-text.ts';
import { parseMoment } from '../settings/durations.ts';
import { nothingKnownOf, oneMac } from '../settings/values.ts';
import { withDatabase } from '../wiring.ts';

/** `loadstep history`: the record. */
export const HISTORY: CommandSpec = {
  name: 'history',
  summary: 'show what every phone asked for and got, what became of it, and why',
  description:
    'Shows the record: what phones asked for, what they were given, what was found out, every change of state and why. ' +
    'Nothing is ever removed from it.',
  settings: ['mac', 'since', 'csv', 'short'],
  examples: [
    'loadstep history --mac 0018B9C0FFEE',
    'loadstep history --mac 0018B9C0FFEE --short',
    'loadstep history --since 2h --json',
    'loadstep history --since 2026-11-20T18:00 --csv > night.csv',
  ],
  run: history,
};

async function history({ settings, io }: CommandContext): Promise<number> {
  const mac = oneMac(settings);
  const since = settings.read('since', (text) => parseMoment(text, Date.now()));
  const [isCsv, isJson] = [settings.isOn('csv'), settings.isOn('json')];
  if (isCsv && isJson) throw new AppError('E_BAD_USAGE', '--csv and --json exclude each other; give one of them');
  const isShort = settings.isOn('short');
  if (isShort && (isCsv || isJson)) {
    throw new AppError('E_BAD_USAGE', '--short is for people; without it --csv and --json have a row for everything');
  }
  const query = { ...(mac === null ? {} : { mac }), ...(since === null ? {} : { since }) };
  return withDatabase(settings, io, 'reader', (store) => {
    if (mac !== null && store.phone(mac) === null) throw nothingKnownOf(mac);
    if (isCsv) io.stdout.write(historyCsvHeader());
    let isEmpty = true;
    // Read before the rows are: one connection does not answer two questions at once.
    const names = new Map(store.phones().map((phone) => [phone.mac, nameOf(phone)]));
    const all = rowsOf(store, query);
    const rows = isShort ? onlyRoad(all) : all;
    const nameIn = (row: RecordRow) => (mac !== null || row.mac === undefined ? null : (names.get(row.mac) ?? row.mac));
    const lines = isCsv
      ? mapped(rows, historyCsvRecord)
      : isJson
        ? mapped(rows, eventLine)
        : historyTimeline(rows, nameIn, lookOn(io.stdout));
    for (const line of lines) {
      if (io.stdout.isClosed()) break;
      if (isEmpty && !isCsv && !isJson && io.stdout.canDraw) io.stdout.write(legendOn(io.stdout));
      isEmpty = false;
      io.stdout.write(line);
    }
    if (isEmpty && !isCsv && !isJson) io.stdout.write('There is nothing in the record about that yet.\n');
    return 0;
  });
}

/** What is asked for of one phone, or of all of them and the batch. */
function rowsOf(store: SqliteStore, query: HistoryQuery): Iterable<RecordRow> {
  if (query.mac !== undefined) return store.history(query);
  return mergeRows(store.history(query), store.batchHistory(query.since));
}

function* mapped(rows: Iterable<RecordRow>, show: (row: RecordRow) => string): Iterable<string> {
  for (const row of rows) yield show(row);
}

/** What the marks mean, for a person at a terminal. */
function legendOn(out: TextOut): string {
  const { columns, paint } = lookOn(out);
  return `${paint('beside the point', fitText(LEGEND, columns ?? LEGEND.length))}\n\n`;
}

function nameOf({ mac, enrolment }: PhoneRecord): string {
  return enrolment?.label ? `${mac} ${enrolment.label}` : mac;
}
