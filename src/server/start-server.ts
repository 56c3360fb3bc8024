import { GENEROUS_BUDGETS, type StateBudgets } from '../../machines/phone-context.ts';
import type { ServerInfo } from '../adapters/sqlite/server-lock.ts';
import type { DataPlane } from '../adapters/tftp/plane/messages.ts';
import type { CountingTftpServer } from '../adapters/tftp/server.ts';
import type { Fleet } from '../app/fleet.ts';
import type { RootLoads, StrangerAsked } from '../app/fleet-options.ts';
import { listWatch } from '../app/list/list-watch.ts';
import { refuseBareLoaders } from '../app/list/wish-check.ts';
import type { LiveEvent } from '../app/record/live-event.ts';
import { recordingUnverified } from '../app/record/recording-unverified.ts';
import type { BatchLimits } from '../core/batch/batch-state.ts';
import type { AppError } from '../core/errors.ts';
import type { Matrix } from '../core/matrix/matrix.ts';
import type { SteadyMs } from '../core/moment.ts';
import type { LoadName } from '../core/names/load-name.ts';
import type { MacAddress } from '../core/names/mac-address.ts';
import type { BatchStore } from '../ports/batch-store.ts';
import type { Clock } from '../ports/clock.ts';
import type { Configurations } from '../ports/configurations.ts';
import type { FirmwareFiles } from '../ports/firmware-files.ts';
import type { Log } from '../ports/log.ts';
import type { RecordFeed, Store } from '../ports/store.ts';
import type { TftpHandler } from '../ports/tftp.ts';
import type { AidNews, AttachedAids } from './bench-aids.ts';
import { tftpServer } from './choose-tftp-server.ts';
import type { ListenAddress } from './listen-address.ts';
import { serverAddressFor } from './own-addresses.ts';
import type { Prepared } from './prepared.ts';
import { tellTree } from './tell-tree.ts';
import { placesOf } from './told-places.ts';
import type { OpenWitnesses, WitnessPlaces } from './witnesses.ts';

/**
 * Where a server keeps its record. Without the methods of `BatchStore` every phone goes at once; without those of `RecordFeed`
 * changes of the list of phones are recorded and not told as events.
 */
export type ServerStore = Store & Partial<BatchStore> & Partial<RecordFeed>;

/** What a server is made of. The store and the firmware stay the caller's. */
export interface ServerParts {
  /** The database that this process becomes the one server of; null where the store is no database of ours. */
  readonly databasePath: string | null;
  readonly store: ServerStore;
  readonly firmware: FirmwareFiles;
  readonly matrix: Matrix;
  readonly clock: Clock;
  readonly log: Log;
  readonly listen: ListenAddress;
  readonly enroll: 'listed' | 'all';
  readonly targets: readonly LoadName[];
  /** Limits of the batch that replace those which were kept; absent leaves them. */
  readonly limits?: Partial<BatchLimits>;
  readonly leases: readonly string[];
  readonly root: string | null;
  /** Who gets what names or is a load out of that tree; nobody when absent. */
  readonly rootLoads?: RootLoads;
  /** What landed phones are configured with; nothing but their load where this is absent. */
  readonly configurations?: Configurations;
  /** Where phones are heard that say what they run; absent: they are not. */
  readonly witness?: WitnessPlaces;
  /** The name of the first line that a phone was configured with; null, or absent, where nobody knows. */
  readonly lineOf?: (mac: MacAddress) => string | null;
  /** True where another server of this machine answers phones that are not on the list, or have landed. */
  readonly isBeside?: boolean;
  /** Until when that one may have answered phones that are to be answered here; null where it did not. */
  readonly answeredElsewhere?: () => SteadyMs | null;
  /** The words after `loadstep` that start such a server, for other commands. */
  readonly command?: string;
  /** The folders that `firmware` is read from, for other commands; absent where it comes from elsewhere. */
  readonly firmwareFolders?: readonly string[];
  readonly isSinglePort: boolean;
  /** Hears phones in the place of a socket, where another server is asked; `listen` is then where that one is. */
  readonly hears?: (handler: TftpHandler) => HearingServer;
  /** How the thread that sends files reads and writes datagrams; absent: files are sent from the caller's own thread. */
  readonly dataPlane?: DataPlane | 'auto';
  /** The batch of phones that are enrolled by themselves. */
  readonly batch?: string | null;
  /** What works beside the fleet; told every event after `onEvent`. */
  readonly attach?: (fleet: Fleet, tell: AidNews, heard: () => OpenWitnesses | null) => AttachedAids;
  /** Done once the database is this server's, before phones are answered; where it rejects, the server does not start. */
  readonly open?: () => Promise<void>;
  /** How long each state may last while no history says better; null is the default. */
  readonly stallAfterMs?: number | null;
  /** Told of every request of a phone that is on nobody's list. */
  readonly onStranger?: (asked: StrangerAsked) => void;
  /** Told everything, `server.listening` first. */
  readonly onEvent: (event: LiveEvent) => void;
  /** Told once when the record can no longer be written: nothing is answered from then on. */
  readonly onFailure: (error: AppError) => void;
}

