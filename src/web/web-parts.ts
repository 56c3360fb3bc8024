import type { Socket } from 'node:net';
import type { Wish } from '../app/list/enrol.ts';
import type { OneAtATime } from '../app/time/one-at-a-time.ts';
import type { FirmwareIndex } from '../core/firmware/package.ts';
import type { ListRecord } from '../core/firmware/report.ts';
import type { Matrix } from '../core/matrix/matrix.ts';
import type { WallMs } from '../core/moment.ts';
import type { LoadName } from '../core/names/load-name.ts';
import type { MacAddress } from '../core/names/mac-address.ts';
import type { PowerPlan } from '../core/power/power-plan.ts';
import type { ReportWords } from '../core/report/html-parts.ts';
import type { AccountShelf } from '../ports/account-book.ts';
import type { BatchStore } from '../ports/batch-store.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { RecordRows } from '../ports/record-rows.ts';
import type { RestartShelf } from '../ports/restarts.ts';
import type { Store } from '../ports/store.ts';
import type { SwitchShelf } from '../ports/switches.ts';
import type { WebAccessShelf } from '../ports/web-access.ts';
import type { ListenAddress } from '../server/listen-address.ts';

/** What the web server reads and changes of the record. */
type WebStore = Store &
  BatchStore &
  RecordRows &
  WebAccessShelf &
  Pick<AccountShelf, 'sealedAccount'> &
  Pick<RestartShelf, 'wishRestart' | 'restartWishes' | 'keepRestart' | 'restartAnswer'> &
  Pick<SwitchShelf, 'places' | 'sealedSwitches'>;

/** The firmware store as the web server sees it. */
interface WebFirmware {
  index(): FirmwareIndex;
  /** What `firmware list` tells: packages, and the loads that each of them helps to reach. */
  list(): Promise<{ readonly records: readonly ListRecord[]; readonly bytes: number; readonly hasStrays: boolean }>;
}

/** Changes the firmware store, beside the server that reads it. Rejects with AppError as the command line does. */
export interface FirmwareDesk {
  /** Takes packages out of an archive; everything that happens is told as `firmware import --json` prints it. */
  take(path: string, tell: (line: object) => void, signal: AbortSignal): Promise<void>;
  /** Checks all packages, or those of a load; as `firmware verify --json`. */
  verify(load: string | null): Promise<readonly object[]>;
  /** Takes a load out of the store; as `firmware forget --json`. */
  forget(load: string): Promise<readonly object[]>;
}

/** A list of phones, read: good rows, and bad ones by line. */
interface WishList {
  readonly wishes: readonly Wish[];
  readonly lines: ReadonlyMap<MacAddress, number>;
  readonly problems: readonly { readonly line: number; readonly why: string }[];
  readonly notes: readonly string[];
}

/** What the web server works on. All of it belongs to the server beside which it runs. */
export interface WebParts {
  readonly store: WebStore;
  readonly matrix: Matrix;
  readonly firmware: WebFirmware;
  /** Thinks about roads without holding up phones. */
  readonly thinking: OneAtATime;
  readonly clock: Clock;
  readonly log: Log;
  /** Version of loadstep. */
  readonly version: string;
  /** Where phones are answered; null until they are, and so long nothing else is told. */
  readonly phonesAt: () => ListenAddress | null;
  /** When the server began. */
  readonly startedAt: WallMs;
  /** True where it hears phones on the list only. */
  readonly isBeside: boolean;
  readonly desk: FirmwareDesk;
  /** The addresses that devices have now by lease files and the neighbour table. */
  readonly leased: () => ReadonlyMap<MacAddress, string>;
  /** What the server means to do with the power of phones. */
  readonly power: () => ReadonlyMap<MacAddress, PowerPlan>;
  /** Why whoever is at the other end of a connection of this machine needs a password all the same; null where it does not. */
  readonly whyNotOwn: (socket: Socket) => string | null;
  /** Every transition of the phone machine; those that hold in every state start at `any`. */
  readonly transitions: () => readonly { readonly from: string; readonly to: string; readonly event: string }[];
  /** Where the built page is: its script, style sheet and icon. */
  readonly pageFolder: string;
  /** How certificates write moments. */
  readonly words: ReportWords;
  /** Takes over changes of the list of phones at once. */
  readonly syncList: () => void;
  /** Reads a list of phones as spreadsheets write it; throws AppError `E_BAD_USAGE` about one that is none. */
  readonly readList: (
    bytes: Uint8Array,
    defaults: { readonly target: LoadName | null; readonly batch?: string },
  ) => WishList;
}
