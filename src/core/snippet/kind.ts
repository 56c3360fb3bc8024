import type { MacAddress } from '../names/mac-address.ts';

/** A phone that is to be pointed at loadstep. */
export interface SnippetPhone {
  readonly mac: MacAddress;
  /** The operator's name for it; goes into a comment, and nowhere else. */
  readonly label: string | null;
}

/** Which clients of a DHCP server are meant. */
export type Chosen =
  | { readonly by: 'mac'; readonly phones: readonly SnippetPhone[] }
  /** Every phone of a model that loadstep converts, by option 60. */
  | { readonly by: 'vendor-class' };

/** What is to be written for a DHCP server. */
export interface SnippetWish {
  readonly chosen: Chosen;
  /** IPv4 address that the phones are to ask; checked before. */
  readonly server: string;
}

/** One kind of DHCP server, and what is typed there. */
export interface SnippetKind {
  /** As it is typed: `dnsmasq`. */
  readonly name: string;
  /** The product, as a sentence names it. */
  readonly product: string;
  /** How single clients can be chosen; empty where every client gets the same. */
  readonly chooses: readonly Chosen['by'][];
  /** Lines that point the chosen clients at loadstep. */
  readonly point: (wish: SnippetWish) => readonly string[];
  /** Lines that take everything back, whichever clients were chosen. */
  readonly undo: () => readonly string[];
}
