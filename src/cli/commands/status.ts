import { systemClock } from '../../adapters/system-clock.ts';
import type { BatchPause } from '../../app/batch/batch-status.ts';
import { every } from '../../app/time/every.ts';
import { shownPhones } from '../../app/told/phone-line.ts';
import type { Looked } from '../bench/bench.ts';
import { withLooking } from '../bench/open-looking.ts';
import type { CommandContext, CommandSpec } from '../command.ts';
import { INTERRUPTED } from '../io.ts';
import { pauseText } from '../output/batch-pause.ts';
import { BELL, Bell } from '../output/bell.ts';
import { lookOn, writeText } from '../output/fit-text.ts';
import { FullScreen } from '../output/full-screen.ts';
import { liveOut } from '../output/live-out.ts';
import { paintFor } from '../output/paint.ts';
import { reportDetails, reportLine, reportSentence, reportTable } from '../output/phone-table.ts';
import { clockText } from '../output/printable.ts';
import { watchScreen } from '../output/watch-table.ts';
import { SERVER_HELP, SERVER_KEYS } from '../there/server-place.ts';
import { whichOf } from './which-phones.ts';

const HELP = { ...SERVER_HELP, batch: 'only the phones of this batch' };

/** `loadstep status`: where every phone is. */
export const STATUS: CommandSpec = {
  name: 'status',
  summary: 'show where every phone is',
  settings: ['mac', 'batch', ...SERVER_KEYS],
  settingHelp: HELP,
  examples: [
    'loadstep status',
    'loadstep status --mac 0018B9C0FFEE',
    'loadstep status --batch "pallet 7"',
    'loadstep status --json',
    'loadstep status --server http://192.168.1.5:6980',
  ],
  run: status,
};

/** `loadstep watch`: the same, again and again. */
export const WATCH: CommandSpec = {
  name: 'watch',
  summary: 'show where every phone is, until interrupted',
  description:
    'Shows where every phone is, until interrupted. On a terminal the table is redrawn every second, with the columns ' +
    'that fit its width and held phones first; in a pipe, and with --json, a line is printed whenever something changes.',
  settings: ['mac', 'batch', 'bell', ...SERVER_KEYS],
  settingHelp: HELP,
  examples: [
    'loadstep watch',
    'loadstep watch --batch "pallet 7" --bell',
    'loadstep watch --mac 0018B9C0FFEE',
    'loadstep watch --json',
  ],
  run: watch,
};

const REFRESH_MS = 1000;

async function status(context: CommandContext): Promise<number> {
  const { settings, io } = context;
  const [which, isOne] = [whichOf(settings), settings.has('mac')];
  const { reports, pause, batches, nameless, unserved, now } = await withLooking(context, (bench) => bench.look(which));
  const [first] = reports;
  if (settings.isOn('json')) {
    for (const report of reports) io.stdout.write(reportLine(report));
    return 0;
  }
  if (pause !== null) writeText(io.stdout, `${pauseText(pause, now, batches)}\n\n`);
  const style = lookOn(io.stdout);
  io.stdout.write(
    isOne && first !== undefined ? reportDetails(first, now, style) : reportTable(reports, now, nameless, style),
  );
  if (unserved !== null) writeText(io.stdout, `\n${unserved}\n`);
  return 0;
}

async function watch(context: CommandContext): Promise<number> {
  const { settings, io } = context;
  const which = whichOf(settings);
  const isJson = settings.isOn('json');
  const out = liveOut(io.stdout, (lines) => io.stderr.write(`loadstep: ${lines} lines were lost: nobody read them\n`));
  return withLooking(context, async (bench) => {
    const screen = out.canDraw && !isJson ? new FullScreen(out) : null;
    const forget = io.onEnd(() => screen?.close());
    const [paint, bell, isRinging] = [paintFor(out), new Bell(), settings.isOn('bell')];
    const news = isJson ? null : pauseNews((text) => out.write(text));
    const shown = new Map<string, string>();
    const draw = ({ reports: all, pause, batches, atOnce, nameless, unserved, now }: Looked, isNew: boolean) => {
      const reports = isJson ? all : shownPhones(all).shown;
      if (screen !== null) {
        // The last cell of a row stays empty: terminals differ in where they stand after it.
        if (isNew && isRinging && bell.isDue(all, pause)) out.write(BELL);
        screen.draw(
          watchScreen(
            { reports, pause, batches, now, atOnce, nameless, paint, unserved },
            { columns: out.columns() - 1, rows: out.rows() },
          ),
        );
        return;
      }
      news?.(pause, now, batches);
      for (const report of reports) {
        const sentence = reportSentence(report);
        const key = `${sentence} ${report.paused?.since ?? ''}`;
        if (shown.get(report.mac) === key) continue;
        const isOther = !shown.get(report.mac)?.startsWith(`${sentence} `);
        shown.set(report.mac, key);
        if (isJson) out.write(reportLine(report));
        else if (isOther) out.write(`${clockText(now)}  ${sentence}\n`);
      }
    };
    try {
      const first = await bench.look(which);
      draw(first, true);
      await untilStopped(io, first, () => bench.look(which), draw);
    } finally {
      screen?.close();
      forget();
    }
    return out.isClosed() ? 0 : INTERRUPTED;
  });
}

/** Says in a pipe that the batch is paused or goes on, when that changes. */
function pauseNews(write: (text: string) => void) {
  let was: BatchPause | null = null;
  return (pause: BatchPause | null, now: number, batches: number) => {
    if (pause !== null && pause.since !== was?.since) write(`${clockText(now)}  ${pauseText(pause, now, batches)}\n`);
    if (pause === null && was !== null) write(`${clockText(now)}  The batch goes on.\n`);
    was = pause;
  };
}

/** Looks and draws every second, and draws when the terminal changes its size, until somebody ends it or the reader is gone. */
function untilStopped(
  io: CommandContext['io'],
  first: Looked,
  look: () => Promise<Looked>,
  draw: (looked: Looked, isNew: boolean) => void,
): Promise<void> {
  return new Promise<void>((resolve, reject) => {
    const undo: (() => void)[] = [];
    let isOver = false;
    let last = first;
    let isLooking = false;
    const end = (error?: unknown) => {
      isOver = true;
      for (const step of undo.splice(0)) step();
      if (error === undefined) resolve();
      else reject(error);
    };
    const attempt = (work: () => void) => {
      try {
        if (!isOver) work();
      } catch (error) {
        end(error);
      }
    };
    const lookAgain = () => {
      if (io.stdout.isClosed()) return end();
      // A server far away may take longer than a second.
      if (isLooking) return;
      isLooking = true;
      look().then((looked) => {
        isLooking = false;
        last = looked;
        attempt(() => draw(looked, true));
      }, end);
    };
    undo.push(
      every(systemClock(), REFRESH_MS, lookAgain, end),
      io.onStop(() => end()),
      io.stdout.onResize(() => attempt(() => draw(last, false))),
    );
  });
}
