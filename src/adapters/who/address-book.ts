import { networkInterfaces } from 'node:os';
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

const NO_AGES =
  'the command ip (iproute2) is missing or too old, so nobody can tell how old an entry of the neighbour table is: a phone at a new address, or at one that another phone had, is known a boot later, and one that had three addresses not at all';

/** Invented: also when nobody asks, trouble with a lease file is noticed within this time. */
const POLL_MS = 5_000;

/** An address book over this machine's neighbour table and the given lease files. */
export function addressBook(options: AddressBookOptions): LeaseBook {
  const { clock, log } = options;
  const neighbours = options.neighbours ?? new NeighbourTable();
  let files = options.leases.map((path) => new LeaseFile(path, log));
  let cancelPoll = () => {};
  let isPolling = false;
  let isStopped = false;
  const turns = new FairQueue();

  let isBlind = false;

  const sources = sharedReading(async () => {
    await Promise.all([neighbours.refresh(), ...files.map((file) => file.refresh())]);
  });
  const ages = sharedReading(async () => {
    const canTell = await neighbours.weigh();
    if (!canTell && !isBlind) log.warn({ event: 'neighbours.ages-unknown', reason: NO_AGES });
    isBlind = !canTell;
  });

  /** Those who waited for one reading go on a few at a time: a thousand phones may have asked meanwhile. */
  async function refresh(): Promise<void> {
    if (!isStopped) await sources.again();
    await new Promise<void>((resolve) => turns.run(resolve));
  }

  function poll(): void {
    isPolling = true;
    cancelPoll = clock.wakeAt(clock.now() + POLL_MS, () => {
      void sources.again().then(() => {
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
      await Promise.all([sources.ended(), ages.ended()]);
    },
    refresh,
    async weigh(address) {
      const key = normalizeAddress(address);
      if (key === null || isStopped || !neighbours.isWeighable(key)) return;
      await ages.again();
    },
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
      const [now, wall] = [clock.now(), clock.wall()];
      const freshBy = (agoMs: number | null) => (agoMs === null ? {} : { freshAt: Math.floor(now - agoMs) });
      const neighbour = neighbours.lookup(key);
      if (neighbour !== null) {
        entries.push({ mac: neighbour.mac, source: 'neighbour', ...freshBy(neighbour.heardAgoMs) });
      }
      for (const file of files) {
        const lease = file.lookup(key, wall);
        if (lease === null) continue;
        const { mac, vendorClass } = lease;
        const told = vendorClass === undefined ? {} : { vendorClass };
        entries.push({ mac, source: 'lease', ...told, ...freshBy(file.givenAgo(lease, wall)) });
      }
      return entries;
    },
    leasesOf(mac) {
      const [now, wall] = [clock.now(), clock.wall()];
      return files.flatMap((file) =>
        file.leasesOf(mac, wall).flatMap((lease) => {
          const agoMs = file.givenAgo(lease, wall);
          return agoMs === null ? [] : [{ address: lease.address, freshAt: Math.floor(now - agoMs) }];
        }),
      );
    },
    isOfThisMachine(address) {
      const key = normalizeAddress(address);
      const own = Object.values(networkInterfaces()).flatMap((all) => all ?? []);
      return key !== null && own.some((one) => !one.internal && normalizeAddress(one.address) === key);
    },
  };
}

async function firstReading(file: LeaseFile): Promise<void> {
  try {
    await file.read();
  } catch (error) {
    const unknown = `the lease file ${file.path} is not one of dnsmasq, ISC dhcpd, Kea, udhcpd or systemd-networkd; name the DHCP server's lease file with --leases`;
    if (error instanceof UnknownLeases) throw new AppError('E_LEASES_UNREADABLE', unknown, { cause: error });
    const message = `The lease file ${file.path} cannot be read (${reasonOf(error)}); name the DHCP server's lease file and allow loadstep to read it.`;
    throw new AppError('E_LEASES_UNREADABLE', message, { cause: error });
  }
}

/** One reading for all who ask for it meanwhile. */
function sharedReading(read: () => Promise<void>) {
  let running: Promise<void> | null = null;
  let queued: Promise<void> | null = null;
  return {
    /** A call during a reading waits for the next one: the running one may have passed what the caller is after. */
    again(): Promise<void> {
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
    },
    ended: async () => {
      await (queued ?? running);
    },
  };
}
