/** Time as the app sees it; tests give a fake one. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Calls `wake` once, not before `at` (milliseconds since the epoch); the returned function cancels it. */
  wakeAt(at: number, wake: () => void): () => void;
}
