import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** What the generator reports about one run. */
export interface LoadFigures {
  readonly seconds: number;
  /** Processor time of the generator itself, in seconds. */
  readonly processor: number;
  readonly requests: number;
  readonly files: number;
  readonly missing: number;
  readonly refused: number;
  /** Requests given up after eight repeats. */
  readonly failed: number;
  readonly blocks: number;
  readonly bytes: number;
  /** Datagrams the clients had to send again. */
  readonly retransmissions: number;
  /** DATA that came more than once. */
  readonly duplicates: number;
  /** Milliseconds from a request to its first answer. */
  readonly firstP50: number;
  readonly firstP99: number;
  readonly firstMax: number;
}

export interface LoadOrder {
  readonly address: string;
  readonly port: number;
  readonly clients: number;
  /** The address of the first client; the others follow it. */
  readonly base?: string;
  /** Asked by every client in turn; `{mac}` becomes its own. */
  readonly names: readonly string[];
  readonly prefix: readonly string[];
}

/** A command that generates load; see loadgen.c. */
export interface Generator {
  readonly command: readonly string[];
  /** Why its figures are lower than they should be; null when they are not. */
  readonly weakness: string | null;
}

/** The generator in C where there is a compiler, else the one in JavaScript. */
export function makeGenerator(scratch: string): Generator {
  const source = ['.', '../../../test/bench']
    .map((folder) => fileURLToPath(new URL(`${folder}/loadgen.c`, import.meta.url)))
    .find((path) => existsSync(path));
  const program = join(scratch, 'loadgen');
  if (source !== undefined && spawnSync('cc', ['-O2', '-o', program, source]).status === 0) {
    return { command: [program], weakness: null };
  }
  return {
    command: [process.execPath, fileURLToPath(new URL('loadgen-node.js', import.meta.url))],
    weakness:
      'no C compiler: the load comes from JavaScript, which is slower than some of the servers and hides how fast they are',
  };
}

/** Each client waits this long before it repeats itself, as phones do. */
const WAIT_MS = 1000;

/** Runs the generator once. */
export async function generateLoad(generator: Generator, order: LoadOrder): Promise<LoadFigures> {
  const { prefix, address, port, clients, base = '127.10.0.1', names } = order;
  const args = [address, `${port}`, `${clients}`, base, `${WAIT_MS}`, ...names];
  const [program = '', ...rest] = [...prefix, ...generator.command, ...args];
  const child = spawn(program, rest, { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.on('data', (data: Buffer) => {
    output += data;
  });
  const status = await new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  if (status !== 0) throw new Error(`the load generator ended with ${status}`);
  return JSON.parse(output);
}
