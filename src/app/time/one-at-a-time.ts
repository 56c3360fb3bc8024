import type { Steps } from '../../core/steps.ts';

/**
 * Thinks in the thread that answers phones: a pause after each step, and one piece of thinking at a time, so that many who ask at once do not
 * make the pauses further apart.
 */
export class OneAtATime {
  #last: Promise<unknown> = Promise.resolve();

  /** The result of the steps; rejects with what they throw. */
  think<T>(steps: Steps<T>): Promise<T> {
    const thinking = this.#last.then(() => inTurns(steps));
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
