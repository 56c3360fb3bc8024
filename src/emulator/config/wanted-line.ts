/** Who a phone would be and where it would go, line by line, as far as its configuration says. */
export interface WantedLine {
  /** The button, from 1. */
  readonly line: number;
  /** User part of From and To. */
  readonly name: string;
  /** User part of the Contact; the name where nothing else is said. */
  readonly contact: string;
  readonly authName: string;
  readonly password: string;
  readonly displayName: string;
  /** The host in the Request-URI and in From: the proxy as it is written, or the call manager's address. */
  readonly proxy: string;
  /** The port to which REGISTER goes. */
  readonly port: number;
}

/** What a phone would do with the configuration it got. */
export interface TakenSettings {
  /**
   * `registers`: every line of `lines` sends REGISTER. `quiet`: the file is taken and nothing is ever sent. `unprovisioned`: no
   * usable line; the phone asks its file again and again. `refused`: the file counts for nothing, the phone is unprovisioned.
   */
  readonly verdict: 'registers' | 'quiet' | 'unprovisioned' | 'refused';
  /** Lines that would register; empty unless the verdict says so. */
  readonly lines: readonly WantedLine[];
  /** Lines by whose names it is reached; a 79x0 has them whether it registers or not. */
  readonly named: readonly WantedLine[];
  /** What its status page would say, in order. */
  readonly status: readonly string[];
  /** What its display would say; empty where it would show its label or line. */
  readonly screen: string;
  /** CallManager mode: `#` is a digit, names are looked up by A only, `service-control` is obeyed. */
  readonly isCallManager: boolean;
  readonly transport: 'udp' | 'tcp';
  /** The port it listens on and names in Via and Contact over UDP. */
  readonly controlPort: number;
  /** Seconds asked for in Expires. */
  readonly expires: number;
  /** Seconds before the expiry at which it registers again. */
  readonly delta: number;
  /** With NAT on it also sends from the control port; an empty address is its own. */
  readonly nat: { readonly isOn: boolean; readonly address: string };
  readonly mediaPorts: { readonly first: number; readonly last: number };
  /** `g711ulaw`, `g711alaw`, `g729a`, `none` and what else the family knows. */
  readonly codec: string;
  /** Value that `syncinfo.xml` is compared with (79x0); empty for Java phones. */
  readonly sync: string;
}

/** Characters of the password buffer without its end (after-landing 2.5). */
export const LONGEST_PASSWORD = 31;

const CUT_PORT = /^\d{1,5}$/;

/** A port from 1 to 65535; null for anything else. */
export function portOf(text: string): number | null {
  const port = CUT_PORT.test(text) ? Number(text) : 0;
  return port >= 1 && port <= 65_535 ? port : null;
}

/** Whether a name stands for no line. */
export function isNoName(name: string): boolean {
  return name === '' || name === 'UNPROVISIONED';
}
