/** The upper three bytes of the number of every transaction of `loadstep doctor --probe`: "LSd". */
const MARK = 0x4c5364;

/**
 * The number of a transaction by which a log or a capture shows that loadstep asked, and not the phone as which it asks; `own` from 0 to 255
 * tells two of them apart. DHCP servers choose nothing by that number, so that they answer as they answer the phone.
 */
export function probeTransaction(own: number): number {
  return MARK * 256 + (own & 255);
}

/** Whether `loadstep doctor --probe` asked: of the numbers of others one in 16 million is taken for one of these. */
export function isProbe(transaction: number): boolean {
  return Math.floor(transaction / 256) === MARK;
}
