import { join } from 'node:path';
import { packageRoot } from '../../adapters/package-root.ts';
import type { SqliteStore } from '../../adapters/sqlite/open-store.ts';
import { serviceBehind } from '../../adapters/who/connection-owner.ts';
import { type LeasedPhones, leasedPhones } from '../../adapters/who/leased-phones.ts';
import type { PowerPlans } from '../../app/bench/power-control.ts';
import { wishFault } from '../../app/list/wish-check.ts';
import { OneAtATime } from '../../app/time/one-at-a-time.ts';
import type { AppError } from '../../core/errors.ts';
import type { Matrix } from '../../core/matrix/matrix.ts';
import { knownLoads } from '../../core/plan/loads-at-hand.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import { firmwareList } from '../../server/firmware-list.ts';
import { addressText } from '../../server/listen-address.ts';
import type { LiveFirmware } from '../../server/live-firmware.ts';
import type { RunningServer } from '../../server/start-server.ts';
import type { WebPlace } from '../../web/web-place.ts';
import { parseWishes } from '../list-file/enrolment-list.ts';
import { listTextOf } from '../list-file/list-text.ts';
import { reportWords } from '../output/report-words.ts';
import { productVersion } from '../product-version.ts';
import { type DeskPlace, firmwareDesk } from './firmware-desk.ts';

/** What the web server of a serving command is made of. */
export interface WebSetup {
  /** Null where none is asked for. */
  readonly web: WebPlace | null;
  readonly store: SqliteStore;
  readonly matrix: Matrix;
  readonly firmware: LiveFirmware;
  readonly clock: Clock;
  readonly log: Log;
  /** What answers phones; null until it does. */
  readonly server: () => RunningServer | null;
  readonly isBeside: boolean;
  readonly desk: Omit<DeskPlace, 'firmware'>;
  /** The lease files that it reads. */
  readonly leases: () => readonly string[];
  /** What it means to do with the power of phones. */
  readonly power: () => PowerPlans;
}

/** A web server that answers, or none. */
export interface ServedWeb {
  /** Where a browser finds it, in words; null where there is none. */
  told(): string | null;
  /** `failure`: why it ends, where that is no order. */
  stop(failure?: AppError | null): Promise<void>;
}

const NO_WEB: ServedWeb = { told: () => null, stop: () => Promise.resolve() };

/**
 * Answers browsers and programs, where that is asked for; what it takes is loaded only then. It begins before phones are answered, so that
 * nothing stands in its way when they are. Rejects like `startWeb`.
 */
export async function serveWeb(setup: WebSetup): Promise<ServedWeb> {
  const { web: how, store, matrix, firmware, clock, log, server, isBeside, desk, leases, power } = setup;
  if (how === null) return NO_WEB;
  const [{ startWeb }, { edges }] = await Promise.all([
    import('../../web/start-web.ts'),
    import('../../../machines/chart.ts'),
  ]);
  const thinking = new OneAtATime();
  const leased = leasesNow(clock, leases);
  const web = await startWeb(
    {
      ...{ store, matrix, clock, log, isBeside, version: productVersion(), startedAt: clock.wall() },
      firmware: { index: () => firmware.index(), list: firmwareList(firmware, matrix, thinking) },
      ...{ thinking, leased, power },
      phonesAt: () => server()?.listening ?? null,
      pageFolder: join(packageRoot(), 'dist', 'page'),
      transitions: edges,
      words: reportWords(),
      desk: firmwareDesk({ ...desk, firmware }),
      whyNotOwn: how.asksEverybody ? () => 'this machine, and --web-ask-everybody was given' : serviceBehind(),
      syncList: () => server()?.syncList(),
      readList(bytes, { target, batch }) {
        const { text, notes } = listTextOf(bytes, 'the list');
        const defaults = { target, from: null, model: null, label: null, ...(batch === undefined ? {} : { batch }) };
        const list = parseWishes(
          text,
          'the list',
          defaults,
          (wish) => wishFault(matrix, wish)?.why ?? null,
          knownLoads(matrix),
        );
        return { ...list, notes: [...notes, ...list.notes] };
      },
    },
    how,
  );
  const { address, port } = web.listening;
  const scheme = how.tls === null ? 'http' : 'https';
  const url = `${scheme}://${addressText(address, port)}/`;
  const told = () => {
    const isEmpty = firmware.index().packages.length === 0;
    return `In a browser: ${url}${isEmpty ? '#/firmware\nThere is no firmware yet; drop archives on that page.' : ''}`;
  };
  return { told, stop: (failure) => web.stop(failure) };
}

/** How often lease files and the neighbour table are looked at, while somebody asks (invented). */
const ADDRESSES_MS = 5_000;

/** What lease files and the neighbour table tell, read again in the background when somebody asks. */
function leasesNow(clock: Clock, paths: () => readonly string[]): () => LeasedPhones {
  const read = leasedPhones();
  let leased: LeasedPhones = new Map();
  let readAt = Number.NEGATIVE_INFINITY;
  return () => {
    if (clock.now() - readAt >= ADDRESSES_MS) {
      readAt = clock.now();
      void read(paths(), clock.wall()).then((found) => {
        leased = found;
      });
    }
    return leased;
  };
}
