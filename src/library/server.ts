/**
 * A fleet of phones behind a TFTP server of its own, in your process.
 *
 * @packageDocumentation
 */
export { createMemoryStore } from '../adapters/memory-store.ts';
export type { Enrolled } from '../app/list/enrol.ts';
export type { LiveEvent } from '../app/record/live-event.ts';
export type { PhoneStatus } from '../app/told/phone-status.ts';
export type { BatchLimits, BatchState, FailureLimit } from '../core/batch/batch-state.ts';
export {
  BATCH_EVENTS,
  type BatchEvent,
  type BatchEventName,
  HISTORY_EVENTS,
  type HistoryEvent,
  type HistoryEventName,
} from '../core/history/event.ts';
export type { SteadyMs, WallMs } from '../core/moment.ts';
export type { BatchChange, BatchStore, FileProgress } from '../ports/batch-store.ts';
export type { Clock } from '../ports/clock.ts';
export type { FirmwareFiles } from '../ports/firmware-files.ts';
export type { Log, LogFields } from '../ports/log.ts';
export type {
  AddressBinding,
  Change,
  Enrolment,
  EnrolmentWish,
  HistoryQuery,
  PhoneRecord,
  RecordFeed,
  Store,
  StoredSnapshot,
} from '../ports/store.ts';
export type { ListenAddress } from '../server/listen-address.ts';
export type { ServerStore } from '../server/start-server.ts';
export type { EventStream } from './event-stream.ts';
export {
  createServer,
  type FleetServer,
  type HistoryWish,
  type PhoneWish,
  type ServerOptions,
} from './fleet-server.ts';
