import type { CliIo } from './io.ts';

/** The hang-ups (SIGHUP) of a server: none ends it, and one that comes before anybody listens is not forgotten. */
export class HangUps {
  #isWaiting = false;
  #listener: (() => void) | null = null;

  constructor(io: Pick<CliIo, 'onHangUp'>) {
    io.onHangUp(() => {
      if (this.#listener === null) this.#isWaiting = true;
      else this.#listener();
    });
  }

  /** Tells the listener each hang-up from now on, and at once when one came before. */
  listen(listener: () => void): void {
    this.#listener = listener;
    const wasWaiting = this.#isWaiting;
    this.#isWaiting = false;
    if (wasWaiting) listener();
  }
}
