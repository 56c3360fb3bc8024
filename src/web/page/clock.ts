/**
 * The server's clock, as far as the page knows it: the last moment that the server told, and what has passed since by a clock of the browser that
 * nobody sets. The browser's own date and time are never looked at.
 */
class ServerClock {
  #told = 0;
  #at = performance.now();
  #isExact = false;

  /** Milliseconds since the epoch; counts from 0 until the server has told the time. */
  now(): number {
    return this.#told + performance.now() - this.#at;
  }

  set(told: number): void {
    [this.#told, this.#at, this.#isExact] = [told, performance.now(), true];
  }

  /** A moment to the second, as every answer bears it; good enough until a better one is told. */
  hint(told: number): void {
    if (this.#isExact || Number.isNaN(told)) return;
    [this.#told, this.#at] = [told, performance.now()];
  }
}

export const serverClock = new ServerClock();
