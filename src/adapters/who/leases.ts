import { stat } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { WallMs } from '../../core/moment.ts';
import type { MacAddress } from '../../core/names/mac-address.ts';
import type { Address } from '../../core/who/address.ts';
import { isLeaseAlive, type Lease, type LeaseReading } from '../../core/who/lease.ts';
import { mergeReadings } from '../../core/who/leases.ts';
import type { Log } from '../../ports/log.ts';
import { type LeaseNews, NO_NEWS, newsOf } from './lease-news.ts';
import { type LeaseEnd, lookAt, readLook, stampOf } from './lease-text.ts';

/** What Kea loads before its journal while or after it cleans up, oldest first; `.completed` stands for the others. */
const KEA_FINISHED = ['.completed'];
const KEA_RUNNING = ['.2', '.1'];

/** dnsmasq cuts its file to nothing and writes it in pieces at every answer it gives: it is looked at again so soon (invented). */
const PAUSE_MS = 5;
/** A question is not kept waiting for longer: what was read last holds meanwhile (invented). */
const AGAIN_MS = 100;
/** Of a file that was never read whole, what is there is taken after this time (invented). */
const FIRST_MS = 1_000;
/** What every look has missed for this time is gone (invented; a disk that is busy holds dnsmasq up for a quarter of a second). */
const GONE_MS = 2_000;

/** A file to which is only appended is read as a whole at least this often, lest a change before its end is missed (invented). */
const WHOLE_AGAIN_MS = 300_000;

const IN_DOUBT = 'in doubt';

interface Part {
  readonly stamp: string;
  readonly ino: number;
  readonly reading: LeaseReading;
  /** Where reading goes on when more has come; null when the file is to be read as a whole. */
  readonly end: LeaseEnd | null;
  /** When it was read as a whole, on the clock of the aids. */
  readonly wholeAt: number;
  /** When the file was last found to be so, on the clock of the aids. */
  readonly checkedAt: number;
  readonly news: LeaseNews;
}

/** What a test replaces. */
export interface LeaseFileAids {
  /** Waits, in milliseconds. */
  readonly pause: (ms: number) => Promise<unknown>;
  /** Milliseconds since some moment; runs while the file is waited for. */
  readonly now: () => number;
}

const REAL_AIDS: LeaseFileAids = { pause: (ms) => sleep(ms), now: () => performance.now() };

/** One lease file, read again whenever it changed. */
export class LeaseFile {
  readonly path: string;
  readonly #log: Log;
  /** Of the file and of Kea's older parts of it, oldest first. */
  #readings: readonly LeaseReading[] = [];
  /** By file; Kea's journal has older parts beside it. */
  #parts = new Map<string, Part>();
  #isUnreadable = false;
  readonly #aids: LeaseFileAids;
  /** Since when every reading of a file lacked something that was there before. */
  readonly #doubtedAt = new Map<string, number>();

  constructor(path: string, log: Log, aids: LeaseFileAids = REAL_AIDS) {
    this.path = path;
    this.#log = log;
    this.#aids = aids;
  }

