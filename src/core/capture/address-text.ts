import { normalizeAddress } from '../who/address.ts';
import { be16 } from './bytes.ts';

/** An IP address of 4 or 16 bytes in the product's one spelling. */
export function addressText(bytes: Uint8Array, at: number, length: number): string {
  if (length === 4) return `${bytes[at] ?? 0}.${bytes[at + 1] ?? 0}.${bytes[at + 2] ?? 0}.${bytes[at + 3] ?? 0}`;
  const groups = [0, 2, 4, 6, 8, 10, 12, 14].map((offset) => be16(bytes, at + offset).toString(16));
  return normalizeAddress(groups.join(':')) ?? groups.join(':');
}

/** An IPv4 address; null where it is 0.0.0.0, which stands for none. */
export function ipv4OrNull(bytes: Uint8Array, at: number): string | null {
  const text = addressText(bytes, at, 4);
  return text === '0.0.0.0' ? null : text;
}
