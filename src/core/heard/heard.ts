/**
 * What a log or a capture of any server tells, one event at a time. Readers of logs and of captures make these; the story of a phone is made from them.
 * Nothing here is believed yet: every value was written by somebody else.
 */
/** Where an event stands, for "line 17 of tftp.log" or "frame 203 of boot.pcap". */
export interface HeardAt {
  /** Name of the source as the user gave it; "-" is standard input. */
  readonly source: string;
  /** Line of a log or number of a frame, from 1. */
  readonly line: number;
  /** Milliseconds since 1970 where the source tells a time; null where it tells none. */
  readonly time: number | null;
}
/** One of the sides of a datagram; parts that the source does not tell are null. */
export interface HeardPeer {
  readonly address: string | null;
  readonly port: number | null;
  /** 12 upper-case hexadecimal digits. */
  readonly mac: string | null;
}
export type Heard = HeardAt & { readonly peer: HeardPeer } & HeardFact;
export type HeardFact =
  | { readonly kind: 'tftp.asked'; readonly asked: string }
  /** `asked` null: the source does not name the file. blocks/resent: null where not told. */
  | {
      readonly kind: 'tftp.ended';
      readonly asked: string | null;
      readonly outcome: 'sent' | 'not-found' | 'refused' | 'broken-off';
      readonly words: string;
      readonly bytes: number | null;
      readonly resent: number | null;
    }
  /** DHCP: what was offered or acknowledged to whom. */
  | {
      readonly kind: 'dhcp';
      readonly message: 'offer' | 'ack' | 'nak' | 'request' | 'discover';
      readonly mac: string;
      readonly address: string | null;
      readonly vendorClass: string | null;
      readonly option66: string | null;
      readonly option150: readonly string[];
      readonly nextServer: string | null;
    }
  /** The phone names its own load: SCCP Register/Alarm, SIP REGISTER, CDP, LLDP, a console. */
  | {
      readonly kind: 'load-told';
      readonly by: 'sccp-alarm' | 'sccp-register' | 'sip-register' | 'cdp' | 'lldp' | 'console';
      readonly mac: string | null;
      readonly load: string;
      readonly words: string;
    };
