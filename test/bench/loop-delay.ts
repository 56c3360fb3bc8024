/**
 * Loaded into a server with `--import`: measures how late its event loop is. On SIGUSR2 the figures since the last time are
 * written to the file that LOADSTEP_BENCH_LOOP_DELAY names. The second time ends it: to measure takes 2 % of a core, and with
 * LOADSTEP_BENCH_LOOP_OWN, which tells the loop's own delay from what it waited for a processor, 5 to 7 %.
 */
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import { isMainThread } from 'node:worker_threads';

/** Milliseconds. */
export interface LoopDelay {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
  /** The longest that the loop was late by its own work: less what it waited for a processor; 0 where nobody asked for that. */
  readonly maxOwn: number;
}

const LOOK_MS = 5;

/** How long the main thread has been ready to run while others had the processors (proc(5), schedstat). */
function waitedMs(): number {
  try {
    return Number(readFileSync(`/proc/self/task/${process.pid}/schedstat`, 'utf8').split(' ')[1]) / 1e6;
  } catch {
    return Number.NaN;
  }
}

const path = process.env.LOADSTEP_BENCH_LOOP_DELAY;
// A thread of the server loads this, too, and hears no signals.
if (path !== undefined && isMainThread) {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  let [lookedAt, waited, maxOwn] = [performance.now(), waitedMs(), 0];
  const look = () => {
    const [now, waitedBy] = [performance.now(), waitedMs()];
    maxOwn = Math.max(maxOwn, now - lookedAt - LOOK_MS - (waitedBy - waited));
    [lookedAt, waited] = [now, waitedBy];
  };
  const looking = process.env.LOADSTEP_BENCH_LOOP_OWN === undefined ? undefined : setInterval(look, LOOK_MS).unref();
  let isLast = false;
  process.on('SIGUSR2', () => {
    const [p50, p99, max] = [delay.percentile(50) / 1e6, delay.percentile(99) / 1e6, delay.max / 1e6];
    writeFileSync(`${path}.new`, JSON.stringify({ p50, p99, max, maxOwn } satisfies LoopDelay));
    renameSync(`${path}.new`, path);
    delay.reset();
    maxOwn = 0;
    if (isLast) {
      delay.disable();
      clearInterval(looking);
    }
    isLast = true;
  });
}
