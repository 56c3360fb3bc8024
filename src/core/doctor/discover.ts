import type { MacAddress } from '../names/mac-address.ts';
import { VENDOR_CLASS_PREFIX } from '../who/vendor-class.ts';

/** As a 7940 calls itself (legacy-79x0 7). */
const VENDOR_CLASS = `${VENDOR_CLASS_PREFIX} CP-7940G\0`;
/** What phones want to be told, in their order (fingerprint lists; after-landing). */
const WISHES = [1, 66, 6, 3, 15, 150, 35];

const BROADCAST_FLAG = 0x80;
const COOKIE = [0x63, 0x82, 0x53, 0x63];
/** Relays and servers may pass over what is shorter (RFC 1542 2.1). */
const LEAST_BYTES = 300;

/** A DHCPDISCOVER as a phone sends it; the answer is asked for as a broadcast, since nobody has the address yet. */
export function discoverMessage(mac: MacAddress, transaction: number): Uint8Array {
  const digits = mac.match(/../g) ?? [];
  const head = new Uint8Array(236);
  head.set([1, 1, 6, 0, transaction >>> 24, (transaction >>> 16) & 255, (transaction >>> 8) & 255, transaction & 255]);
  head[10] = BROADCAST_FLAG;
  head.set(
    digits.map((pair) => Number.parseInt(pair, 16)),
    28,
  );
  const text = [...VENDOR_CLASS].map((char) => char.charCodeAt(0));
  const options = [...COOKIE, 53, 1, 1, 60, text.length, ...text, 55, WISHES.length, ...WISHES, 255];
  const message = new Uint8Array(Math.max(LEAST_BYTES, head.length + options.length));
  message.set(head);
  message.set(options, head.length);
  return message;
}

/** The transaction that a message belongs to; null when it is too short to have one. */
export function transactionOf(bytes: Uint8Array): number | null {
  if (bytes.length < 8) return null;
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(4);
}
