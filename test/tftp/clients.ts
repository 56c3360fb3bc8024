import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const require = createRequire(import.meta.url);

interface Fetch {
  readonly port: number;
  readonly name: string;
  /** Where the client is to put the file. */
  readonly to: string;
}

/** A client program, or the npm package, as the tests call it. */
export interface Client {
  readonly title: string;
  /** The program, and the Debian package it comes from; null for the npm package. */
  readonly program: readonly [string, string] | null;
  /** Cannot recover from a loss by a fault of its own. */
  readonly isLossless?: boolean;
  fetch(fetch: Fetch): Promise<unknown>;
}

const timeout = 100_000;

/** Every client the server is to be tried with. */
const clients: readonly Client[] = [
  {
    title: 'curl',
    program: ['curl', 'curl'],
    fetch: ({ port, name, to }) =>
      run('curl', ['-sS', '--fail', '-m', '90', '-o', to, `tftp://127.0.0.1:${port}/${name}`], { timeout }),
  },
  {
    title: 'curl without options',
    program: ['curl', 'curl'],
    fetch: ({ port, name, to }) =>
      run('curl', ['-sS', '--fail', '-m', '90', '--tftp-no-options', '-o', to, `tftp://127.0.0.1:${port}/${name}`], {
        timeout,
      }),
  },
  {
    title: 'curl with blocks of 1428 bytes',
    program: ['curl', 'curl'],
    fetch: ({ port, name, to }) =>
      run(
        'curl',
        ['-sS', '--fail', '-m', '90', '--tftp-blksize', '1428', '-o', to, `tftp://127.0.0.1:${port}/${name}`],
        { timeout },
      ),
  },
  {
    title: 'tftp-hpa',
    program: ['tftp', 'tftp-hpa'],
    fetch: ({ port, name, to }) =>
      run('tftp', ['-m', 'binary', '127.0.0.1', `${port}`, '-c', 'get', name, to], { timeout }),
  },
  {
    title: 'atftp',
    program: ['atftp', 'atftp'],
    fetch: ({ port, name, to }) =>
      run('atftp', ['--tftp-timeout', '1', '-g', '-r', name, '-l', to, '127.0.0.1', `${port}`], { timeout }),
  },
  {
    title: 'atftp with options',
    program: ['atftp', 'atftp'],
    fetch: ({ port, name, to }) =>
      run(
        'atftp',
        [
          '--tftp-timeout',
          '1',
          '--option',
          'blksize 1024',
          '--option',
          'tsize 0',
          '--option',
          'timeout 1',
          '-g',
          '-r',
          name,
          '-l',
          to,
          '127.0.0.1',
          `${port}`,
        ],
        { timeout },
      ),
  },
  {
    title: 'busybox',
    program: ['busybox', 'busybox'],
    fetch: ({ port, name, to }) =>
      run('busybox', ['tftp', '-g', '-r', name, '-l', to, '127.0.0.1', `${port}`], { timeout }),
  },
  {
    title: 'busybox with blocks of 1428 bytes',
    program: ['busybox', 'busybox'],
    fetch: ({ port, name, to }) =>
      run('busybox', ['tftp', '-b', '1428', '-g', '-r', name, '-l', to, '127.0.0.1', `${port}`], { timeout }),
  },
  { title: 'the npm client', program: null, fetch: (fetch) => npmFetch(fetch, 1) },
  // After a loss inside a window its window ends before it starts (reader.js moves one border only), and it waits endlessly.
  { title: 'the npm client with a window of 4', program: null, isLossless: true, fetch: (fetch) => npmFetch(fetch, 4) },
];

/** Whether its program is on the path; the npm package always is. */
function isInstalled({ program }: Client): boolean {
  const folders = (process.env.PATH ?? '').split(delimiter);
  return program === null || folders.some((folder) => existsSync(join(folder, program[0])));
}

/** A machine on which nobody may install anything has not every client; where everything was installed, none may be missing. */
const areAllDemanded = process.env.LOADSTEP_TEST_CLIENTS === 'all';

/** The clients to try: those that are installed, or with LOADSTEP_TEST_CLIENTS=all every one. */
export const triedClients = clients.filter((client) => areAllDemanded || isInstalled(client));

/** The clients that are not tried, each with what would have to be installed. */
export const untriedClients = clients
  .filter((client) => !triedClients.includes(client))
  .map(({ title, program }) => ({ title, debianPackage: program?.[1] ?? '' }));

/** Fails when a client is missing: an interoperability test that nobody ran says nothing. */
export function demand(client: Client): void {
  if (isInstalled(client)) return;
  const [program, debianPackage] = client.program ?? [];
  throw new Error(
    `the client "${program}" is not installed; install it (Debian: apt-get install ${debianPackage}) and run again`,
  );
}

function npmFetch({ port, name, to }: Fetch, windowSize: number): Promise<void> {
  const { createClient } = require('tftp');
  const client = createClient({ host: '127.0.0.1', port, windowSize, timeout: 500, retries: 20 });
  return new Promise((resolve, reject) =>
    client.get(name, to, (error: Error | null) => (error ? reject(error) : resolve())),
  );
}
