import type { Clock } from '../../ports/clock.ts';

/** Waits; ends early where the signal does. */
export function pause(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const end = () => {
      cancel();
      signal.removeEventListener('abort', end);
      resolve();
    };
    const cancel = clock.wakeAt(clock.now() + ms, end);
    signal.addEventListener('abort', end);
  });
}
