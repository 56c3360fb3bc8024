/** The TFTP server alone, with a handler that only looks a name up: what the server itself costs. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '../../src/adapters/system-clock.ts';
import { createWorkerTftpServer } from '../../src/adapters/tftp/plane/worker-server.ts';
import { createTftpServer, type TftpServerOptions } from '../../src/adapters/tftp/server.ts';
import type { Log } from '../../src/ports/log.ts';

const [address = '127.0.0.1', port = '0', directory = '.', ...flags] = process.argv.slice(2);
const files = new Map(readdirSync(directory).map((name) => [name, readFileSync(join(directory, name))]));
const silent = () => {};
const log: Log = {
  error: (fields) => process.stderr.write(`${JSON.stringify(fields)}\n`),
  warn: silent,
  info: silent,
  debug: silent,
};
const clock = systemClock();
const sockets = flags.find((flag) => flag.startsWith('--sockets='))?.slice('--sockets='.length);

const plane = flags.find((flag) => flag.startsWith('--plane='))?.slice('--plane='.length);

const options: TftpServerOptions = {
  listen: { address, port: Number(port) },
  clock,
  log,
  isSinglePort: flags.includes('--single-port'),
  limits: {
    maxTransfersPerAddress: 4096,
    ...(sockets === undefined ? {} : { socketsPerAddress: Number(sockets) }),
  },
  handler: async (request) => {
    const content = files.get(request.name);
    return content === undefined ? { kind: 'error', code: 1, message: 'file not found' } : { kind: 'content', content };
  },
};
const server =
  plane === 'batch' || plane === 'dgram' ? createWorkerTftpServer({ ...options, plane }) : createTftpServer(options);
await server.start();
process.on('SIGTERM', () => void server.stop());
