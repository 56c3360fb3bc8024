import type { LogFile } from '../../adapters/log-file.ts';
import type { LogLevel } from '../../adapters/pino-log.ts';
import type { AppError } from '../../core/errors.ts';
import type { Log } from '../../ports/log.ts';
import type { Prepared } from '../../server/prepared.ts';
import type { CliIo } from '../io.ts';
import { fitText, roomOn } from '../output/fit-text.ts';
import { liveErr } from '../output/live-out.ts';

/** Where a server's log goes, and how much of it. */
export interface LogWish {
  readonly level: LogLevel;
  /** Null is standard error. */
  readonly file: string | null;
}

/** The log of a server that runs for months: level and place change while it runs. */
export interface DaemonLog {
  readonly log: Log;
  /** Opens what is wished for; rejects with AppError `E_LOG_UNWRITABLE`. Nothing changes before `commit`. */
  prepare(wish: LogWish): Prepared;
  /** Opens the file by its name again, as a rotating tool wants it; goes on with the old one, and says so, where that fails. */
  reopen(): void;
  close(): void;
}

/** What the lines of the phones tell at a terminal, too. */
const TOLD_THERE: ReadonlySet<string> = new Set(['root.withheld']);

function isToldThere(line: string): boolean {
  const { event, mac } = JSON.parse(line) as { readonly event?: string; readonly mac?: string };
  return mac !== undefined && TOLD_THERE.has(event ?? '');
}

/** Opens the log; rejects with AppError `E_LOG_UNWRITABLE`. `aside` keeps it from tearing live output; `isWatched`: that the same terminal has a line for each thing that phones do. */
export async function openDaemonLog(
  io: Pick<CliIo, 'stderr'>,
  wish: LogWish,
  aside: (write: () => void) => void,
  isWatched = false,
): Promise<DaemonLog> {
  const { pinoLog, readableLine } = await import('../../adapters/pino-log.ts');
  const { LogFile } = await import('../../adapters/log-file.ts');
  const err = liveErr(io.stderr);
  const room = () => roomOn(io.stderr) ?? Number.POSITIVE_INFINITY;
  const say = (text: string) => aside(() => err.write(fitText(text, room())));
  const opened = (path: string): LogFile => {
    const made = new LogFile(path, (reason) => say(`loadstep: log file ${path}: ${reason}\n`));
    made.open();
    return made;
  };
  let file = wish.file === null ? null : opened(wish.file);
  const log = pinoLog({
    level: wish.level,
    isReadable: false,
    write: (line) => {
      if (file === null && io.stderr.isTerminal) {
        if (!isWatched || !isToldThere(line)) say(readableLine(line));
      } else if (file === null) say(line);
      else file.write(line);
    },
  });
  return {
    log,
    prepare({ level, file: path }) {
      const isSame = (file?.path ?? null) === path;
      const next = isSame || path === null ? null : opened(path);
      return {
        commit() {
          log.setLevel(level);
          if (isSame) return;
          file?.close();
          file = next;
        },
        discard: () => next?.close(),
      };
    },
    reopen() {
      try {
        file?.open();
      } catch (error) {
        const { code, message } = error as AppError;
        log.error({ event: 'log.kept', code, reason: message });
        say(`loadstep: ${message} (${code}); the log goes on in the file it had\n`);
      }
    },
    close: () => file?.close(),
  };
}
