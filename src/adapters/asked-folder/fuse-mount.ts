import { spawnSync } from 'node:child_process';
import {
  closeSync,
  constants,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  realpathSync,
  rmdirSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { AppError } from '../../core/errors.ts';
import { FUSE, type FuseQuestion, initAnswer, noSpace, REFUSED, readQuestion, writeAnswer } from './fuse-wire.ts';

/** Answers a question of the kernel at once or later; null where no answer is wanted, a number where it is refused. */
export type FuseHandler = (question: FuseQuestion) => FuseAnswer | Promise<FuseAnswer>;
export type FuseAnswer = Uint8Array | number | null;

/** Between two looks for questions, while there are some and while there are none (invented). */
const BUSY_MS = 2;
const IDLE_MS = 10;
/** Looks without a question until there are none (invented). */
const LOOKS_BUSY = 500;
/** So long the next question is waited for where one was answered at once: a server with several phones asks for all of them in a row (invented). */
const ROW_MS = 0.2;
/** One look lasts no longer, since everything else waits (invented). */
const LOOK_MS = 10;
/** After so long without an answer the kernel takes the folder away; less it does not take (FUSE_REQUEST_TIMEOUT looks every 15 s). */
const TIMEOUT_SECONDS = 15;
/** A question has at most 4 kB of text or bytes behind it; the kernel reads into nothing smaller than 8 kB. */
const MESSAGE_BYTES = 64 * 1024;
/** Attempts to take the folder away, which somebody who is just looking into it can thwart (invented). */
const REMOVALS = 3;
/** What the kernel calls such a folder. */
const KIND = 'fuse.loadstep';
const ENDED =
  'the kernel has ended it, as it does when questions wait there for 15 s: this process was stopped (Ctrl-Z, SIGSTOP, `docker pause`), or its machine slept';
const UNMOUNTED = 'somebody has unmounted it';
const NO_PLACE = /already mounted|busy/i;

/**
 * A folder whose files are asked for and not stored (FUSE, without a library). It is there as long as this process has it open: the kernel
 * takes it away when the process ends, by whatever, and each look into it is refused from then on.
 */
export class FuseMount {
  #folder: string;
  readonly #left: string;
  readonly #handle: FuseHandler;
  readonly #onEnd: (why: string) => void;
  readonly #message = Buffer.alloc(MESSAGE_BYTES);
  #device: number | null = null;
  /** Whether there is something of ours to be taken away. */
  #isLaid = false;
  #timer: NodeJS.Timeout | null = null;
  #quietLooks = 0;

  /** `left` is what somebody may write into the folder in a moment in which it is nothing but one. */
  constructor(folder: string, left: string, handle: FuseHandler, onEnd: (why: string) => void) {
    this.#folder = folder;
    this.#left = left;
    this.#handle = handle;
    this.#onEnd = onEnd;
  }

  /** Throws AppError `E_REDIRECT_REFUSED`. */
  start(): void {
    try {
      // As the kernel has it in its table; the folder itself may be one that a killed process has left.
      this.#folder = join(realpathSync(dirname(this.#folder)), basename(this.#folder));
      sweep(this.#folder);
      isRemoved(this.#folder, this.#left);
      mkdirSync(this.#folder, { recursive: true });
      this.#device = openSync('/dev/fuse', constants.O_RDWR | constants.O_NONBLOCK);
    } catch (error) {
      throw refused(this.#folder, reasonOf(error));
    }
    this.#isLaid = true;
    const options = 'fd=3,rootmode=40555,user_id=0,group_id=0,allow_other,nosuid,nodev,noexec';
    const words = ['-i', '-t', KIND, '-o', options, 'loadstep', this.#folder];
    const { status, stderr, error } = spawnSync('mount', words, {
      stdio: ['ignore', 'ignore', 'pipe', this.#device],
      env: { LC_ALL: 'C', PATH: `${process.env.PATH ?? ''}:/usr/sbin:/sbin` },
    });
    if (status !== 0) {
      closeSync(this.#device);
      this.#device = null;
      throw refused(this.#folder, error?.message ?? String(stderr).trim());
    }
    this.#look();
  }

  /** Whether looks into the folder come here. The folder itself is not touched: this thread would wait for its own answer. */
  isThere(): boolean {
    return this.#device !== null && topOf(this.#folder) === KIND;
  }

  /** Takes the folder away; whoever reads in it is refused. */
  stop(): void {
    if (!this.#isLaid) return;
    this.#isLaid = false;
    if (this.#timer !== null) clearTimeout(this.#timer);
    if (this.#device !== null) closeSync(this.#device);
    this.#device = null;
    for (let attempt = 0; attempt < REMOVALS; attempt++) {
      unmount(this.#folder);
      if (isRemoved(this.#folder, this.#left)) return;
    }
  }

  #look(): void {
    this.#quietLooks++;
    const end = performance.now() + LOOK_MS;
    for (let until = 0; ; ) {
      const question = this.#next();
      const now = performance.now();
      if (question !== null) {
        this.#quietLooks = 0;
        if (this.#answer(question)) until = Math.min(end, now + ROW_MS);
      } else if (now >= until) break;
    }
    if (this.#device === null) return;
    this.#timer = setTimeout(() => this.#look(), this.#quietLooks < LOOKS_BUSY ? BUSY_MS : IDLE_MS);
  }

  #next(): FuseQuestion | null {
    while (this.#device !== null) {
      try {
        const length = readSync(this.#device, this.#message, 0, MESSAGE_BYTES, null);
        return readQuestion(Buffer.from(this.#message.subarray(0, length)));
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        if (code === 'EAGAIN') return null;
        // ENOENT: whoever asked was interrupted meanwhile.
        if (code === 'EINTR' || code === 'ENOENT') continue;
        this.#lose(code === 'ENODEV' ? this.#whyGone() : reasonOf(error));
      }
    }
    return null;
  }

  /** What the kernel ends stays in its table; what was unmounted does not. */
  #whyGone(): string {
    return topOf(this.#folder) === KIND ? ENDED : UNMOUNTED;
  }

  #lose(why: string): void {
    if (this.#device === null) return;
    closeSync(this.#device);
    this.#device = null;
    this.#onEnd(why);
  }

  /** Gives whether it was answered at once. */
  #answer(question: FuseQuestion): boolean {
    const { kind, unique } = question;
    if (kind === FUSE.init) return this.#write(unique, initAnswer(TIMEOUT_SECONDS));
    if (kind === FUSE.statfs) return this.#write(unique, noSpace());
    const answer = this.#decide(question);
    if (!(answer instanceof Promise)) return answer !== null && this.#write(unique, answer);
    void answer
      .catch(() => REFUSED.notNow)
      .then((later) => {
        if (later !== null) this.#write(unique, later);
      });
    return false;
  }

  #decide(question: FuseQuestion): FuseAnswer | Promise<FuseAnswer> {
    try {
      return this.#handle(question);
    } catch {
      return REFUSED.notNow;
    }
  }

  #write(unique: bigint, answer: Uint8Array | number): boolean {
    if (this.#device === null) return false;
    try {
      writeSync(this.#device, writeAnswer(unique, answer));
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      // ENOENT: whoever asked was interrupted meanwhile.
      if (code !== 'ENOENT') this.#lose(reasonOf(error));
    }
    return true;
  }
}

/** Throws AppError `E_REDIRECT_REFUSED` where a folder cannot be one that is asked, as far as that can be known without doing it. */
export function checkFuse(folder: string): void {
  try {
    closeSync(openSync('/dev/fuse', constants.O_RDWR));
  } catch (error) {
    throw refused(folder, reasonOf(error));
  }
  if (process.getuid?.() !== 0 && !mayMount()) throw refused(folder, 'EPERM');
}

/** CAP_SYS_ADMIN, as the kernel counts rights. */
const SYS_ADMIN = 21n;

function mayMount(): boolean {
  const [, rights = '0'] = /^CapEff:\s*([0-9a-f]+)$/m.exec(readFileSync('/proc/self/status', 'latin1')) ?? [];
  return ((BigInt(`0x${rights}`) >> SYS_ADMIN) & 1n) === 1n;
}

/** Takes a folder of ours away that a killed process has left, or that the kernel has ended. */
function sweep(folder: string): void {
  if (topOf(folder) === KIND) unmount(folder);
}

/** The kind of what is mounted at a path, and seen there; null where nothing is. */
function topOf(folder: string): string | null {
  const lines = readFileSync('/proc/self/mountinfo', 'utf8').split('\n');
  const own = lines.findLast((line) => line.split(' ')[4] === escaped(folder));
  return own === undefined ? null : (/ - (\S+)/.exec(own)?.[1] ?? '');
}

function unmount(folder: string): void {
  spawnSync('umount', ['-l', folder], {
    stdio: 'ignore',
    env: { PATH: `${process.env.PATH ?? ''}:/usr/sbin:/sbin` },
  });
}

/** What may stay is an empty folder, which says nothing to anybody. */
function isRemoved(folder: string, left: string): boolean {
  try {
    rmSync(join(folder, left), { force: true });
    rmdirSync(folder);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT';
  }
}

/** As the kernel writes paths into its tables. */
function escaped(path: string): string {
  return path.replace(/[ \t\n\\]/g, (one) => `\\${one.charCodeAt(0).toString(8).padStart(3, '0')}`);
}

function reasonOf(error: unknown): string {
  return (error as Error).message;
}

function refused(folder: string, said: string): AppError {
  if (/ENOENT.*\/dev\/fuse|unknown filesystem|ENXIO|ENODEV/i.test(said)) {
    return new AppError(
      'E_REDIRECT_REFUSED',
      `this kernel has no FUSE, so that ${folder} cannot be a folder that is asked; load it with "modprobe fuse", or try "loadstep beside nft"`,
    );
  }
  if (/EACCES|EPERM|permission denied|must be superuser|not permitted/i.test(said)) {
    return new AppError(
      'E_REDIRECT_REFUSED',
      `this user may not mount ${folder}; run loadstep as root, or give its service CAP_SYS_ADMIN (see docs/beside.md)`,
    );
  }
  const way = NO_PLACE.test(said) ? 'end what has it mounted' : 'name a folder of this machine with --root';
  return new AppError('E_REDIRECT_REFUSED', `${folder} cannot be mounted (${said}); ${way}`);
}