/** What hears phones and answers them. */
type HearingServer = Omit<CountingTftpServer, 'counters'>;

/** What of a running server can become another; `attach` absent leaves the aids as they are. */
export type ServerChange = Required<
  Pick<ServerParts, 'enroll' | 'targets' | 'limits' | 'leases' | 'root' | 'rootLoads' | 'batch' | 'stallAfterMs'>
> &
  Pick<ServerParts, 'attach' | 'firmwareFolders'>;

/** A server that answers phones. */
export interface RunningServer {
  readonly listening: ListenAddress;
  /** Where phones are heard that say what they run, in a sentence; null where they are not. */
  readonly witnesses: string | null;
  /** Tells other commands why phones are not led here, and that they are again with null. */
  tellAway(why: string | null): void;
  /** Takes over changes of the list of phones at once. */
  syncList(): void;
  /**
   * Opens what is new; rejects with AppError `E_LEASES_UNREADABLE`, `E_LOADER_TARGET` or `E_ROOT_UNREADABLE`. Nothing changes before
   * `commit`.
   */
  prepare(change: ServerChange): Promise<Prepared>;
  /** How many answers are being decided or sent. */
  underWay(): number;
  /** Begins nothing new; resolves when what is under way has ended, or after `limitMs`, with how many answers have not. */
  drain(limitMs: number): Promise<number>;
  /** Ends within seconds, with the record complete. What was not drained is broken off; notices that are left have `lastMs`. */
  stop(lastMs?: number): Promise<void>;
}

/** What was decided is told before the phone is answered: the last answers have this long to leave (invented). */
const LAST_ANSWER_MS = 250;

/**
 * Becomes the one server of the database and starts to answer. Rejects with AppError `E_DB_SERVED`, `E_PORT_DENIED`,
 * `E_PORT_IN_USE`, `E_LEASES_UNREADABLE`, `E_LOADER_TARGET`, `E_NO_BATCHES` or `E_ROOT_UNREADABLE`, and then holds nothing open.
 */
