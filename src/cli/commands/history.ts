import { eventLine } from '../../app/told/event-json.ts';
import { AppError } from '../../core/errors.ts';
import type { RecordRow } from '../../core/history/merge-rows.ts';
import { withReading } from '../bench/open-reading.ts';
import type { CommandContext, CommandSpec } from '../command.ts';
import type { TextOut } from '../io.ts';
import { fitText, lookOn } from '../output/fit-text.ts';
import { historyCsvHeader, historyCsvRecord, isOfRoad, LEGEND, timeline } from '../output/history-text.ts';
import { parseMoment } from '../settings/durations.ts';
import { oneMac } from '../settings/values.ts';
import { SERVER_HELP, SERVER_KEYS } from '../there/server-place.ts';

/** `loadstep history`: the record. */
export const HISTORY: CommandSpec = {
  name: 'history',
  summary: 'show what every phone asked for and got, what became of it, and why',
  description:
    'Shows the record: what phones asked for, what they were given, what was found out, every change of state and why. ' +
    'Nothing is ever removed from it.',
  settings: ['mac', 'since', 'csv', 'short', ...SERVER_KEYS],
  settingHelp: SERVER_HELP,
  examples: [
    'loadstep history --mac 0018B9C0FFEE',
    'loadstep history --mac 0018B9C0FFEE --short',
    'loadstep history --since 2h --json',
    'loadstep history --since 2026-11-20T18:00 --csv > night.csv',
  ],
  run: history,
};

async function history(context: CommandContext): Promise<number> {
  const { settings, io } = context;
  const mac = oneMac(settings);
  const since = settings.read('since', (text) => parseMoment(text, Date.now()));
  const [isCsv, isJson] = [settings.isOn('csv'), settings.isOn('json')];
  if (isCsv && isJson) throw new AppError('E_BAD_USAGE', '--csv and --json exclude each other; give one of them');
  const isShort = settings.isOn('short');
  if (isShort && (isCsv || isJson)) {
    throw new AppError('E_BAD_USAGE', '--short is for people; without it --csv and --json have a row for everything');
  }
  return withReading(context, { mac, since }, async ({ names, rows }) => {
    if (isCsv) io.stdout.write(historyCsvHeader());
    let isEmpty = true;
    const nameIn = (row: RecordRow) => (mac !== null || row.mac === undefined ? null : (names.get(row.mac) ?? row.mac));
    const textOf = isCsv ? historyCsvRecord : isJson ? eventLine : timeline(nameIn, lookOn(io.stdout));
    for await (const row of rows) {
      if (io.stdout.isClosed()) break;
      if (isShort && !isOfRoad(row)) continue;
      if (isEmpty && !isCsv && !isJson && io.stdout.canDraw) io.stdout.write(legendOn(io.stdout));
      isEmpty = false;
      io.stdout.write(textOf(row));
    }
    if (isEmpty && !isCsv && !isJson) io.stdout.write('There is nothing in the record about that yet.\n');
    return 0;
  });
}

/** What the marks mean, for a person at a terminal. */
function legendOn(out: TextOut): string {
  const { columns, paint } = lookOn(out);
  return `${paint('beside the point', fitText(LEGEND, columns ?? LEGEND.length))}\n\n`;
}
