import type { TextOut } from '../io.ts';

/**
 * So much may wait for a reader that takes nothing, a stopped pager or a full disk behind `tee`, in bytes: a burst of a thousand phones
 * fits many times (invented).
 */
export const MOST_BACKLOG = 16 * 1024 * 1024;

/**
 * The same output for a command that goes on for months: what a reader does not take is lost beyond a limit, and counted, instead of
 * filling the memory. `tell` is given the number of lines once there is room again.
 */
export function liveOut(out: TextOut, tell: (lostLines: number) => void): TextOut {
  let lost = 0;
  return {
    write(text) {
      if (out.backlog() > MOST_BACKLOG) {
        lost += text.split('\n').length - 1;
        return;
      }
      const missing = lost;
      lost = 0;
      if (missing > 0) tell(missing);
      out.write(text);
    },
    isTerminal: out.isTerminal,
    canDraw: out.canDraw,
    hasColours: out.hasColours,
    hasShades: out.hasShades,
    columns: () => out.columns(),
    rows: () => out.rows(),
    onResize: (listener) => out.onResize(listener),
    isClosed: () => out.isClosed(),
    backlog: () => out.backlog(),
  };
}

/** Standard error of such a command; that lines are missing is told in a line of its own, as in a log file. */
export function liveErr(err: TextOut): TextOut {
  return liveOut(err, (lines) => {
    const line = { level: 'warn', time: new Date().toISOString(), event: 'log.lost', lines };
    err.write(err.isTerminal ? `loadstep: ${lines} lines of the log were lost\n` : `${JSON.stringify(line)}\n`);
  });
}
