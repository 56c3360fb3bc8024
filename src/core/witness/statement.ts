import type { SteadyMs } from '../moment.ts';
import type { MacAddress } from '../names/mac-address.ts';

/** Through what a phone said what it runs. */
export type SaidBy = 'cdp' | 'page' | 'sccp-alarm' | 'sccp-register' | 'sip-register';

/** What a phone said of its software, each as it spelt it; null where it did not. */
export interface Said {
  /** A load, or the version that phones show of one: `SIP42.9-3-1SR4-1S`, `8.1(2.0)`, `term45.default`. */
  readonly load: string | null;
  /** An archive of the load that runs (`appLoadID` of Java phones). */
  readonly archive: string | null;
  /** The User-Agent of its SIP software. */
  readonly agent: string | null;
}

/** A phone said something of itself. */
export interface Statement {
  readonly by: SaidBy;
  /** The MAC in its words; nothing else says whose words they are. */
  readonly mac: MacAddress;
  readonly said: Said;
  /** As they were heard, in part where they are long. */
  readonly words: string;
  /** Where they came from. */
  readonly address: string;
  readonly at: SteadyMs;
  /**
   * It was certainly not said before that: the connection was opened then, or the question asked that it answers. Null where it may have been said any
   * time before, as in a datagram that nobody asked for.
   */
  readonly since: SteadyMs | null;
  /** True for a registration that ends or asks for none: so says a phone that is about to go (after-landing 5.1). */
  readonly isGoodbye?: true;
}

/** By what a phone said it, in words. */
export const SAID_BY: Readonly<Record<SaidBy, string>> = {
  cdp: 'CDP at its switch port',
  page: 'its page',
  'sccp-alarm': 'its SCCP alarm',
  'sccp-register': 'its SCCP registration',
  'sip-register': 'its SIP registration',
};
