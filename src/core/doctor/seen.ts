import type { ErrorCode } from '../errors.ts';

/** What refuses to work, in the words that `serve` would end with. */
export interface Refusal {
  readonly code: ErrorCode;
  readonly message: string;
}

/** A process that has a port. */
export interface PortHolder {
  readonly pid: number;
  /** As the system calls it; 15 characters on Linux. */
  readonly name: string;
}

/** What was offered to a client that asked like a phone. */
export interface DhcpOffer {
  /** Address that the answer came from. */
  readonly server: string;
  readonly option150: readonly string[];
  readonly option66: string | null;
  /** Null for 0.0.0.0. */
  readonly nextServer: string | null;
}

/** What came of asking. */
export type DhcpAnswers =
  | { readonly kind: 'offers'; readonly offers: readonly DhcpOffer[]; readonly isOfListedPhone: boolean }
  | { readonly kind: 'refused'; readonly why: string };

/** Everything that was looked at, before it is judged; null is what nobody could tell. */
export interface Seen {
  readonly listen: { readonly address: string; readonly port: number };
  /** Null when the port can be had. */
  readonly portRefusal: Refusal | null;
  /** Whether the server of this database has the port. */
  readonly isOwnServer: boolean;
  /** The server of this database that works beside the one that keeps port 69; null where none does. */
  readonly beside: { readonly command: string; readonly port: number } | null;
  readonly holders: readonly PortHolder[] | null;
  /** Whether this user may take a port below the first that everybody may take. */
  readonly mayTakeLowPorts: boolean | null;
  /** The first port that everybody may take. */
  readonly firstFreePort: number;
  /** Addresses at which phones can reach what listens there. */
  readonly addresses: readonly string[];
  /** Interfaces with such an address, and the largest packet of each, in bytes. */
  readonly interfaces: readonly { readonly name: string; readonly mtu: number | null }[];
  readonly leases: readonly {
    readonly path: string;
    readonly refusal: Refusal | null;
    readonly entries: number;
  }[];
  /** Whether the neighbour table tells how old its entries are. */
  readonly hasNeighbourAges: boolean;
  readonly database: {
    readonly path: string;
    readonly refusal: Refusal | null;
    readonly freeBytes: number | null;
  };
  readonly firmware: {
    readonly folders: readonly string[];
    readonly refusal: Refusal | null;
    /** Packages that may be served, each once. */
    readonly packages: number;
    /** Packages and files that may not be. */
    readonly faulty: number;
  };
  /** The tree of `--root`; null without one. */
  readonly root: {
    readonly folder: string;
    readonly refusal: Refusal | null;
    /** Files that are a load or name one, in words: `SIPDefault.cnf names P0S3-08-12-00`. */
    readonly loads: readonly string[];
  } | null;
  /** The rules of the packet filter, as its program prints them. */
  readonly filter: { readonly program: 'nft' | 'iptables'; readonly rules: string } | null;
  /** By the clock of this machine. */
  readonly year: number;
  /** Null when nobody was asked. */
  readonly dhcp: DhcpAnswers | null;
  /** Whether a program of this machine has the port of DHCP servers. */
  readonly isDhcpPortTaken: boolean | null;
}

/** A sentence about one thing, and how it stands. */
export interface Verdict {
  /** One word: `port`, `firewall`. */
  readonly check: string;
  /** `question` is for the person: nobody else can answer it. */
  readonly state: 'good' | 'bad' | 'unknown' | 'question';
  /** What was found and, unless it is good, the way out. */
  readonly text: string;
  /** What `serve` would end with; null where it would start. */
  readonly code: ErrorCode | null;
}

export const good = (check: string, text: string): Verdict => ({ check, state: 'good', text, code: null });
export const unknown = (check: string, text: string): Verdict => ({ check, state: 'unknown', text, code: null });
export const bad = (check: string, text: string, code: ErrorCode | null = null): Verdict => ({
  check,
  state: 'bad',
  text,
  code,
});