export async function startServer(parts: ServerParts): Promise<RunningServer> {
  const { clock, log, listen } = parts;
  refuseBareLoaders(parts.targets, parts.matrix, parts.firmware.index());
  const { acquireServerLock } = await import('../adapters/sqlite/server-lock.ts');
  const { addressBook } = await import('../adapters/who/address-book.ts');
  const { staticRoot } = await import('../adapters/tree/static-root.ts');
  const { exchangeableRoot } = await import('../adapters/tree/exchangeable-root.ts');
  const { createFleet } = await import('../app/fleet.ts');

  // Undone in reverse order, also when a later step fails.
  const undo: ((lastMs?: number) => unknown)[] = [];
  let hasDrained = false;
  const stop = async (lastMs?: number) => {
    if (!hasDrained) await new Promise<void>((resolve) => void clock.wakeAt(clock.now() + LAST_ANSWER_MS, resolve));
    for (const step of undo.splice(0).reverse()) await step(lastMs);
  };
  try {
    let info: ServerInfo = {
      pid: process.pid,
      address: listen.address,
      port: listen.port,
      startedAt: clock.wall(),
      ...(parts.isBeside === true ? { isBeside: true as const } : {}),
      ...(parts.command === undefined ? {} : { command: parts.command }),
      ...placesOf(parts),
    };
    const lock = parts.databasePath === null ? null : acquireServerLock(parts.databasePath, info);
    undo.push(() => lock?.release());
    const addresses = addressBook({ leases: parts.leases, clock, log });
    if (parts.leases.length === 0) log.info({ event: 'addresses.by-names', reason: BY_NAMES });
    const ownFiles =
      parts.databasePath === null ? [] : ['', '-wal', '-shm'].map((end) => `${parts.databasePath}${end}`);
    const rootAt = (folder: string | null) => (folder === null ? null : staticRoot({ folder, clock, log, ownFiles }));
    const root = exchangeableRoot(rootAt(parts.root));
    let folder = parts.root;
    undo.push(() => root.stop());
    await root.start();
    const toldOf = (rootLoads: RootLoads | undefined) => (parts.isBeside === true ? 'beside' : (rootLoads ?? 'nobody'));
    await tellTree(root, parts.root, toldOf(parts.rootLoads), parts.store, log);
    let witnesses: OpenWitnesses | null = null;
    const fleet = createFleet({
      clock,
      store: parts.store,
      ...(keepsBatches(parts.store) ? { batchStore: parts.store } : {}),
      limits: parts.limits ?? {},
      firmware: parts.firmware,
      log,
      matrix: parts.matrix,
      enroll: parts.enroll,
      targets: parts.targets,
      staticRoot: root,
      ...(parts.rootLoads === undefined ? {} : { rootLoads: parts.rootLoads }),
      ...(parts.configurations === undefined ? {} : { configurations: parts.configurations }),
      addresses,
      serverAddress: (peer) => serverAddressFor(listen.address, peer),
      witnessPorts: () => witnesses?.ports ?? null,
      ...(parts.answeredElsewhere === undefined ? {} : { answeredElsewhere: parts.answeredElsewhere }),
      ...(parts.onStranger === undefined ? {} : { onStranger: parts.onStranger }),
      ...(hasFeed(parts.store) ? { listChanges: listWatch(parts.store) } : {}),
      ...(parts.batch == null ? {} : { batch: parts.batch }),
      ...(parts.stallAfterMs == null ? {} : { timing: { budgets: evenBudgets(parts.stallAfterMs) } }),
    });
    // Other commands read it, and nobody waits for it: trouble with that file is no reason to end.
    const announce = (change: Partial<ServerInfo>) => {
      info = { ...info, ...change };
      try {
        lock?.announce(info);
      } catch (error) {
        log.warn({ event: 'server.unannounced', reason: String(error) });
      }
    };
    const news: AidNews = {
      power: (plans) => announce({ power: Object.fromEntries(plans) }),
      switches: (standings) => announce({ switches: Object.fromEntries(standings) }),
    };
    let aids = parts.attach?.(fleet, news, () => witnesses);
    // What they have begun they bring to its end, and are forgotten then.
    const relieved = new Set<AttachedAids>();
    const relieve = async (one: AttachedAids) => {
      relieved.add(one);
      await one.rest();
      if (relieved.delete(one)) await one.stop();
    };
    undo.push((lastMs) => Promise.all([...relieved, aids].map((one) => one?.stop(lastMs))));
    const tell = (event: LiveEvent) => {
      parts.onEvent(event);
      aids?.note(event);
    };
    const noteUnverified = recordingUnverified({
      firmware: parts.firmware,
      decide: (mac, decision) => fleet.decide(mac, decision),
    });
    undo.push(fleet.onEvent(tell), fleet.onEvent(noteUnverified), fleet.onFailure(parts.onFailure));
    const { isSinglePort, dataPlane } = parts;
    const server =
      parts.hears?.(fleet.handle) ??
      (await tftpServer({ listen, handler: fleet.handle, clock, log, isSinglePort }, dataPlane));
    undo.push(() => fleet.stop());
    await fleet.start();
    if (parts.witness !== undefined) {
      const { openWitnesses } = await import('./witnesses.ts');
      const { lineOf = () => null } = parts;
      witnesses = await openWitnesses(parts.witness, { desk: fleet.witnesses, clock, lineOf });
      undo.push(() => witnesses?.stop());
      log.info({ event: 'witness.listening', reason: witnesses.told });
    }
    await parts.open?.();
    undo.push(() => server.stop());
    const listening = await server.start();
    info = { ...info, ...listening };
    lock?.announce(info);
    const how = parts.hears === undefined ? {} : { reason: THROUGH_ANOTHER };
    parts.onEvent({ event: 'server.listening', at: clock.wall(), ...listening, ...how });
    const syncList = () => fleet.syncEnrolments();
    const drain = async (limitMs: number) => {
      void aids?.rest();
      const left = await server.drain(limitMs);
      hasDrained = true;
      return left;
    };
    const prepare = async (change: ServerChange): Promise<Prepared> => {
      const { batch, stallAfterMs, enroll, targets, limits, attach, rootLoads = 'nobody' } = change;
      refuseBareLoaders(targets, parts.matrix, parts.firmware.index());
      const next = change.root === folder ? null : rootAt(change.root);
      await next?.start();
      if (next !== null) await tellTree(next, change.root, toldOf(rootLoads), parts.store, log);
      const takeLeases = await addresses.readLeases(change.leases).catch((error: unknown) => {
        void next?.stop();
        throw error;
      });
      return {
        commit() {
          if (change.root !== folder) root.exchange(next);
          folder = change.root;
          takeLeases();
          if (attach !== undefined) {
            if (aids !== undefined) void relieve(aids);
            aids = attach(fleet, news, () => witnesses);
          }
          const budgets = stallAfterMs === null ? GENEROUS_BUDGETS : evenBudgets(stallAfterMs);
          announce({ ...placesOf(change), ...(attach === undefined ? {} : { power: {} }) });
          fleet.change({ enroll, targets, limits, budgets, rootLoads, ...(batch === null ? {} : { batch }) });
        },
        discard: () => void next?.stop(),
      };
    };
    return {
      listening,
      witnesses: witnesses?.told ?? null,
      tellAway: (away) => announce({ away }),
      syncList,
      prepare,
      underWay: () => server.underWay(),
      drain,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

const THROUGH_ANOTHER = 'answering through the server at port 69';

/** What the operator takes on who runs the server behind a router without a lease file (docs/decisions/0004). */
const BY_NAMES =
  'no lease file is given: phones behind a router are known by the names they ask only, for a quarter of an hour, and another phone that gets the address of one meanwhile may be taken for it; --leases closes that';

function evenBudgets(ms: number): StateBudgets {
  return { identifying: ms, offered: ms, downloading: ms, flashing: ms, confirming: ms };
}

function keepsBatches(store: ServerStore): store is ServerStore & BatchStore {
  return store.changeBatch !== undefined;
}

function hasFeed(store: ServerStore): store is ServerStore & RecordFeed {
  return store.historyAfter !== undefined;
}
