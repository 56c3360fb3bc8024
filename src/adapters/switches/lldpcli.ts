import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { AppError } from '../../core/errors.ts';
import { type LldpdNeighbour, readLldpd } from '../../core/switch/read-lldpd.ts';
import { type SwitchWalker, socketOfLldpd } from '../../ports/switches.ts';
import { neighboursIn } from './lldpd-json.ts';

/** It prints what it has in memory, and takes milliseconds (invented). */
const TIMEOUT_MS = 5_000;
/** Neighbours of a bench are some kilobytes each, and lldpd keeps 32 of each protocol at an interface (invented). */
const MOST_BYTES = 4 * 1024 * 1024;
/** Without `hidden` it leaves out neighbours where it thinks that one protocol is enough. */
const WORDS = ['-f', 'json0', 'show', 'neighbors', 'details', 'hidden'];

export interface LldpcliOptions {
  readonly program?: string;
  readonly timeoutMs?: number;
}

/** Asks lldpd on this machine whom it hears, through the program that comes with it. */
export function lldpdWalker({ program = 'lldpcli', timeoutMs = TIMEOUT_MS }: LldpcliOptions = {}): SwitchWalker {
  return {
    async walk({ name, address }, signal) {
      const began = performance.now();
      const socket = socketOfLldpd(address);
      const words = socket === null ? WORDS : ['-u', socket, ...WORDS];
      const text = await printed(program, words, { name, timeoutMs, signal });
      const neighbours = neighboursIn(text);
      if (neighbours === null) throw senseless('prints no JSON as lldpd 1.0 does');
      return { seen: seenHere(neighbours), tookMs: Math.round(performance.now() - began) };
    },
  };
}

function seenHere(neighbours: readonly LldpdNeighbour[]) {
  return readLldpd({ hostName: hostname(), neighbours, indexOf: interfaceIndex });
}

/** The number that the kernel gives an interface; null where it does not tell. */
function interfaceIndex(port: string): number | null {
  // Names have 15 bytes at most, and no slash (Linux, dev_valid_name).
  if (!/^[^/\s]{1,15}$/.test(port) || port === '.' || port === '..') return null;
  try {
    const index = Number(readFileSync(`/sys/class/net/${port}/ifindex`, 'latin1'));
    return Number.isSafeInteger(index) && index > 0 ? index : null;
  } catch {
    return null;
  }
}

interface Asking {
  readonly name: string;
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
}

function printed(program: string, words: readonly string[], { name, timeoutMs, signal }: Asking): Promise<string> {
  // Users who are not root seldom have its folder. It runs as another user, and is told nothing else of this one.
  const env = { PATH: `${process.env.PATH ?? ''}:/usr/sbin:/usr/local/sbin:/sbin`, LC_ALL: 'C' };
  const limits = { timeout: timeoutMs, killSignal: 'SIGKILL', maxBuffer: MOST_BYTES } as const;
  return new Promise((resolve, reject) => {
    const options = { ...limits, env, ...(signal === undefined ? {} : { signal }) };
    const fail = (error: Error, stderr: string) =>
      reject(signal?.aborted === true ? brokenOff(name) : failure(program, error, { stderr, timeoutMs }));
    try {
      execFile(program, [...words], options, (error, stdout, stderr) =>
        error === null ? resolve(stdout) : fail(error, stderr),
      );
    } catch (error) {
      // Some refusals of the system are thrown; most come as the error.
      fail(error as Error, '');
    }
  });
}

/** What the system and lldpcli say, in the words of 1.0.16. */
function failure(
  program: string,
  error: Error & { readonly code?: unknown; readonly killed?: boolean },
  { stderr, timeoutMs }: { readonly stderr: string; readonly timeoutMs: number },
): AppError {
  const { code, killed } = error;
  if (code === 'ENOENT') {
    return new AppError(
      'E_LLDPCLI_MISSING',
      `this machine has no ${program}: install lldpd (Debian: apt-get install lldpd), and let it run with -c, so that it hears CDP`,
    );
  }
  if (code === 'EACCES' || code === 'EPERM' || /permission denied/i.test(stderr)) {
    return new AppError(
      'E_LLDPD_REFUSED',
      'this user may not ask lldpd: let it be in the groups of lldpcli and of its socket (Debian: adm and _lldpd), and start loadstep anew; ' +
        'in a unit of systemd that is SupplementaryGroups=adm _lldpd',
    );
  }
  if (code === 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER') {
    return senseless(`prints more than ${MOST_BYTES / 1024 / 1024} MB`);
  }
  if (killed === true) return silent(`has not answered in ${timeoutMs / 1000} s`);
  if (/unable to connect|connection refused/i.test(stderr)) return silent('does not run here, or has another socket');
  const last = stderr.trim().split('\n').at(-1) ?? '';
  return senseless(last === '' ? `ends with ${String(code)}` : `says: ${last.slice(0, 120)}`);
}

function silent(what: string): AppError {
  return new AppError(
    'E_LLDPD_SILENT',
    `lldpd ${what}: start it (systemctl start lldpd), or name its socket with "loadstep switch add lldpd:/PATH"`,
  );
}

function senseless(what: string): AppError {
  return new AppError('E_LLDPD_ANSWER', `lldpcli ${what}: run "lldpcli -f json0 show neighbors" by hand and see`);
}

function brokenOff(name: string): AppError {
  return new AppError('E_LLDPD_ANSWER', `the question to lldpd (${name}) was broken off`);
}
