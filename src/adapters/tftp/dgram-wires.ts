import type { RemoteInfo, Socket } from 'node:dgram';
import type { Frames } from './frames.ts';
import type { Peer } from './peer-table.ts';
import { openSocket } from './sockets.ts';
import type { NarrowWires, Wire, WireListener } from './wire.ts';

/** Wires over Node's own sockets: a system call for each datagram, on every platform. */
export const DGRAM_WIRES: NarrowWires = {
  kind: 'narrow',
  open: async (place, bufferBytes) => new DgramWire(await openSocket(place, bufferBytes)),
};

/** A wire over a bound socket. */
export class DgramWire implements Wire {
  readonly #socket: Socket;

  constructor(socket: Socket) {
    this.#socket = socket;
  }

  get port(): number {
    return this.#socket.address().port;
  }

  listen(listener: WireListener): void {
    this.#socket.on('error', (error) => listener.onError(error));
    this.#socket.on('message', (bytes: Uint8Array, from: RemoteInfo) => listener.onDatagram(bytes, from, null));
  }

  send(packet: Uint8Array, to: Peer, onFailure?: (error: Error) => void): void {
    if (onFailure === undefined) this.#socket.send(packet, to.port, to.address);
    else this.#socket.send(packet, to.port, to.address, (error) => error !== null && onFailure(error));
  }

  sendBlock(frames: Frames, block: number, to: Peer, onFailure?: (error: Error) => void): void {
    this.send(frames.frame(block), to, onFailure);
  }

  close(): Promise<void> {
    return new Promise((resolve) => this.#socket.close(() => resolve()));
  }
}
