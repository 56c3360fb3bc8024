import { systemClock } from '../../adapters/system-clock.ts';
import { type BatchPause, pauseOf } from '../../app/batch/batch-status.ts';
import {
  namelessPhones,
  type PhoneReport,
  type ReportStore,
  reportPhones,
  shownPhones,
} from '../../app/told/phone-line.ts';
import type { WallMs } from '../../core/moment.ts';
import type { MacAddress } from '../../core/names/mac-address.ts';
import { factsOf } from '../../core/phone-states.ts';
import type { CommandContext, CommandSpec } from '../command.ts';
import { INTERRUPTED } from '../io.ts';
import { NO_SERVER, pauseText } from '../output/batch-pause.ts';
import { BELL, Bell } from '../output/bell.ts';
import { lookOn, writeText } from '../output/fit-text.ts';
import { FullScreen } from '../output/full-screen.ts';
import { liveOut } from '../output/live-out.ts';
import { paintFor } from '../output/paint.ts';
import { reportDetails, reportLine, reportSentence, reportTable } from '../output/phone-table.ts';
import { clockText } from '../output/printable.ts';
import { watchScreen } from '../output/watch-table.ts';
import { databasePath, nothingKnownOf, oneMac } from '../settings/values.ts';
import { withDatabase } from '../wiring.ts';
import { every } from './follow.ts';
import { type ServerNow, serverNow } from './server-now.ts';

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
    'Shows where every phone is, until interrupted. On a terminal the table is redrawn every second, with the columns ' +
    'that fit its width and held phones first; in a pipe, and with --json, a line is printed whenever something changes.',
  settings: ['mac', 'bell'],
  examples: ['loadstep watch', 'loadstep watch --bell', 'loadstep watch --mac 0018B9C0FFEE', 'loadstep watch --json'],
  run: watch,
};

const REFRESH_MS = 1000;

async function status({ settings, io }: CommandContext): Promise<number> {
  const mac = oneMac(settings);
  const now = Date.now();
  const server = await serverNow(databasePath(settings, io.env));
  const serving = server();
  const { reports, pause, nameless } = await withDatabase(settings, io, 'reader', (store) => ({
    ...look(store, mac, now, serving),
    nameless: namelessPhones(store, now),
  }));
  const [first] = reports;
  if (mac !== null && first === undefined) throw nothingKnownOf(mac);
  if (settings.isOn('json')) {
    for (const report of reports) io.stdout.write(reportLine(report));
    return 0;
  }
  if (pause !== null) writeText(io.stdout, `${pauseText(pause, now)}\n\n`);
  const style = lookOn(io.stdout);
  io.stdout.write(
    mac !== null && first !== undefined ? reportDetails(first, now, style) : reportTable(reports, now, nameless, style),
  );
  if (serving === null && reports.some(isUnderWay)) writeText(io.stdout, `\n${NO_SERVER}\n`);
  return 0;
}

/** Whether somebody waits for this phone to get on. */
function isUnderWay({ isEnrolled, state }: PhoneReport): boolean {
  return isEnrolled && !factsOf(state).over;
}

function look(store: ReportStore, mac: MacAddress | null, now: WallMs, serving: ServerNow | null) {
  const { listensSince, isBeside } = serving ?? { listensSince: null, isBeside: false };
  return {
    reports: reportPhones(store, mac === null ? null : [mac], now, listensSince, isBeside),
    pause: pauseOf(store.batch()),
    atOnce: store.batch().limits.atOnce,
  };
}

async function watch({ settings, io }: CommandContext): Promise<number> {
  const server = await serverNow(databasePath(settings, io.env));
  const mac = oneMac(settings);
  const isJson = settings.isOn('json');
  const out = liveOut(io.stdout, (lines) => io.stderr.write(`loadstep: ${lines} lines were lost: nobody read them\n`));
  return withDatabase(settings, io, 'reader', async (store) => {
    if (mac !== null && store.phone(mac) === null) throw nothingKnownOf(mac);
    const screen = out.canDraw && !isJson ? new FullScreen(out) : null;
    const forget = io.onEnd(() => screen?.close());
    const [paint, bell, isRinging] = [paintFor(out), new Bell(), settings.isOn('bell')];
    const news = isJson ? null : pauseNews((text) => out.write(text));
    const shown = new Map<string, string>();
    const draw = () => {
      const now = Date.now();
      const serving = server();
      const { reports: all, pause, atOnce } = look(store, mac, now, serving);
      const reports = isJson ? all : shownPhones(all).shown;
      if (screen !== null) {
        // The last cell of a row stays empty: terminals differ in where they stand after it.
        if (isRinging && bell.isDue(all, pause)) out.write(BELL);
        screen.draw(
          watchScreen(
            { reports, pause, now, atOnce, paint, isServed: serving !== null || !all.some(isUnderWay) },
            { columns: out.columns() - 1, rows: out.rows() },
          ),
        );
        return;
      }
      news?.(pause, now);
      for (const report of reports) {
        const sentence = reportSentence(report);
        const key = `${sentence} ${report.paused?.since ?? ''}`;
        if (shown.get(report.mac) === key) continue;
        const isNew = !shown.get(report.mac)?.startsWith(`${sentence} `);
        shown.set(report.mac, key);
        if (isJson) out.write(reportLine(report));
        else if (isNew) out.write(`${clockText(now)}  ${sentence}\n`);
      }
    };
    try {
      draw();
      await untilStopped(io, draw);
    } finally {
      screen?.close();
      forget();
    }
    return out.isClosed() ? 0 : INTERRUPTED;
  });
}

/** Says in a pipe that the batch is paused or goes on, when that changes. */
function pauseNews(write: (text: string) => void): (pause: BatchPause | null, now: number) => void {
  let was: BatchPause | null = null;
  return (pause, now) => {
    if (pause !== null && pause.since !== was?.since) write(`${clockText(now)}  ${pauseText(pause, now)}\n`);
    if (pause === null && was !== null) write(`${clockText(now)}  The batch goes on.\n`);
    was = pause;
  };
}

/** Draws every second and when the terminal changes its size, until somebody ends it or the reader is gone. */
function untilStopped(io: CommandContext['io'], draw: () => void): Promise<void> {
  return new Promise<void>((resolve, reject) => {
    const undo: (() => void)[] = [];
    const end = (error?: unknown) => {
      for (const step of undo.splice(0)) step();
      if (error === undefined) resolve();
      else reject(error);
    };
    const redraw = () => {
      try {
        draw();
      } catch (error) {
        end(error);
      }
    };
    undo.push(
      every(systemClock(), REFRESH_MS, () => (io.stdout.isClosed() ? end() : draw()), end),
      io.onStop(() => end()),
      io.stdout.onResize(redraw),
    );
  });
}
