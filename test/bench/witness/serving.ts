import { once } from 'node:events';
import { createWriteStream, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { freeTcpPort } from '../../support/free-port.ts';
import { done, macOf, profiling, sizeOf, start, THIS_CLI } from '../conversion.ts';
import { processorSeconds } from '../process-tree.ts';
import { pin } from './pin.ts';
import { type Place, RUNS } from './registrants.ts';

/** A `serve --witness` that runs, with phones on its list. */
export interface Serving {
  readonly tftp: Place;
  readonly sip: Place;
  readonly sccp: Place;
  readonly pagePort: number;
  readonly landed: () => number;
  /** Processor time until now, in seconds. */
  readonly busy: () => number;
  readonly memoryMb: () => number;
  /** Bytes of its record. */
  readonly recordBytes: () => number;
  stop(): Promise<void>;
}

const address = '127.0.0.1';

/** Starts it, on the first core, with so many phones on the list, all of them Java phones that run their target already. */
export async function serving(folder: string, phones: number): Promise<Serving> {
  mkdirSync(folder);
  const at = (name: string) => join(folder, name);
  await done(THIS_CLI, ['emulate', 'firmware', '--out', at('fw'), '--release', RUNS]);
  writeFileSync(at('list.csv'), `mac\n${Array.from({ length: phones }, (_, phone) => macOf(phone)).join('\n')}\n`);
  const wish = ['--target', RUNS, '--model', '7942', '--db', at('bench.db')];
  await done(THIS_CLI, ['enroll', '--from-csv', at('list.csv'), ...wish]);
  const [sip, sccp, pagePort] = [await freeTcpPort(), await freeTcpPort(), await freeTcpPort()];
  const witness = ['--witness', '--witness-sip', `${address}:${sip}`, '--witness-sccp', `${address}:${sccp}`];
  const place = ['--db', at('bench.db'), '--firmware', at('fw'), '--listen', `${address}:0`, '--json'];
  const more = ['--witness-page', `${pagePort}`, '--log-level', 'error'];
  const server = start(THIS_CLI, ['serve', ...place, ...witness, ...more], profiling(folder));
  process.prependOnceListener('exit', () => server.kill('SIGKILL'));
  const pid = server.pid ?? 0;
  pin(pid, 0);
  let landed = 0;
  server.stdout.pipe(createWriteStream(at('events.jsonl')));
  const port = await new Promise<number>((resolve, reject) => {
    createInterface(server.stdout).on('line', (line) => {
      if (line.includes('"server.listening"')) resolve(JSON.parse(line).port);
      if (line.includes('"event":"phone.landed"')) landed++;
    });
    server.once('close', () => reject(new Error('serve has ended')));
  });
  return {
    tftp: { address, port },
    sip: { address, port: sip },
    sccp: { address, port: sccp },
    pagePort,
    landed: () => landed,
    busy: () => processorSeconds([pid]),
    memoryMb: () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024,
    recordBytes: () => sizeOf(at('bench.db')),
    async stop() {
      const isOver = server.exitCode !== null || server.signalCode !== null;
      server.kill('SIGTERM');
      if (!isOver) await once(server, 'close');
    },
  };
}
