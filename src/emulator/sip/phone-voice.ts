import type { TakenSettings, WantedLine } from '../config/wanted-line.ts';
import type { Identity } from './identity.ts';
import type { SipHeader, SipMessage } from './message.ts';
import type { Registration } from './registration.ts';
import type { Endpoint } from './sip-port.ts';
import type { RequestEnd } from './transactions.ts';

/** What a registration or a call may do; the rest of the phone is behind it. */
export interface PhoneVoice {
  readonly who: Identity;
  readonly settings: TakenSettings;
  /** The host that Via, Contact and SDP name: its own, or that of NAT. */
  readonly host: string;
  readonly transport: 'UDP' | 'TCP';
  /** So many random hex digits. */
  hex(digits: number): string;
  /** A new tag. */
  tag(): string;
  /** The `sip:` address under which the phone is reached. */
  contactUri(line: WantedLine): string;
  /** Where requests of a line go to. */
  serverOf(line: WantedLine): Endpoint;
  /** A request with Via, User-Agent and these headers. */
  request(method: string, uri: string, headers: readonly SipHeader[], body?: string): SipMessage;
  /** Sends a request until it is answered. */
  send(message: SipMessage, to: Endpoint, end: RequestEnd): void;
  /** Sends a request to which no answer comes. */
  sendOnce(message: SipMessage, to: Endpoint): void;
  /** Answers a request; an answer that comes again is given again. */
  answer(
    request: SipMessage,
    from: Endpoint,
    status: string,
    tag: string,
    more?: readonly SipHeader[],
    body?: string,
  ): void;
  /** Calls after so many phone seconds on the network; the answer takes that back. */
  later(seconds: number, call: () => void): () => void;
  /** A line of the status page. */
  says(line: WantedLine, text: string): void;
  /** Puts a text on the display. */
  shows(text: string): void;
  registered(registration: Registration, seconds: number): void;
  unregistered(registration: Registration, why: string): void;
}
