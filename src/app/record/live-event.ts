import type { BatchEvent, HistoryEvent } from '../../core/history/event.ts';
import type { WallMs } from '../../core/moment.ts';
import type { MacAddress } from '../../core/names/mac-address.ts';

/** What a running server tells as it happens: every history row, and two events that are not kept. */
export type LiveEvent =
  | HistoryEvent
  | BatchEvent
  | {
      readonly event: 'server.listening';
      readonly at: WallMs;
      readonly address: string;
      readonly port: number;
      /** That another server is asked there, which gives what is decided here; absent where nobody else is. */
      readonly reason?: string;
    }
  | {
      readonly event: 'file.progress';
      readonly at: WallMs;
      readonly mac: MacAddress;
      readonly file: string;
      readonly bytes: number;
      readonly size: number;
      readonly state: string;
      readonly hop: number;
      readonly hops: number;
      readonly target: string;
    };
