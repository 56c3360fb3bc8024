/** Time as the app sees it; tests give a fake one. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Calls `wake` once, not before `at` (milliseconds since the epoch); the returned function cancels it. */
  wakeAt(at: number, wake: () => void): () => void;
  /** When the process last woke after it had been stopped for longer than a phone waits, as `now` tells it; null when it never was. */
  awakeSince?(): number | null;
  /** From now on it tells at least this time: what was recorded lies before what is to come. */
  notBefore?(at: number): void;
}
