import type { MacAddress } from '../names/mac-address.ts';

/** Where the questions of redirected phones go. */
export interface RedirectPlace {
  /** The address of this machine that phones ask; null for each of them. */
  readonly address: string | null;
  /** The port where they are answered. */
  readonly port: number;
}

/**
 * What the rules for a place are told apart by, so that two servers of one machine leave each other's alone: the port, and in front of it the
 * one address, where it is one, in hexadecimal digits. Chains of iptables have short names.
 */
export function placeName({ address, port }: RedirectPlace): string {
  if (address === null) return String(port);
  const bytes = address.split('.').map((byte) => Number(byte).toString(16).padStart(2, '0'));
  return `${bytes.join('')}_${port}`;
}

/** Phones by what is seen of them: their MAC, or behind a router their IPv4 address. */
export interface Shown {
  readonly macs: readonly MacAddress[];
  readonly addresses: readonly string[];
}
