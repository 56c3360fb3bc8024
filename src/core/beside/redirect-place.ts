import type { MacAddress } from '../names/mac-address.ts';

/** Where the questions of redirected phones go. */
export interface RedirectPlace {
  /** The address of this machine that phones ask; null for each of them. */
  readonly address: string | null;
  /** The port where they are answered. */
  readonly port: number;
}

/** Phones by what is seen of them: their MAC, or behind a router their IPv4 address. */
export interface Shown {
  readonly macs: readonly MacAddress[];
  readonly addresses: readonly string[];
}
