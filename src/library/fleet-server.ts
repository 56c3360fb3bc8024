import { dirname, join } from 'node:path';
import type { FirmwareStore } from '../adapters/firmware/firmware-store.ts';
import { systemClock } from '../adapters/system-clock.ts';
import { type Enrolled, enrolFor, type Wish } from '../app/list/enrol.ts';
import { wishFault } from '../app/list/wish-check.ts';
import type { LiveEvent } from '../app/record/live-event.ts';
import { type PhoneStatus, statusOf } from '../app/told/phone-status.ts';
import type { BatchLimits } from '../core/batch/batch-state.ts';
import { AppError } from '../core/errors.ts';
import type { HistoryEvent } from '../core/history/event.ts';
import type { Clock } from '../ports/clock.ts';
import type { FirmwareFiles } from '../ports/firmware-files.ts';
import type { Log } from '../ports/log.ts';
import { DEFAULT_LISTEN, type ListenAddress } from '../server/listen-address.ts';
import { type RunningServer, type ServerStore, startServer } from '../server/start-server.ts';
import { type EventStream, MOST_WAITING, Stream } from './event-stream.ts';
import { openFirmware } from './firmware-tree.ts';
import { firmwareMatrix } from './matrix.ts';
import { loadOf, macOf, modelOf, runningOf } from './read-words.ts';

/** What a server is made of. Everything but the database and the firmware has a default. */
export interface ServerOptions {
  /** The SQLite file that keeps everything for good, made when it is missing; or a store of your own. */
  readonly database: string | ServerStore;
  /** Folders of firmware, verified when the server starts; or a firmware store that is open already. */
  readonly firmware: string | readonly string[] | FirmwareFiles;
  /** Where to listen; by default port 69 of every IPv4 address. Port 0 is any free one. */
  readonly listen?: Partial<ListenAddress>;
  /** `listed` (default): phones that were enrolled. `all`: also every phone whose family is proven and has a target. */
  readonly enroll?: 'listed' | 'all';
  /** For `all`: the load to arrive at, one for each family. */
  readonly targets?: readonly string[];
  /** How many phones go at once, how many go first, and after how many failures no more begin; by default no limit. */
  readonly limits?: Partial<BatchLimits>;
  /** DHCP lease files (dnsmasq, ISC dhcpd, Kea, udhcpd, systemd-networkd) that say which phone has which address. */
  readonly leases?: readonly string[];
  /** An existing TFTP folder; files that change no load are served from it, read-only. */
  readonly root?: string;
  /** Milliseconds that each state may last while too little history teaches a better time; default 15 minutes. */
  readonly stallAfterMs?: number;
  /** Sends everything from the request port: for containers and NAT that let only one port through. */
  readonly isSinglePort?: boolean;
  /** Gets what an operator should know; by default nothing is logged. */
  readonly log?: Log;
  /** The clock; by default the machine's, without its jumps. */
  readonly clock?: Clock;
  /**
   * Called once when the record can no longer be written (`E_DISK_FULL`, `E_DB_LOCKED`, `E_DB_FAILED`): nothing is answered from
   * then on. Every event stream ends with the same error.
   */
  readonly onFailure?: (error: AppError) => void;
}

/** A phone to be converted. */
export interface PhoneWish {
  /** In any spelling, such as `00:18:b9:c0:ff:ee`. */
  readonly mac: string;
  /** The load to arrive at. */
  readonly target: string;
  /** The operator's word on what runs; what the phone shows overrules it. */
  readonly from?: string;
  /** The model as people write it, such as `7940`. */
  readonly model?: string;
  readonly label?: string;
  /** The batch in which it is counted. */
  readonly batch?: string;
  /** Its switch port. */
  readonly port?: string;
  readonly serial?: string;
}

/** Which rows of the record. */
export interface HistoryWish {
  readonly mac?: string;
  /** Milliseconds since the epoch, inclusive. */
  readonly since?: number;
  /** At most so many rows, the newest, still in the order of time. */
  readonly limit?: number;
}