  /** Reads the file if it changed. Rejects when it cannot be read; its leases then hold no longer. */
  async read(): Promise<void> {
    try {
      const main = await this.#part(this.path);
      const parts = main.reading.format === 'kea' ? [...(await this.#olderParts()), main] : [main];
      this.#readings = parts.map((part) => part.reading);
      if (this.#isUnreadable) this.#log.warn({ event: 'leases.readable', file: this.path });
      this.#isUnreadable = false;
    } catch (error) {
      this.#parts.clear();
      this.#readings = [];
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
    return mergeReadings(this.#readings);
  }

  /** The lease that holds for an address. */
  lookup(address: Address, now: WallMs): Lease | null {
    const lease = this.#readings.findLast(({ entries }) => entries.has(address))?.entries.get(address) ?? null;
    return lease !== null && isLeaseAlive(lease, now) ? lease : null;
  }

  /** The leases of a phone that hold. */
  leasesOf(mac: MacAddress, now: WallMs): readonly Lease[] {
    const addresses = new Set(this.#readings.flatMap((reading) => byMac(reading).get(mac) ?? []));
    return [...addresses].flatMap((address) => {
      const lease = this.lookup(address, now);
      return lease?.mac === mac ? [lease] : [];
    });
  }

  /** How long ago the server last gave or renewed a lease, in milliseconds and at most; null when nobody can tell. */
  givenAgo({ address, givenAt }: Lease, now: WallMs): number | null {
    if (givenAt !== undefined) return givenAt <= now ? now - givenAt : null;
    const changedAt = this.#parts.get(this.path)?.news.changedAt.get(address);
    return changedAt === undefined ? null : this.#aids.now() - changedAt;
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
    const [now, checkedAt] = [Date.now(), this.#aids.now()];
    if (known !== undefined && stampOf(await stat(path), now) === known.stamp) {
      const same = { ...known, checkedAt };
      this.#parts.set(path, same);
      return same;
    }
    const found = await this.#settledPart(path, known);
    const { format, entries, damaged } = found.reading;
    if (format === null && damaged > 0) throw new UnknownLeases();
    const news = known === undefined ? NO_NEWS : newsOf(known, found.reading);
    // What is kept in doubt was not seen again.
    const seenAt = known !== undefined && found.stamp === IN_DOUBT ? known.checkedAt : checkedAt;
    const part = { ...found, checkedAt: seenAt, news };
    this.#parts.set(path, part);
    this.#log.debug({ event: 'leases.read', file: path, format, entries: entries.size });
    if (damaged > 0 && damaged !== known?.reading.damaged) {
      this.#log.warn({ event: 'leases.damaged', file: path, format, entries: damaged });
    }
    return part;
  }

  /**
   * The file as it is when nobody is writing it. A reading in the middle of a rewriting misses leases that never went away, so one
   * that lacks any is believed only when it stays so.
   */
  async #settledPart(path: string, known: Part | undefined): Promise<Omit<Part, 'checkedAt' | 'news'>> {
    for (let waited = 0; ; waited += PAUSE_MS) {
      const mayGoOn = known !== undefined && this.#aids.now() - known.wholeAt < WHOLE_AGAIN_MS;
      const look = await lookAt(path, mayGoOn ? known.end : null);
      const { text, stamp, ino, isSteady, isAtRest } = look;
      const isWhole = isAtRest || (isSteady && text.endsWith('\n'));
      const isAppended = look.after !== null;
      const read = isWhole || (waited >= FIRST_MS && !isAppended) ? await readLook(look) : null;
      const wholeAt = isAppended && known !== undefined ? known.wholeAt : this.#aids.now();
      // A file that was put in the place of another one was written before.
      const isComplete = known === undefined || isAppended || (ino !== known.ino && text !== '');
      if (read !== null && (isComplete || !hasLost(known.reading, read.reading))) {
        this.#doubtedAt.delete(path);
        return { stamp, ino, wholeAt, ...read };
      }
      const now = this.#aids.now();
      const since = this.#doubtedAt.get(path) ?? now;
      this.#doubtedAt.set(path, since);
      if (isSteady && now - since >= GONE_MS) {
        this.#doubtedAt.delete(path);
        return { stamp, ino, wholeAt, ...(read ?? (await readLook(look))) };
      }
      if (known !== undefined) {
        // What is there counts at once; what is missing stays until that is certain.
        if (read !== null && read.reading.entries.size > 0) {
          const entries = new Map([...known.reading.entries, ...read.reading.entries]);
          return { ...known, stamp: IN_DOUBT, reading: { ...read.reading, entries }, end: null };
        }
        if (waited >= AGAIN_MS) return { ...known, stamp: IN_DOUBT };
      }
      await this.#aids.pause(PAUSE_MS);
    }
  }
}

const BY_MAC = new WeakMap<LeaseReading, ReadonlyMap<MacAddress, readonly Address[]>>();

/** The addresses of each phone in one reading, sorted out when they are first asked for. */
function byMac(reading: LeaseReading): ReadonlyMap<MacAddress, readonly Address[]> {
  const known = BY_MAC.get(reading);
  if (known !== undefined) return known;
  const found = new Map<MacAddress, Address[]>();
  for (const [address, lease] of reading.entries) {
    if (lease === null) continue;
    const its = found.get(lease.mac);
    if (its === undefined) found.set(lease.mac, [address]);
    else its.push(address);
  }
  BY_MAC.set(reading, found);
  return found;
}

/** The text is of none of the DHCP servers that are known. */
export class UnknownLeases extends Error {
  constructor() {
    super('it is not one of dnsmasq, ISC dhcpd, Kea, udhcpd or systemd-networkd');
  }
}

/** Whether an address that had a lease is not even mentioned any more. */
function hasLost(before: LeaseReading, now: LeaseReading): boolean {
  for (const [address, lease] of before.entries) if (lease !== null && !now.entries.has(address)) return true;
  return false;
}

/** Why a file could not be read, in words. */
export function reasonOf(error: unknown): string {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return 'there is no such file';
  return error instanceof Error ? error.message : String(error);
}
