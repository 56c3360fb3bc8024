import type { Clock } from '../../ports/clock.ts';

/** Calls `work` again and again until the returned function is called, or it throws: that is told once. */
export function every(clock: Clock, ms: number, work: () => void, onError: (error: unknown) => void): () => void {
  let cancel = () => {};
  let isOver = false;
  const turn = guardedBy(
    (error) => {
      isOver = true;
      cancel();
      onError(error);
    },
    () => {
      arm();
      work();
    },
  );
  const arm = () => {
    if (!isOver) cancel = clock.wakeAt(clock.now() + ms, turn);
  };
  arm();
  return () => {
    isOver = true;
    cancel();
  };
}

/** The same work; what it throws is told instead. */
export function guardedBy<A extends unknown[]>(fail: (error: unknown) => void, work: (...words: A) => void) {
  return (...words: A): void => {
    try {
      work(...words);
    } catch (error) {
      fail(error);
    }
  };
}
