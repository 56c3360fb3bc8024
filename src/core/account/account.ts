import type { MacAddress } from '../names/mac-address.ts';

/** One line of a phone as the PBX knows it. */
export interface AccountLine {
  /** The line key on the phone, from 1. */
  readonly line: number;
  /** The SIP user. */
  readonly extension: string;
  /** What the phone and the called party show. */
  readonly name: string;
  /** The name in the digest answer; the extension where the PBX knows no other. */
  readonly authName: string;
  readonly password: string;
}

/** What one phone is at the PBX: at least one line, in rising order of their keys. */
export interface Account {
  readonly mac: MacAddress;
  readonly label: string | null;
  readonly lines: readonly AccountLine[];
}

/** Where the phones find the PBX. */
export interface PbxPlace {
  /** A dotted address, or a name that the phones can resolve. */
  readonly host: string;
  readonly port: number;
  readonly transport: 'udp' | 'tcp';
}
