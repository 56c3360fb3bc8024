/** The program of the thread that sends files. */
import { workerData } from 'node:worker_threads';
import { transferClock } from '../../system-clock.ts';
import { runPlane } from './run-plane.ts';

await runPlane(workerData, transferClock());
