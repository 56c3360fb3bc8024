import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CliIo, StopSignal, TextIn, TextOut } from '../../src/cli/io.ts';
import { runCli } from '../../src/cli/program.ts';

/** Keeps what was written. */
export class FakeOut implements TextOut {
  text = '';
  readonly isTerminal: boolean;
  readonly canDraw: boolean;
  hasColours = false;
  hasShades = false;
  #columns: number;
  #rows: number;
  readonly #onResize = new Set<() => void>();

  constructor(isTerminal = false, columns = 80, rows = 24) {
    this.isTerminal = isTerminal;
    this.canDraw = isTerminal;
    this.#columns = columns;
    this.#rows = rows;
  }

  readonly write = (text: string): void => {
    this.text += text;
  };

  columns(): number {
    return this.#columns;
  }

  rows(): number {
    return this.#rows;
  }

  onResize(listener: () => void): () => void {
    this.#onResize.add(listener);
    return () => this.#onResize.delete(listener);
  }

  resize(columns: number, rows: number): void {
    [this.#columns, this.#rows] = [columns, rows];
    for (const listener of this.#onResize) listener();
  }

  isClosed(): boolean {
    return false;
  }

  /** What a reader that takes nothing leaves. */
  waiting = 0;

  backlog(): number {
    return this.waiting;
  }

  lines(): string[] {
    return this.text.split('\n').slice(0, -1);
  }

  json(): Record<string, unknown>[] {
    return this.lines().map((line) => JSON.parse(line) as Record<string, unknown>);
  }
}

/** Words that the test types. */
class FakeIn implements TextIn {
  isTerminal = false;
  readonly #listeners = new Set<(line: string) => void>();

  onLine(listener: (line: string) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  type(line: string): void {
    for (const listener of [...this.#listeners]) listener(line);
  }

  get isRead(): boolean {
    return this.#listeners.size > 0;
  }
}

/** A process that is not one: signals come when the test says so. */
export class FakeIo implements CliIo {
  readonly stdin = new FakeIn();
  readonly stdout: FakeOut;
  readonly stderr: FakeOut;
  readonly env: Record<string, string>;
  readonly #listeners = new Set<(signal: StopSignal) => void>();
  readonly #lastActs = new Set<() => void>();
  #onHangUp: (() => void) | null = null;

  constructor(env: Record<string, string> = {}, stdout = new FakeOut(), stderr = new FakeOut()) {
    this.env = env;
    this.stdout = stdout;
    this.stderr = stderr;
  }

  onStop(listener: (signal: StopSignal) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  onEnd(listener: () => void): () => void {
    this.#lastActs.add(listener);
    return () => this.#lastActs.delete(listener);
  }

  /** The process is ended without its command. */
  endNow(): void {
    for (const act of this.#lastActs) act();
  }

  onHangUp(listener: (() => void) | null): void {
    this.#onHangUp = listener;
  }

  hangUp(): void {
    if (this.#onHangUp === null) this.signal('SIGHUP');
    else this.#onHangUp();
  }

  signal(signal: StopSignal): void {
    for (const listener of [...this.#listeners]) listener(signal);
  }

  get isListening(): boolean {
    return this.#listeners.size > 0;
  }
}

/** What one command line did. */
export interface Outcome {
  readonly code: number;
  readonly out: string;
  /** Standard error, but for `begins`. */
  readonly err: string;
  /** The record that was said to begin; null when none was. */
  readonly begins: string | null;
  readonly json: () => Record<string, unknown>[];
}

/** What `enroll` says of a record that was not there before. */
const BEGINS = /^loadstep: a new record begins: (.*)\n/m;

/** Runs one command line in this process. */
export async function loadstep(words: readonly string[], env: Record<string, string> = {}): Promise<Outcome> {
  const io = new FakeIo(env);
  const code = await runCli(words, io);
  const err = io.stderr.text.replace(BEGINS, '');
  const begins = BEGINS.exec(io.stderr.text)?.[1] ?? null;
  return { code, out: io.stdout.text, err, begins, json: () => io.stdout.json() };
}

/** A folder of the test's own, and how to remove it. */
export async function ownFolder(): Promise<{ readonly path: string; remove(): Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), 'loadstep-cli-'));
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}
