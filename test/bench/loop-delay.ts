/**
 * Loaded into a server with `--import`: measures how late its event loop is. On SIGUSR2 the figures since the last time are
 * written to the file that LOADSTEP_BENCH_LOOP_DELAY names.
 */
import { renameSync, writeFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';

const path = process.env.LOADSTEP_BENCH_LOOP_DELAY;
if (path !== undefined) {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  process.on('SIGUSR2', () => {
    const figures = { p50: delay.percentile(50) / 1e6, p99: delay.percentile(99) / 1e6, max: delay.max / 1e6 };
    delay.reset();
    writeFileSync(`${path}.new`, JSON.stringify(figures));
    renameSync(`${path}.new`, path);
  });
}
