import type { FirmwareIndex } from '../core/firmware/package.ts';
import type { ListRecord } from '../core/firmware/report.ts';
import type { Matrix } from '../core/matrix/matrix.ts';
import type { WallMs } from '../core/moment.ts';
import type { BatchStore } from '../ports/batch-store.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { RecordRows } from '../ports/record-rows.ts';
import type { Store } from '../ports/store.ts';
import type { WebAccessShelf } from '../ports/web-access.ts';
import type { ListenAddress } from '../server/listen-address.ts';

/** What the web server reads and changes of the record. */
type WebStore = Store & BatchStore & RecordRows & WebAccessShelf;

/** The firmware store as the web server sees it. */
interface WebFirmware {
  index(): FirmwareIndex;
  /** What `firmware list` tells: packages, and the loads that each of them helps to reach. */
  list(): readonly ListRecord[];
}

/** What the web server works on. All of it belongs to the server beside which it runs. */
export interface WebParts {
  readonly store: WebStore;
  readonly matrix: Matrix;
  readonly firmware: WebFirmware;
  readonly clock: Clock;
  readonly log: Log;
  /** Version of loadstep. */
  readonly version: string;
  /** Where phones are answered. */
  readonly phonesAt: ListenAddress;
  /** When the server began to answer phones. */
  readonly startedAt: WallMs;
  /** True where it hears phones on the list only. */
  readonly isBeside: boolean;
}