/** A fleet of phones behind a TFTP server. Nothing runs before `start()`. */
export interface FleetServer {
  /** Where it listens; null while it does not. */
  readonly listening: ListenAddress | null;
  /**
   * Opens the record and the firmware and begins to answer; phones under way go on. Rejects with `AppError`
   * `E_PORT_DENIED`, `E_PORT_IN_USE`, `E_ADDRESS_UNAVAILABLE`, `E_DB_…` (`E_DB_SERVED` where another process serves this record),
   * `E_NO_FIRMWARE`, `E_FIRMWARE_UNREADABLE`, `E_LEASES_UNREADABLE`, `E_LOADER_TARGET` (a target that is a bare loader), `E_ROOT_UNREADABLE` or
   * `E_NATIVE_MISSING`, and then holds nothing open.
   */
  start(): Promise<ListenAddress>;
  /**
   * Ends within seconds; the record is complete then. Transfers under way get `drainMs` milliseconds (default 0) to end.
   * A phone that is writing its flash does not need the server; one that is under way goes on at the next `start()`.
   */
  stop(options?: { readonly drainMs?: number }): Promise<void>;
  /**
   * What happens from now on, for one reader; may be called before `start()`. The stream ends when the server stops. The newest
   * `limit` events (default 10,000) wait for a slow reader.
   */
  events(options?: { readonly limit?: number }): EventStream;
  /**
   * Puts a phone on the list at once, and says what that changed; a second call changes nothing. Throws `AppError`
   * `E_BAD_USAGE` for a MAC or model, `E_UNKNOWN_LOAD` for a load that cannot be read, `E_WRONG_FAMILY` where model and loads
   * do not fit together, `E_LOADER_TARGET` for a loader, with which a phone is not a telephone.
   */
  enrol(wish: PhoneWish): Enrolled;
  /** Takes a phone off the list; one that may be writing its flash is let go at its next boot. False when it was not on the list. */
  release(mac: string): boolean;
  /** Lets a held phone start again; false when it is not on the list. */
  retry(mac: string): boolean;
  /** Where every phone stands that the record knows, phones that are not on the list included. */
  phones(): readonly PhoneStatus[];
  /** Where one phone stands; null when the record does not know it. */
  phone(mac: string): PhoneStatus | null;
  /** The record, in the order of time. */
  history(query?: HistoryWish): Iterable<HistoryEvent>;
  /** Reads the firmware folders again; phones that are held because a load was missing go on. */
  reloadFirmware(): Promise<void>;
}

/** Makes a server, and starts nothing yet. */
export function createServer(options: ServerOptions): FleetServer {
  return new LibraryServer(options);
}

interface Running {
  readonly server: RunningServer;
  readonly store: ServerStore;
  readonly firmware: FirmwareFiles;
  readonly clock: Clock;
}

const SILENT: Log = { error() {}, warn() {}, info() {}, debug() {} };

class LibraryServer implements FleetServer {
  readonly #options: ServerOptions;
  readonly #streams = new Set<Stream>();
  #running: Running | null = null;
  #starting: Promise<ListenAddress> | null = null;
  #failure: AppError | null = null;

  constructor(options: ServerOptions) {
    this.#options = options;
  }

  get listening(): ListenAddress | null {
    return this.#running?.server.listening ?? null;
  }

