import type { StateBudgets } from '../../machines/phone-context.ts';
import type { BatchLimits } from '../core/batch/batch-state.ts';
import type { HistoryEvent } from '../core/history/event.ts';
import type { Matrix } from '../core/matrix/matrix.ts';
import type { SteadyMs } from '../core/moment.ts';
import type { LoadName } from '../core/names/load-name.ts';
import type { MacAddress } from '../core/names/mac-address.ts';
import type { WitnessPorts } from '../core/plan/render-trigger.ts';
import type { AddressBook } from '../ports/address-book.ts';
import type { BatchStore } from '../ports/batch-store.ts';
import type { Clock } from '../ports/clock.ts';
import type { Configurations } from '../ports/configurations.ts';
import type { FirmwareFiles } from '../ports/firmware-files.ts';
import type { Log } from '../ports/log.ts';
import type { StaticRoot } from '../ports/static-root.ts';
import type { Store } from '../ports/store.ts';
import type { FleetTiming } from './time/fleet-timing.ts';

/** Who gets what names or is a load out of the operator's tree. */
export type RootLoads = 'nobody' | 'bystanders';

/** A request of a phone that is on nobody's list. */
export interface StrangerAsked {
  /** Null where neither the name nor the address tells it. */
  readonly mac: MacAddress | null;
  readonly address: string;
  /** The file, as the phone spelled it. */
  readonly name: string;
  readonly at: SteadyMs;
}

/** What a fleet is made of, and what the operator wants of it. */
export interface FleetOptions {
  readonly clock: Clock;
  readonly store: Store;
  readonly firmware: FirmwareFiles;
  readonly log: Log;
  readonly matrix: Matrix;
  /** `all`: every phone whose family is proven and has a target is enrolled by itself. */
  readonly enroll: 'listed' | 'all';
  readonly targets: readonly LoadName[];
  /** No phone enrols itself while so many are on the list; 2,000 when absent (invented). */
  readonly mostByThemselves?: number;
  readonly staticRoot: StaticRoot | null;
  /** Who gets what names or is a load out of the operator's tree: nobody (default), or phones that are not on the list. */
  readonly rootLoads?: RootLoads;
  /** What landed phones are configured with; they are given nothing but their load where this is absent. */
  readonly configurations?: Configurations;
  readonly addresses: AddressBook;
  /** Until when another server may have answered our phones; null, or absent, where none does. */
  readonly answeredElsewhere?: () => SteadyMs | null;
  /** Our address as that peer sees it, where its request does not tell it. */
  readonly serverAddress: (peerAddress: string) => string;
  /** Where phones are heard that say what they run: what names their load leads them there. Null, or absent, where they are not. */
  readonly witnessPorts?: () => WitnessPorts | null;
  readonly timing?: Partial<FleetTiming>;
  /** Where the batch keeps its limits and whether it is paused; absent when everybody goes at once. */
  readonly batchStore?: BatchStore;
  /** Limits that replace those which were kept, one by one. */
  readonly limits?: Partial<BatchLimits>;
  /** The batch of phones that are enrolled by themselves. */
  readonly batch?: string;
  /** Told of every request of a phone that is on nobody's list, before it is answered. It has to be quick. */
  readonly onStranger?: (asked: StrangerAsked) => void;
  /** Rows that changes of the list of phones left in the record since it was asked last, whichever process made them. */
  readonly listChanges?: () => readonly HistoryEvent[];
}

/** What may change while phones are converted. */
export interface FleetChanges extends Pick<FleetOptions, 'enroll' | 'targets' | 'batch' | 'limits' | 'rootLoads'> {
  readonly budgets: StateBudgets;
}
