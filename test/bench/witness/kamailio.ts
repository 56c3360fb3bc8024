import { spawn, spawnSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { existsSync, mkdirSync } from 'node:fs';
import { freeUdpPort } from '../../support/free-port.ts';
import { processorSeconds, processTree } from '../process-tree.ts';
import { pinnedTo } from './pin.ts';
import type { Place } from './registrants.ts';

/** The example configuration of Debian's package: its registrar keeps locations in memory, and asks for no password. */
const EXAMPLE = '/etc/kamailio/kamailio.cfg';

/** A Kamailio that runs. */
export interface RunningKamailio {
  readonly place: Place;
  /** Processor time of all its processes until now, in seconds. */
  readonly busy: () => number;
  stop(): Promise<void>;
}

/** Which version would run; null where it is not installed. */
export function kamailioVersion(): string | null {
  const { stdout, status } = spawnSync('kamailio', ['-v'], { encoding: 'utf8' });
  if (status !== 0 || !existsSync(EXAMPLE)) return null;
  return /version: kamailio ([\d.]+)/.exec(stdout)?.[1] ?? 'of an unknown version';
}

/** Starts it with its example configuration, on the first core. */
export async function startKamailio(folder: string): Promise<RunningKamailio> {
  mkdirSync(folder);
  const place = { address: '127.0.0.1', port: await freeUdpPort() };
  // The memory that its guide gives a thousand users and more; what it starts with holds few.
  const own = ['-l', `udp:${place.address}:${place.port}`, '-m', '256', '-M', '8', '-DD', '-E', '-Y', folder];
  const [program = '', ...words] = [...pinnedTo(0), 'kamailio', '-f', EXAMPLE, ...own];
  const child = spawn(program, words, { stdio: 'ignore' });
  process.prependOnceListener('exit', () => child.kill('SIGTERM'));
  await answering(place);
  return {
    place,
    busy: () => processorSeconds(processTree(child.pid ?? 0)),
    async stop() {
      child.kill('SIGTERM');
      if (child.exitCode === null && child.signalCode === null) await once(child, 'close');
    },
  };
}

async function answering({ address, port }: Place): Promise<void> {
  const socket = createSocket('udp4');
  const answer = once(socket, 'message').then(() => true);
  await new Promise<void>((resolve) => socket.bind(0, address, resolve));
  const via = `Via: SIP/2.0/UDP ${address}:${socket.address().port};branch=z9hG4bKup`;
  const who = ['From: <sip:up@x>;tag=1', 'To: <sip:up@x>', 'Call-ID: up', 'CSeq: 1 OPTIONS', 'Content-Length: 0'];
  const ask = Buffer.from([`OPTIONS sip:${address}:${port} SIP/2.0`, via, ...who, '\r\n'].join('\r\n'));
  try {
    for (let tries = 0; tries < 100; tries++) {
      socket.send(ask, port, address);
      const late = new Promise<boolean>((resolve) => setTimeout(resolve, 100, false));
      if (await Promise.race([answer, late])) return;
    }
    throw new Error('Kamailio does not answer');
  } finally {
    socket.close();
  }
}
