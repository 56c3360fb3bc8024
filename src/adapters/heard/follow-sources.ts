import { type FileHandle, open } from 'node:fs/promises';
import type { Heard } from '../../core/heard/heard.ts';
import { CaptureTail } from './capture-tail.ts';
import { ALONE, localZone, type SourceCount } from './hear-sources.ts';
import { openSource, unreadable } from './read-source.ts';
import { UnknownEar } from './source-ear.ts';
import type { Tail } from './tail.ts';

/** How often files are looked at for what was added (invented): a phone takes longer from one name to the next round. */
const LOOK_MS = 300;
const CHUNK_BYTES = 64 * 1024;

/** Logs that grow, from their beginning until somebody has seen enough. */
export interface FollowedSources {
  /** Resolves when it was stopped, or when standard input, as the only source, has ended. Rejects with `AppError` `E_LOG_UNREADABLE`. */
  readonly done: Promise<void>;
  counts(): readonly SourceCount[];
  stop(): void;
}

/**
 * Reads logs from their beginnings and goes on with what is added to them. A file that is moved away or made shorter, as when logs are
 * rotated, is read to its end, and then the new one from its beginning. `paused` is called whenever all is read that there is, some times a
 * second; `isFirst` is true the first time. `interfaces` are recorded meanwhile (`capture-tail`).
 */
export function followSources(
  names: readonly string[],
  now: number,
  hear: (heard: Heard) => void,
  paused: (isFirst: boolean) => void,
  interfaces: readonly string[] = [],
): FollowedSources {
  let isStopped = false;
  let wake: () => void = () => {};
  const tails: Tail[] = [
    ...names.map((name) => (name === '-' ? new StreamTail(now, hear) : new FileTail(name, now, hear))),
    ...interfaces.map((name) => new CaptureTail(name, now, hear)),
  ];
  const rest = () =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, LOOK_MS);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  const run = async (): Promise<void> => {
    try {
      for (const tail of tails) await tail.open();
      for (let isFirst = true; !isStopped; isFirst = false) {
        for (const tail of tails) await tail.look();
        paused(isFirst);
        if (tails.every((tail) => tail.hasEnded)) return;
        if (!isStopped) await rest();
      }
    } finally {
      for (const tail of tails) await tail.close();
    }
  };
  return {
    done: run(),
    counts: () => tails.map((tail) => tail.count()),
    stop() {
      isStopped = true;
      wake();
    },
  };
}

class FileTail implements Tail {
  readonly hasEnded = false;
  readonly #name: string;
  readonly #ear: UnknownEar;
  readonly #buffer = Buffer.alloc(CHUNK_BYTES);
  #file: FileHandle | null = null;
  #at = 0;

  constructor(name: string, now: number, hear: (heard: Heard) => void) {
    this.#name = name;
    this.#ear = new UnknownEar({ source: name, now, zoneOf: localZone, hear });
  }

  async open(): Promise<void> {
    try {
      this.#file = await open(this.#name, 'r');
      // A folder can be opened, and is refused when it is read.
      await this.#file.read(this.#buffer, 0, 0, 0);
      if ((await this.#file.stat()).isDirectory()) throw Object.assign(new Error(), { code: 'EISDIR' });
    } catch (error) {
      throw unreadable(this.#name, error);
    }
  }

  async look(): Promise<void> {
    try {
      await this.#readOn();
      if (await this.#isReplaced()) {
        this.#ear.begin();
        await this.#readOn();
      }
    } catch (error) {
      throw unreadable(this.#name, error);
    }
  }

  async close(): Promise<void> {
    await this.#file?.close();
    this.#file = null;
  }

  count(): SourceCount {
    return { ...this.#ear.count(), ...ALONE };
  }

  async #readOn(): Promise<void> {
    while (this.#file !== null) {
      const { bytesRead } = await this.#file.read(this.#buffer, 0, CHUNK_BYTES, this.#at);
      if (bytesRead === 0) return;
      this.#at += bytesRead;
      this.#ear.add(Buffer.from(this.#buffer.subarray(0, bytesRead)));
    }
  }

  /** Goes over to a new file of the name, or to the beginning of one that was emptied; false where it is the same as before. */
  async #isReplaced(): Promise<boolean> {
    const before = await this.#file?.stat();
    if (before === undefined) return false;
    if (before.size < this.#at) {
      this.#at = 0;
      return true;
    }
    let next: FileHandle;
    try {
      next = await open(this.#name, 'r');
    } catch {
      // Between the old one and the new one there may be none.
      return false;
    }
    const now = await next.stat();
    if (now.ino === before.ino && now.dev === before.dev) {
      await next.close();
      return false;
    }
    await this.#file?.close();
    this.#file = next;
    this.#at = 0;
    return true;
  }
}

/** Standard input, which comes by itself. */
class StreamTail implements Tail {
  hasEnded = false;
  readonly #ear: UnknownEar;
  #waiting: Uint8Array[] = [];
  #isOver = false;
  #fault: unknown = null;

  constructor(now: number, hear: (heard: Heard) => void) {
    this.#ear = new UnknownEar({ source: '-', now, zoneOf: localZone, hear });
  }

  async open(): Promise<void> {
    // Nobody waits for its first bytes: files beside it are read meanwhile.
    void (async () => {
      try {
        for await (const chunk of (await openSource('-')).chunks) this.#waiting.push(chunk);
      } catch (error) {
        this.#fault = error;
      }
      this.#isOver = true;
    })();
  }

  async look(): Promise<void> {
    if (this.#fault !== null) throw this.#fault;
    const [isOver, waiting] = [this.#isOver, this.#waiting];
    this.#waiting = [];
    for (const chunk of waiting) this.#ear.add(chunk);
    if (isOver && !this.hasEnded) this.#ear.end();
    this.hasEnded = isOver;
  }

  async close(): Promise<void> {
    process.stdin.destroy();
  }

  count(): SourceCount {
    return { ...this.#ear.count(), ...ALONE };
  }
}
