declare const clock: unique symbol;

/**
 * Milliseconds since the epoch as the machine's clock gives them: rows carry them, leases end by them, other processes
 * write them. The clock may be set at any moment, so the difference of two of them says nothing about how long something took.
 */
export type WallMs = number & { readonly [clock]?: 'wall' };

/**
 * Milliseconds on a clock of this process that only ever runs forward: deadlines and ages go by it. It begins with the machine's
 * time, or later where the record is ahead of that; outside this process its values mean nothing.
 */
export type SteadyMs = number & { readonly [clock]?: 'steady' };

/** So much later on the same clock. */
export function later<T extends SteadyMs | WallMs>(at: T, ms: number): T {
  return (at + ms) as T;
}
