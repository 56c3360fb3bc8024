declare const clock: unique symbol;

/**
 * Milliseconds since the epoch as the machine's clock tells them: what rows carry, what leases end by, what other processes
 * write. It may be set at any moment, so the difference of two of them says nothing about how long something took.
 */
export type WallMs = number & { readonly [clock]?: 'wall' };

/**
 * Milliseconds on a clock that only ever runs on, for one process: what deadlines and ages are reckoned by. It begins near the
 * machine's time, and what a record holds may be ahead of that; nobody but this process can say when it is.
 */
export type SteadyMs = number & { readonly [clock]?: 'steady' };

/** So much later on the same clock. */
export function later<T extends SteadyMs | WallMs>(at: T, ms: number): T {
  return (at + ms) as T;
}
