/** How deliveries are tried again; every number is invented. */
export interface BackOff {
  /** Tries in all. */
  readonly tries: number;
  /** Wait after the first failure; doubled after each further one. */
  readonly firstMs: number;
  readonly longestMs: number;
}

export const DEFAULT_BACK_OFF: BackOff = { tries: 6, firstMs: 5_000, longestMs: 5 * 60_000 };

/** How long to wait after the n-th failure, counted from 1; null when it is given up. */
export function waitAfter(failures: number, { tries, firstMs, longestMs }: BackOff): number | null {
  if (failures >= tries) return null;
  return Math.min(longestMs, firstMs * 2 ** (failures - 1));
}
