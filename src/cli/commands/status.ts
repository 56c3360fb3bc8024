import { systemClock } from '../../adapters/system-clock.ts';
import { AppError } from '../../core/errors.ts';
import type { CommandContext, CommandSpec } from '../command.ts';
import { every } from '../follow.ts';
import { INTERRUPTED } from '../io.ts';
import { clockText } from '../output/printable.ts';
import { watchTable } from '../output/watch-table.ts';
import { reportDetails, reportLine, reportPhones, reportSentence, reportTable } from '../phone-report.ts';
import { oneMac } from '../values.ts';
import { withDatabase } from '../wiring.ts';

/** `loadstep status`: where every phone is. */
export const STATUS: CommandSpec = {
  name: 'status',
  summary: 'show where every phone is',
  settings: ['mac'],
  examples: ['loadstep status', 'loadstep status --mac 0018B9C0FFEE', 'loadstep status --json'],
  run: status,
};

/** `loadstep watch`: the same, again and again. */
export const WATCH: CommandSpec = {
  name: 'watch',
  summary: 'show where every phone is, until interrupted',
  description:
    'Shows where every phone is, until interrupted. On a terminal the table is drawn again every second; in a pipe, and ' +
    'with --json, a line is printed whenever something changes.',
  settings: ['mac'],
  examples: ['loadstep watch', 'loadstep watch --mac 0018B9C0FFEE', 'loadstep watch --json'],
  run: watch,
};

/** Home, and erase all that is below: the table is drawn over itself. */
const REDRAW = '\u001b[H\u001b[J';
const REFRESH_MS = 1000;

async function status({ settings, io }: CommandContext): Promise<number> {
  const mac = oneMac(settings);
  const now = Date.now();
  const reports = await withDatabase(settings, io, 'reader', (store) => reportPhones(store, mac, now));
  const [first] = reports;
  if (mac !== null && first === undefined) {
    throw new AppError('E_BAD_USAGE', `nothing is known of ${mac}; "loadstep status" shows all phones`);
  }
  if (settings.isOn('json')) for (const report of reports) io.stdout.write(reportLine(report));
  else if (mac !== null && first !== undefined) io.stdout.write(reportDetails(first, now));
  else io.stdout.write(reportTable(reports, now));
  return 0;
}

async function watch({ settings, io }: CommandContext): Promise<number> {
  const mac = oneMac(settings);
  const isJson = settings.isOn('json');
  return withDatabase(settings, io, 'reader', async (store) => {
    const shown = new Map<string, string>();
    const draw = () => {
      const now = Date.now();
      const reports = reportPhones(store, mac, now);
      if (io.stdout.isTerminal && !isJson) {
        io.stdout.write(`${REDRAW}${clockText(now)}  (Ctrl-C ends)\n\n${watchTable(reports, io.stdout.columns())}`);
        return;
      }
      for (const report of reports) {
        const sentence = reportSentence(report);
        if (shown.get(report.mac) === sentence) continue;
        shown.set(report.mac, sentence);
        io.stdout.write(isJson ? reportLine(report) : `${clockText(now)}  ${sentence}\n`);
      }
    };
    draw();
    await new Promise<void>((resolve) => {
      const stop = every(systemClock(), REFRESH_MS, () => {
        if (io.stdout.isClosed()) return end();
        draw();
      });
      const forget = io.onStop(() => end());
      const end = () => {
        stop();
        forget();
        resolve();
      };
    });
    return io.stdout.isClosed() ? 0 : INTERRUPTED;
  });
}
