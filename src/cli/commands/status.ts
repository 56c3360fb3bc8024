import { resolve } from 'node:path';
import { systemClock } from '../../adapters/system-clock.ts';
import type { LeasedPhones } from '../../adapters/who/leased-phones.ts';
import { type BatchPause, pauseOf } from '../../app/batch/batch-status.ts';
import { batchesOf } from '../../app/told/batch-report.ts';
import { namelessPhones } from '../../app/told/nameless-phones.ts';
import { type PhoneReport, type ReportStore, reportPhones, shownPhones } from '../../app/told/phone-line.ts';
import type { WallMs } from '../../core/moment.ts';
import { factsOf } from '../../core/phone-states.ts';
import { withPowerPlan } from '../../core/power/power-plan.ts';
import type { CommandContext, CommandSpec } from '../command.ts';
import { INTERRUPTED } from '../io.ts';
import { noServerText, pauseText } from '../output/batch-pause.ts';
import { BELL, Bell } from '../output/bell.ts';
import { lookOn, writeText } from '../output/fit-text.ts';
import { FullScreen } from '../output/full-screen.ts';
import { liveOut } from '../output/live-out.ts';
import { paintFor } from '../output/paint.ts';
import { reportDetails, reportLine, reportSentence, reportTable } from '../output/phone-table.ts';
import { clockText } from '../output/printable.ts';
import { importingInto } from '../output/same-command.ts';
import { watchScreen } from '../output/watch-table.ts';
import { databasePath } from '../settings/values.ts';
import { withDatabase } from '../wiring.ts';
import { every } from './follow.ts';
import { flagsInto, type ServerLook, serverLook } from './server-now.ts';
import { type WhichPhones, whichPhones } from './which-phones.ts';

const BATCH_HELP = { batch: 'only the phones of this batch' };

/** `loadstep status`: where every phone is. */
export const STATUS: CommandSpec = {
  name: 'status',
  summary: 'show where every phone is',
  settings: ['mac', 'batch'],
  settingHelp: BATCH_HELP,
  examples: [
    'loadstep status',
    'loadstep status --mac 0018B9C0FFEE',
    'loadstep status --batch "pallet 7"',
    'loadstep status --json',
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
  settings: ['mac', 'batch', 'bell'],
  settingHelp: BATCH_HELP,
  examples: [
    'loadstep watch',
    'loadstep watch --batch "pallet 7" --bell',
    'loadstep watch --mac 0018B9C0FFEE',
    'loadstep watch --json',
  ],
  run: watch,
};

const REFRESH_MS = 1000;
/** How often lease files and the neighbour table are looked at (invented). */
const ADDRESSES_MS = 5_000;

async function status(context: CommandContext): Promise<number> {
  const { settings, io } = context;
  const now = Date.now();
  const [which, isOne] = [whichPhones(settings), settings.has('mac')];
  const beside = await besideRecord(context);
  await beside.refresh(now);
  const { reports, pause, batches, nameless, isServed } = await withDatabase(settings, io, 'reader', (store) =>
    look(store, which, now, beside),
  );
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
  if (!isServed) writeText(io.stdout, `\n${noServerText(beside.server.startAgain())}\n`);
  return 0;
}

/** Whether somebody waits for this phone to get on. */
function isUnderWay({ isEnrolled, state }: PhoneReport): boolean {
  return isEnrolled && !factsOf(state).over;
}

/** What is looked up beside the record. */
interface BesideRecord {
  readonly server: ServerLook;
  /** Reads lease files and the neighbour table again. */
  readonly refresh: (now: WallMs) => Promise<void>;
  readonly leased: () => LeasedPhones;
  /** Advice with the folder that the server reads. */
  readonly placed: (advice: string) => string;
}

async function besideRecord(context: CommandContext): Promise<BesideRecord> {
  const server = await serverLook(databasePath(context.settings, context.io.env));
  const { leasedPhones } = await import('../../adapters/who/leased-phones.ts');
  const read = leasedPhones();
  let leased: LeasedPhones = new Map();
  return {
    server,
    leased: () => leased,
    async refresh(now) {
      const own = context.settings.texts('leases');
      leased = await read([...new Set([...(server.now()?.leases ?? []), ...own.map((path) => resolve(path))])], now);
    },
    placed: (advice) => importingInto(advice, flagsInto(server.now()?.firmware ?? null, context)),
  };
}

function look(store: ReportStore, which: WhichPhones, now: WallMs, { server, leased, placed }: BesideRecord) {
  const serving = server.now();
  const { listensSince = null, isBeside = false } = serving ?? {};
  const advised = ({ mac }: PhoneReport, advice: string) => {
    const plan = serving?.power[mac];
    return plan === undefined ? placed(advice) : withPowerPlan(placed(advice), plan, clockText);
  };
  const macs = which(store);
  const told = reportPhones(store, macs, now, { listensSince, isBeside, leased: leased() });
  const reports = told.map((one) => (one.advice === null ? one : { ...one, advice: advised(one, one.advice) }));
  return {
    reports,
    pause: pauseOf(store.batch()),
    batches: batchesOf(store.phones()).length,
    atOnce: store.batch().limits.atOnce,
    nameless: namelessPhones(store, now, { leased: leased(), macs }),
    isServed: serving !== null || !reports.some(isUnderWay),
  };
}

async function watch(context: CommandContext): Promise<number> {
  const { settings, io } = context;
  const [which, beside] = [whichPhones(settings), await besideRecord(context)];
  await beside.refresh(Date.now());
  let refreshedAt = Date.now();
  const isJson = settings.isOn('json');
  const out = liveOut(io.stdout, (lines) => io.stderr.write(`loadstep: ${lines} lines were lost: nobody read them\n`));
  return withDatabase(settings, io, 'reader', async (store) => {
    const screen = out.canDraw && !isJson ? new FullScreen(out) : null;
    const forget = io.onEnd(() => screen?.close());
    const [paint, bell, isRinging] = [paintFor(out), new Bell(), settings.isOn('bell')];
    const news = isJson ? null : pauseNews((text) => out.write(text));
    const shown = new Map<string, string>();
    const draw = () => {
      const now = Date.now();
      if (Math.abs(now - refreshedAt) >= ADDRESSES_MS) {
        refreshedAt = now;
        void beside.refresh(now);
      }
      const { reports: all, pause, batches, atOnce, nameless, isServed } = look(store, which, now, beside);
      const unserved = isServed ? null : noServerText(beside.server.startAgain());
      const reports = isJson ? all : shownPhones(all).shown;
      if (screen !== null) {
        // The last cell of a row stays empty: terminals differ in where they stand after it.
        if (isRinging && bell.isDue(all, pause)) out.write(BELL);
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
function pauseNews(write: (text: string) => void) {
  let was: BatchPause | null = null;
  return (pause: BatchPause | null, now: number, batches: number) => {
    if (pause !== null && pause.since !== was?.since) write(`${clockText(now)}  ${pauseText(pause, now, batches)}\n`);
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
