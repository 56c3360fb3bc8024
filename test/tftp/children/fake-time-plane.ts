/** The thread that sends files, in time that a test moves. */
import { parentPort, workerData } from 'node:worker_threads';
import { systemClock } from '../../../src/adapters/system-clock.ts';
import { runPlane } from '../../../src/adapters/tftp/plane/run-plane.ts';
import { FakeClock } from '../../support/clock.ts';

const { hasRealTime, moved, ...data } = workerData;
const clock = new FakeClock();
parentPort?.on('message', (ms: number) => {
  clock.advance(ms);
  // After what was due has been told to the other thread.
  setImmediate(() => {
    Atomics.store(moved, 0, 1);
    Atomics.notify(moved, 0);
  });
});
// A test that forgets its server must not keep the process.
parentPort?.unref();

await runPlane(data, hasRealTime ? systemClock() : clock);
