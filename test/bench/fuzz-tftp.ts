/** `node dist/test/bench/fuzz-tftp.js [DATAGRAMS] [SEED] [batch|dgram]`: throws a million datagrams at the server and counts what is left. */
import { createWorkerTftpServer } from '../../src/adapters/tftp/plane/worker-server.ts';
import { createTftpServer } from '../../src/adapters/tftp/server.ts';
import { fuzz } from './fuzz.ts';

const datagrams = Number(process.argv[2] ?? 1_000_000);
const seed = Number(process.argv[3] ?? Date.now() % 1_000_000);
const started = Date.now();
const plane = process.argv[4];
const report = await fuzz(datagrams, seed, 3000, (options) =>
  plane === 'batch' || plane === 'dgram' ? createWorkerTftpServer({ ...options, plane }) : createTftpServer(options),
);
process.stdout.write(`${JSON.stringify({ ...report, seconds: (Date.now() - started) / 1000 }, null, 2)}\n`);
if (report.leaked.length > 0) {
  process.stderr.write('sockets, timers or handles were left behind\n');
  process.exitCode = 1;
}
