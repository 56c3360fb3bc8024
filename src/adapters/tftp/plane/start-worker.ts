import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { packageRoot } from '../../package-root.ts';
import type { PlaneData } from './messages.ts';

/** Starts the thread that sends files; the program is found beside the package, because the command is bundled elsewhere. */
export function startPlaneWorker(data: PlaneData): Worker {
  const program = join(packageRoot(), 'dist', 'src', 'adapters', 'tftp', 'plane', 'entry.js');
  return new Worker(program, { workerData: data, transferList: [data.port], name: 'tftp' });
}
