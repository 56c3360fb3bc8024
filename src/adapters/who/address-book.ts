import { AppError } from '../../core/errors.ts';
import { normalizeAddress } from '../../core/who/address.ts';
import type { AddressBook, AddressEntry } from '../../ports/address-book.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import { FairQueue } from '../fair-queue.ts';
import { LeaseFile, reasonOf, UnknownLeases } from './leases.ts';
import { NeighbourTable } from './neighbour-table.ts';

export interface AddressBookOptions {
  /** Paths of lease files. */
  readonly leases: readonly string[];
  readonly clock: Clock;
  readonly log: Log;
  /** A table of the test's own; the machine's by default. */
  readonly neighbours?: NeighbourTable;
}

/** An address book whose lease files can be others from now on. */
export interface LeaseBook extends AddressBook {
  /**
   * Reads files that are new; rejects with AppError `E_LEASES_UNREADABLE` when one cannot be read. The returned function makes
   * these the files that are looked at; nothing changes before.
   */
  readLeases(paths: readonly string[]): Promise<() => void>;
}

/** Invented: also when nobody asks, trouble with a lease file is noticed within this time. */
const POLL_MS = 5_000;

/** An address book over this machine's neighbour table and the given lease files. */
export function addressBook(options: AddressBookOptions): LeaseBook {
  const { clock, log } = options;
  const neighbours = options.neighbours ?? new NeighbourTable();
  let files = options.leases.map((path) => new LeaseFile(path, log));
  let running: Promise<void> | null = null;
  let queued: Promise<void> | null = null;
  let cancelPoll = () => {};
  let isPolling = false;
  let isStopped = false;
  const turns = new FairQueue();

  async function read(): Promise<void> {
    await Promise.all([neighbours.refresh(), ...files.map((file) => file.refresh())]);
  }

  /** A call during a reading waits for the next one: the running one may have passed what the caller is after. */
  function readAgain(): Promise<void> {
    if (isStopped) return Promise.resolve();
    if (queued !== null) return queued;
    const next = (running ?? Promise.resolve()).then(() => {
      running = next;
      queued = null;
      return read().finally(() => {
        if (running === next) running = null;
      });
    });
    queued = next;
    return next;
  }

  /** Those who waited for one reading go on a few at a time: a thousand phones may have asked meanwhile. */
  async function refresh(): Promise<void> {
    await readAgain();
    await new Promise<void>((resolve) => turns.run(resolve));
  }

  function poll(): void {
    isPolling = true;
    cancelPoll = clock.wakeAt(clock.now() + POLL_MS, () => {
      void readAgain().then(() => {
        if (!isStopped) poll();
      });
    });
  }

  return {
    async start() {
      for (const file of files) await firstReading(file);
      await neighbours.refresh();
      if (files.length > 0) poll();
    },
    async stop() {
      isStopped = true;
      cancelPoll();
      await (queued ?? running);
    },
    refresh,
    async readLeases(paths) {
      const next = paths.map((path) => files.find((file) => file.path === path) ?? new LeaseFile(path, log));
      for (const file of next) if (!files.includes(file)) await firstReading(file);
      return () => {
        files = next;
        if (files.length > 0 && !isPolling && !isStopped) poll();
      };
    },
    lookup(address) {
      const key = normalizeAddress(address);
      if (key === null) return [];
      const entries: AddressEntry[] = [];
      const mac = neighbours.lookup(key);
      if (mac !== null) entries.push({ mac, source: 'neighbour' });
      for (const file of files) {
        const lease = file.lookup(key, clock.wall());
        if (lease === null) continue;
        const { vendorClass } = lease;
        entries.push({ mac: lease.mac, source: 'lease', ...(vendorClass === undefined ? {} : { vendorClass }) });
      }
      return entries;
    },
  };
}

async function firstReading(file: LeaseFile): Promise<void> {
  try {
    await file.read();
  } catch (error) {
    const unknown = `the lease file ${file.path} is none of dnsmasq, ISC dhcpd or Kea; name the DHCP server's lease file with --leases`;
    if (error instanceof UnknownLeases) throw new AppError('E_LEASES_UNREADABLE', unknown, { cause: error });
    const message = `The lease file ${file.path} cannot be read (${reasonOf(error)}); name the DHCP server's lease file and allow loadstep to read it.`;
    throw new AppError('E_LEASES_UNREADABLE', message, { cause: error });
  }
}
