import { closeSync, constants, openSync, writeSync } from 'node:fs';
import { AppError } from '../core/errors.ts';

/** Not blocking: a pipe that nobody reads must not stop the server. */
const HOW = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | constants.O_NONBLOCK;
/** Logs name phones and addresses: for this user and its group. */
const MODE = 0o640;

/**
 * A file that lines are appended to, each written when `write` returns. Once it is open nothing that happens to it throws:
 * lines that do not fit are lost, counted, and told of in the file when there is room again.
 */
export class LogFile {
  readonly path: string;
  /** Told why when lines begin to be lost. */
  readonly #onTrouble: (reason: string) => void;
  #descriptor: number | null = null;
  #lost = 0;
  /** Whether the last line ends in the middle. */
  #isCut = false;

  constructor(path: string, onTrouble: (reason: string) => void) {
    this.path = path;
    this.#onTrouble = onTrouble;
  }

  /**
   * Opens the file by its name, also when it was opened before: a file that was moved away is left, and a new one begun.
   * Throws AppError `E_LOG_UNWRITABLE`, and then goes on with the file it had.
   */
  open(): void {
    let next: number;
    try {
      next = openSync(this.path, HOW, MODE);
    } catch (cause) {
      throw unwritable(this.path, cause);
    }
    this.close();
    this.#descriptor = next;
    this.#isCut = false;
  }

  write(line: string): void {
    if (this.#descriptor === null) return;
    try {
      // With the line, so that a disk with little room is not filled with remarks about it.
      this.#append(this.#gap() + line);
      this.#lost = 0;
    } catch (error) {
      if (this.#lost === 0)
        this.#onTrouble(`${reasonOf(error)}; lines of the log are lost until it can be written again`);
      this.#lost += 1;
    }
  }

  close(): void {
    const was = this.#descriptor;
    this.#descriptor = null;
    try {
      if (was !== null) closeSync(was);
    } catch {
      // A disk that fails late says so here; the lines are lost either way.
    }
  }

  /** What stands where lines are missing; empty where none are. */
  #gap(): string {
    const line = { level: 'warn', time: new Date().toISOString(), event: 'log.lost', lines: this.#lost };
    return `${this.#isCut ? '\n' : ''}${this.#lost === 0 ? '' : `${JSON.stringify(line)}\n`}`;
  }

  #append(text: string): void {
    const bytes = Buffer.from(text);
    for (let written = 0; written < bytes.length; ) {
      written += writeSync(this.#descriptor ?? -1, bytes, written);
      this.#isCut = written < bytes.length;
    }
  }
}

/** The refusal of a log file that cannot be opened or written. */
export function unwritable(path: string, cause: unknown): AppError {
  return new AppError(
    'E_LOG_UNWRITABLE',
    `the log file ${path} cannot be written (${reasonOf(cause)}): give --log-file a file in a folder that exists and that this user may write to`,
    { cause },
  );
}

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'this user may not',
  EAGAIN: 'nobody reads the pipe',
  EDQUOT: 'the quota is used up',
  EISDIR: 'it is a folder',
  ENOENT: 'its folder does not exist',
  ENOSPC: 'the disk is full',
  ENOTDIR: 'its folder is a file',
  ENXIO: 'nobody reads the pipe',
  EPERM: 'this user may not',
  EROFS: 'the disk is read-only',
};

function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return REASONS[code ?? ''] ?? message;
}
