import { constants } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import type { Address } from '../../core/who/address.ts';
import { isLeaseAlive, type Lease, type LeaseReading } from '../../core/who/lease.ts';
import { mergeReadings, readLeases } from '../../core/who/leases.ts';
import type { Log } from '../../ports/log.ts';

/** Invented: a million leases are about this long. */
const MAX_BYTES = 128 * 1024 * 1024;
/** What Kea loads before its journal while or after it cleans up, oldest first; `.completed` stands for the others. */
const KEA_FINISHED = ['.completed'];
const KEA_RUNNING = ['.2', '.1'];

interface Part {
  readonly stamp: string;
  readonly reading: LeaseReading;
}

/** One lease file, read again whenever it changed. */
export class LeaseFile {
  readonly path: string;
  readonly #log: Log;
  #reading: LeaseReading = readLeases('');
  /** By file; Kea's journal has older parts beside it. */
  #parts = new Map<string, Part>();
  #isUnreadable = false;

  constructor(path: string, log: Log) {
    this.path = path;
    this.#log = log;
  }

  /** Reads the file if it changed. Rejects when it cannot be read; its leases then hold no longer. */
  async read(): Promise<void> {
    try {
      const main = await this.#part(this.path);
      const parts = main.reading.format === 'kea' ? [...(await this.#olderParts()), main] : [main];
      this.#reading = mergeReadings(parts.map((part) => part.reading));
      if (this.#isUnreadable) this.#log.info({ event: 'leases.readable', file: this.path });
      this.#isUnreadable = false;
    } catch (error) {
      this.#parts.clear();
      this.#reading = readLeases('');
      throw error;
    }
  }

  /** Like `read`, and never rejects: trouble is logged once until it is over. */
  async refresh(): Promise<void> {
    try {
      await this.read();
    } catch (error) {
      const reason = reasonOf(error);
      if (!this.#isUnreadable) this.#log.warn({ event: 'leases.unreadable', file: this.path, reason });
      this.#isUnreadable = true;
    }
  }

  /** What the last reading found. */
  get reading(): LeaseReading {
    return this.#reading;
  }

  /** The lease that holds for an address. */
  lookup(address: Address, now: number): Lease | null {
    const lease = this.#reading.entries.get(address) ?? null;
    return lease !== null && isLeaseAlive(lease, now) ? lease : null;
  }

  async #olderParts(): Promise<Part[]> {
    for (const suffixes of [KEA_FINISHED, KEA_RUNNING]) {
      const parts: Part[] = [];
      for (const suffix of suffixes) {
        const part = await this.#part(this.path + suffix).catch(() => null);
        if (part !== null) parts.push(part);
      }
      if (parts.length > 0) return parts;
    }
    return [];
  }

  async #part(path: string): Promise<Part> {
    const known = this.#parts.get(path);
    if (known !== undefined && stampOf(await stat(path)) === known.stamp) return known;
    // Not blocking: a pipe in the place of the file would never open.
    const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const stats = await file.stat();
      if (!stats.isFile()) throw new Error('it is no regular file');
      if (stats.size > MAX_BYTES) throw new Error(`it is larger than ${MAX_BYTES} bytes`);
      // Latin-1 keeps every byte: option 60 is no text in any encoding.
      const reading = readLeases(await file.readFile('latin1'));
      const part = { stamp: stampOf(stats), reading };
      this.#parts.set(path, part);
      this.#log.debug({ event: 'leases.read', file: path, format: reading.format, entries: reading.entries.size });
      if (reading.damaged > 0 && reading.damaged !== known?.reading.damaged) {
        this.#log.warn({ event: 'leases.damaged', file: path, format: reading.format, entries: reading.damaged });
      }
      return part;
    } finally {
      await file.close();
    }
  }
}

/** Why a file could not be read, in words. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Invented, well above the tick of a file system's clock: a younger change may be followed by another of the same time. */
const SETTLED_MS = 100;

function stampOf(stats: { mtimeMs: number; ctimeMs: number; size: number; ino: number }): string {
  const isSettled = Date.now() - stats.ctimeMs >= SETTLED_MS;
  return `${stats.ino}:${stats.size}:${stats.mtimeMs}:${stats.ctimeMs}${isSettled ? '' : ':unsettled'}`;
}
