import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { watched } from './watched.ts';

/** One line of JSON on standard output. */
export interface Line {
  readonly event?: string;
  readonly [key: string]: unknown;
}

/** The built command; `npm test` builds it first. */
export const CLI = fileURLToPath(new URL('../../dist/src/cli/main.cjs', import.meta.url));

/** The settings of the one who runs the tests must not reach the command under test. */
export function cleanEnvironment(folder: string): NodeJS.ProcessEnv {
  const own = /^(LOADSTEP_|NODE_|FORCE_COLOR$|NO_COLOR$)/;
  const kept = Object.entries(process.env).filter(([key]) => !own.test(key));
  // Compiled code is kept in no folder that is not there: this one is the working directory, too, and is to stay empty.
  const places = { XDG_STATE_HOME: folder, XDG_DATA_HOME: folder, XDG_CACHE_HOME: join(folder, 'no-cache') };
  return { ...Object.fromEntries(kept), HOME: folder, ...places };
}

/** A `loadstep` process: its JSON lines as they come, and its end. */
export class Child {
  readonly lines: Line[] = [];
  stderr = '';
  readonly #process: ChildProcess;
  readonly #waiters = new Set<() => void>();
  readonly #ended: Promise<number | null>;
  #rest = '';
  #hasEnded = false;

  /** `cli` is the command, where it is not the one that was built here. */
  constructor(words: readonly string[], folder: string, cli: string = CLI) {
    if (!existsSync(cli)) throw new Error('the command is not built; run: npm run build');
    const options = { cwd: folder, env: cleanEnvironment(folder) };
    this.#process = watched(
      spawn(process.execPath, [cli, ...words], { ...options, stdio: ['ignore', 'pipe', 'pipe'] }),
    );
    this.#process.stdout?.setEncoding('utf8').on('data', (text: string) => this.#take(text));
    this.#process.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.stderr += text;
      this.#wake();
    });
    this.#ended = new Promise((resolve, reject) => {
      this.#process.once('error', reject);
      this.#process.once('close', (code) => {
        this.#hasEnded = true;
        resolve(code);
        this.#wake();
      });
    });
  }

  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  /** Resolves with the first line, past or future, that fits; rejects when the process ends without it. */
  async until(fits: (line: Line, index: number, lines: readonly Line[]) => boolean): Promise<Line> {
    for (;;) {
      const found = this.lines.find(fits);
      if (found !== undefined) return found;
      if (this.#hasEnded) throw new Error(`it ended before that: ${this.stderr || 'nothing on standard error'}`);
      await new Promise<void>((resolve) => this.#waiters.add(resolve));
    }
  }

  /** Resolves once standard error holds the text, or what it holds is as wanted; rejects when the process ends before. */
  async untilLogged(wanted: string | (() => boolean)): Promise<void> {
    const isThere = typeof wanted === 'string' ? () => this.stderr.includes(wanted) : wanted;
    while (!isThere()) {
      if (this.#hasEnded) throw new Error(`it ended before it logged that: ${this.stderr}`);
      await new Promise<void>((resolve) => this.#waiters.add(resolve));
    }
  }

  /** Sends a signal and does not wait for what comes of it. */
  signal(signal: NodeJS.Signals): void {
    this.#process.kill(signal);
  }

  /** The process id; the process may have ended. */
  get pid(): number {
    return this.#process.pid ?? 0;
  }

  /** The exit code, once the process has ended and everything it wrote was read; null when a signal ended it. */
  end(): Promise<number | null> {
    return this.#ended;
  }

  /** Asks the process to end, and kills it when it does not within twenty seconds: `serve` waits ten for what is under way. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    if (this.#hasEnded) return this.#ended;
    this.#process.kill(signal);
    const timer = setTimeout(() => this.#process.kill('SIGKILL'), 20_000);
    const code = await this.#ended;
    clearTimeout(timer);
    return code;
  }

  #take(text: string): void {
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) if (line !== '') this.lines.push(JSON.parse(line) as Line);
    this.#wake();
  }

  #wake(): void {
    for (const resolve of this.#waiters) resolve();
    this.#waiters.clear();
  }
}

/** Runs a command to its end. */
export async function run(
  words: readonly string[],
  folder: string,
): Promise<{ code: number | null; lines: Line[]; stderr: string }> {
  const child = new Child(words, folder);
  const code = await child.end();
  return { code, lines: child.lines, stderr: child.stderr };
}
