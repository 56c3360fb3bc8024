import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { packageRoot } from '../../adapters/package-root.ts';
import { AppError, ERROR_CODES, type ErrorCode } from '../../core/errors.ts';
import type { LiveFirmware } from '../../server/live-firmware.ts';
import type { FirmwareDesk } from '../../web/web-parts.ts';

/** Where the store of a server is, and how it is looked at again. */
export interface DeskPlace {
  readonly folders: () => readonly string[];
  readonly databasePath: string;
  readonly allowUnverified: () => readonly string[];
  readonly firmware: Pick<LiveFirmware, 'prepare'>;
}

/** Of what a process says in the end, as much as tells why. */
const MOST_WORDS = 4000;

/**
 * Changes the firmware store by commands of their own: unpacking and hashing take a core for seconds, and phones are answered by this process
 * meanwhile. What they refuse is refused in the same words as on the command line.
 */
export function firmwareDesk({ folders, databasePath, allowUnverified, firmware }: DeskPlace): FirmwareDesk {
  async function run(words: readonly string[], tell: (line: object) => void, signal?: AbortSignal): Promise<void> {
    const main = join(packageRoot(), 'dist', 'src', 'cli', 'main.cjs');
    const place = ['--json', '--db', databasePath, ...folders().flatMap((folder) => ['--firmware', folder])];
    const child = spawn(process.execPath, [main, 'firmware', ...words, ...place], {
      stdio: ['ignore', 'pipe', 'pipe'],
      ...(signal === undefined ? {} : { signal, killSignal: 'SIGINT' as const }),
    });
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-MOST_WORDS);
    });
    createInterface({ input: child.stdout }).on('line', (line) => tell(JSON.parse(line)));
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once('error', (error) => (signal?.aborted === true ? resolve(null) : reject(error)));
      child.once('close', resolve);
    });
    const fault = said.match(/^loadstep: (.*) \((E_[A-Z_]+)\)$/m);
    const errorCode = fault?.[2] ?? '';
    if (fault?.[1] !== undefined && Object.hasOwn(ERROR_CODES, errorCode)) {
      throw new AppError(errorCode as ErrorCode, fault[1]);
    }
    // 3 is told by the lines themselves: something was refused, or is not whole.
    if (code !== 0 && code !== 3 && signal?.aborted !== true)
      throw new Error(`firmware ${words[0]} ended with ${code}: ${said}`);
  }

  /** Phones that wait for a package go on. */
  async function lookAgain(): Promise<void> {
    (await firmware.prepare(null)).commit();
  }

  const unverified = () => allowUnverified().flatMap((load) => ['--allow-unverified', load]);
  return {
    async take(path, tell, signal) {
      try {
        await run(['import', path, ...unverified()], tell, signal);
      } finally {
        await lookAgain();
      }
    },
    async verify(load) {
      const records: object[] = [];
      await run(['verify', ...(load === null ? [] : [load]), ...unverified()], (line) => records.push(line));
      return records;
    },
    async forget(load) {
      const gone: object[] = [];
      try {
        await run(['forget', load], (line) => gone.push(line));
      } finally {
        await lookAgain();
      }
      return gone;
    },
  };
}
