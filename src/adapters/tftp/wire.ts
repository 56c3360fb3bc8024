import type { Frames } from './frames.ts';
import type { Peer } from './peer-table.ts';

/** Where one wire is to be bound. */
export interface Place {
  readonly address: string;
  readonly port: number;
  /** Lets a wire for one address stand beside the one for all addresses, on the same port. */
  readonly isShared: boolean;
  /** Whether questions come here; what belongs to transfers and came before them is to be heard before them. */
  readonly isForRequests: boolean;
}

/** Told what a wire hears. */
export interface WireListener {
  /**
   * A datagram; its bytes are valid during the call only. `to` is our address that it came to, null where the system does not
   * tell.
   */
  onDatagram(bytes: Uint8Array, from: Peer, to: string | null): void;
  /** The system complained about a datagram of the past. */
  onError(error: unknown): void;
}

/** A bound UDP port of ours, as the engine sees it. Sending may throw what the system says, or tell the listener later. */
export interface Wire {
  readonly port: number;
  /** Whom it tells from now on; what came before is lost. */
  listen(listener: WireListener): void;
  /** Sends one packet; `onFailure` is told in place of the listener when that did not work. */
  send(packet: Uint8Array, to: Peer, onFailure?: (error: Error) => void): void;
  /** Sends the DATA packet of a block, 1 to `lastBlock`. */
  sendBlock(frames: Frames, block: number, to: Peer, onFailure?: (error: Error) => void): void;
  close(): Promise<void>;
}

/** A wire bound to all addresses that can send from each of them. */
export interface WideWire extends Wire {
  /** The same port; what it sends comes from that address. It hears nothing, and is not to be closed. */
  from(address: string): Wire;
}

/** One way of reading and writing datagrams: what the engine does with them is the same on all. */
export type Wires = NarrowWires | WideWires;

/** Wires for one address each: which address of ours a datagram came to is known by the wire. */
export interface NarrowWires {
  readonly kind: 'narrow';
  /** Binds; rejects with the system's error, which has its `code`. */
  open(place: Place, bufferBytes: number): Promise<Wire>;
}

/** Wires for all addresses at once, which tell the address of ours with every datagram. */
export interface WideWires {
  readonly kind: 'wide';
  /** Binds; rejects with the system's error, which has its `code`. */
  open(place: Place, bufferBytes: number): Promise<WideWire>;
}
