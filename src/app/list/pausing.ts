import { paused, resumed } from '../../core/batch/batch-state.ts';
import type { BatchStore } from '../../ports/batch-store.ts';
import type { Store } from '../../ports/store.ts';
import { failedIn } from '../batch/batch-status.ts';

/** How pausing the batch ended. */
export interface Paused {
  /** True when it had been paused before; then it keeps the reason it has. */
  readonly wasPaused: boolean;
  /** Why it is paused. */
  readonly reason: string;
}

/** How letting the batch go on ended. */
export interface Resumed {
  readonly wasPaused: boolean;
  /** How many failed phones no longer count towards the next pause. */
  readonly failed: number;
}

/** Lets no phone begin another step until the batch is resumed; `now` in milliseconds since the epoch. */
export function pauseBatch(store: BatchStore, reason: string, now: number): Paused {
  let wasPaused = false;
  const batch = store.changeBatch((was) => {
    wasPaused = was.isPaused;
    if (wasPaused) return null;
    return { state: paused(was, now, reason), events: [{ event: 'batch.paused', at: now, reason }] };
  });
  return { wasPaused, reason: batch.reason ?? '' };
}

/** Lets a paused batch go on; what has failed by now does not pause it a second time. */
export function resumeBatch(store: BatchStore & Pick<Store, 'phones'>, reason: string, now: number): Resumed {
  const failed = failedIn(store.phones());
  let wasPaused = false;
  store.changeBatch((was) => {
    wasPaused = was.isPaused;
    if (!wasPaused) return null;
    return { state: resumed(was, now, reason, failed), events: [{ event: 'batch.resumed', at: now, reason }] };
  });
  return { wasPaused, failed: failed.length };
}
