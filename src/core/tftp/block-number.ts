/** The number block `block` (1, 2, …, without wrap) carries on the wire, where 65,535 is followed by `wrap`; 0 stays 0. */
export function wireBlock(block: number, wrap: 0 | 1): number {
  if (wrap === 0 || block === 0) return block & 0xffff;
  return ((block - 1) % 0xffff) + 1;
}

/**
 * How many blocks the ACK `onWire` lies ahead of block `acked` (-1: nothing acknowledged, not even an OACK): 0 for a
 * repeated ACK, and -1 when no block ahead carries that number.
 */
export function wireDistance(acked: number, onWire: number, wrap: 0 | 1): number {
  if (acked < 0) return onWire === 0 ? 1 : -1;
  if (wrap === 0) return (onWire - acked) & 0xffff;
  if (onWire === 0) return acked === 0 ? 0 : -1;
  return (onWire - wireBlock(acked, 1) + 0xffff) % 0xffff;
}
