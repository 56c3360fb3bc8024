import { AppError } from '../../core/errors.ts';
import type { Steps } from '../../core/steps.ts';

/** So many pieces of thinking may wait (invented): each takes up to some seconds, and nobody waits longer for an answer over HTTP. */
export const MOST_WAITING = 32;

/**
 * Thinks in the thread that answers phones: a pause after each step, and one piece of thinking at a time, so that many who ask at once do not
 * make the pauses further apart.
 */
export class OneAtATime {
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  /** The result of the steps; rejects with what they throw, and with AppError `E_SERVER_BUSY` where too much waits already. */
  think<T>(steps: Steps<T>): Promise<T> {
    if (this.#waiting >= MOST_WAITING) return Promise.reject(tooMuch());
    this.#waiting += 1;
    const thinking = this.#last
      .then(() => inTurns(steps))
      .finally(() => {
        this.#waiting -= 1;
      });
    this.#last = thinking.catch(() => {});
    return thinking;
  }
}

async function inTurns<T>(steps: Steps<T>): Promise<T> {
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

function tooMuch(): AppError {
  return new AppError('E_SERVER_BUSY', 'the server is thinking about as much as it can; ask again in a few seconds');
}