  start(): Promise<ListenAddress> {
    this.#starting ??= this.#start().catch((error: unknown) => {
      this.#starting = null;
      throw error;
    });
    return this.#starting;
  }

  async stop(options: { readonly drainMs?: number } = {}): Promise<void> {
    await this.#starting?.catch(() => {});
    const running = this.#running;
    this.#starting = null;
    this.#running = null;
    if (running !== null) {
      await running.server.drain(options.drainMs ?? 0);
      await running.server.stop();
      if (typeof this.#options.database === 'string') running.store.close();
    }
    for (const stream of [...this.#streams]) stream.end(this.#failure);
    this.#failure = null;
  }

  events(options: { readonly limit?: number } = {}): EventStream {
    const stream = new Stream(options.limit ?? MOST_WAITING, (ended) => this.#streams.delete(ended));
    this.#streams.add(stream);
    return stream;
  }

  enrol(wish: PhoneWish): Enrolled {
    const { store, server, clock } = this.#started();
    const whole = readWish(wish);
    const record = store.phone(whole.mac);
    const known = record?.enrolment?.status === 'enrolled' ? record.enrolment : null;
    const asked = { ...whole, from: whole.from ?? known?.from ?? null, model: whole.model ?? known?.model ?? null };
    const fault = wishFault(firmwareMatrix(), asked);
    if (fault !== null) throw new AppError(fault.code, `${whole.mac}: ${fault.why}`);
    const outcome = enrolFor(store, whole, clock.wall(), record === null ? null : statusOf(record));
    server.syncList();
    return outcome;
  }

  release(mac: string): boolean {
    const { store, server, clock } = this.#started();
    const isReleased = store.release(macOf(mac), clock.wall());
    server.syncList();
    return isReleased;
  }

  retry(mac: string): boolean {
    const { store, server, clock } = this.#started();
    const isRetried = store.retry(macOf(mac), clock.wall());
    server.syncList();
    return isRetried;
  }

  phones(): readonly PhoneStatus[] {
    return this.#started().store.phones().map(statusOf);
  }

  phone(mac: string): PhoneStatus | null {
    const record = this.#started().store.phone(macOf(mac));
    return record === null ? null : statusOf(record);
  }

  history({ mac, ...rest }: HistoryWish = {}): Iterable<HistoryEvent> {
    return this.#started().store.history({ ...rest, ...(mac === undefined ? {} : { mac: macOf(mac) }) });
  }

  async reloadFirmware(): Promise<void> {
    const { firmware, server } = this.#started();
    if (isReloadable(firmware)) await firmware.reload();
    server.syncList();
  }

  #started(): Running {
    if (this.#running !== null) return this.#running;
    throw new AppError('E_BAD_USAGE', 'the server does not run; await its start() first');
  }

  async #start(): Promise<ListenAddress> {
    const { database, clock = systemClock(), log = SILENT, listen, root, stallAfterMs, limits } = this.#options;
    const firmware = await this.#openFirmware();
    const store = await openRecord(database, log);
    try {
      const server = await startServer({
        databasePath: typeof database === 'string' ? database : null,
        store,
        firmware,
        matrix: firmwareMatrix(),
        clock,
        log,
        listen: { ...DEFAULT_LISTEN, ...listen },
        enroll: this.#options.enroll ?? 'listed',
        targets: (this.#options.targets ?? []).map(loadOf),
        leases: this.#options.leases ?? [],
        root: root ?? null,
        isSinglePort: this.#options.isSinglePort ?? false,
        stallAfterMs: stallAfterMs ?? null,
        ...(limits === undefined ? {} : { limits }),
        onEvent: (event) => this.#tell(event),
        onFailure: (error) => this.#fail(error),
      });
      this.#running = { server, store, firmware, clock };
      return server.listening;
    } catch (error) {
      if (typeof database === 'string') store.close();
      throw error;
    }
  }

  async #openFirmware(): Promise<FirmwareFiles> {
    const { firmware, database } = this.#options;
    if (typeof firmware !== 'string' && !isFolders(firmware)) return firmware;
    // Only what changed is read again: what was learnt is kept beside the database, never in the folders.
    const index = typeof database === 'string' ? { indexPath: join(dirname(database), 'firmware-index.json') } : {};
    return openFirmware({ folders: typeof firmware === 'string' ? [firmware] : firmware, ...index });
  }

  #tell(event: LiveEvent): void {
    for (const stream of [...this.#streams]) stream.push(event);
  }

  #fail(error: AppError): void {
    this.#failure = error;
    for (const stream of [...this.#streams]) stream.end(error);
    this.#options.onFailure?.(error);
  }
}

async function openRecord(database: string | ServerStore, log: Log): Promise<ServerStore> {
  if (typeof database !== 'string') return database;
  const { openStore } = await import('../adapters/sqlite/open-store.ts');
  return openStore({ path: database, mode: 'server', log });
}

function isFolders(firmware: readonly string[] | FirmwareFiles): firmware is readonly string[] {
  return Array.isArray(firmware);
}

function isReloadable(firmware: FirmwareFiles): firmware is FirmwareStore {
  return 'reload' in firmware;
}

function readWish(wish: PhoneWish): Wish {
  return {
    mac: macOf(wish.mac),
    target: loadOf(wish.target),
    from: runningOf(wish.from),
    model: modelOf(wish.model),
    label: wish.label ?? null,
    ...(wish.batch === undefined ? {} : { batch: wish.batch }),
    ...(wish.port === undefined ? {} : { port: wish.port }),
    ...(wish.serial === undefined ? {} : { serial: wish.serial }),
  };
}
