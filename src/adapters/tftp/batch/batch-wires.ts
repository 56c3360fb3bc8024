import { constants } from 'node:os';
import type { Frames } from '../frames.ts';
import type { Peer } from '../peer-table.ts';
import { isWildcard } from '../sockets.ts';
import type { Place, WideWire, WideWires, Wire, WireListener } from '../wire.ts';
import { BatchLoop, type LoopHooks, type LoopMember } from './batch-loop.ts';
import { LINUX, type Libc, systemError } from './libc.ts';
import { ReceiveRing } from './receive-ring.ts';
import { SendRing } from './send-ring.ts';
import { NAME_BYTES, type Names, namesOf } from './socket-names.ts';

export interface BatchParts extends LoopHooks {
  readonly libc: Libc;
  /** Told of every descriptor that is opened, before anything else is done with it, and of its end. */
  readonly descriptors: { add(descriptor: number): void; delete(descriptor: number): void };
}

/** Wires whose datagrams are read and written many at a time: on Linux, through the C library. */
export class BatchWires implements WideWires {
  readonly kind = 'wide';
  readonly #parts: BatchParts;
  #shared: Shared | null = null;

  constructor(parts: BatchParts) {
    this.#parts = parts;
  }

  async open(place: Place, bufferBytes: number): Promise<WideWire> {
    const { libc, descriptors } = this.#parts;
    const names = namesOf(place.address);
    const descriptor = openSocket(libc, names);
    descriptors.add(descriptor);
    try {
      prepare(libc, descriptor, names, place, bufferBytes);
      const port = boundPort(libc, descriptor, names);
      this.#shared ??= this.#share();
      const wire = new BatchWire(
        this.#shared,
        { descriptor, names, port, isWide: isWildcard(place.address), isForRequests: place.isForRequests },
        () => this.#close(descriptor),
      );
      this.#shared.loop.add(wire);
      return wire;
    } catch (error) {
      this.#close(descriptor);
      throw error;
    }
  }

  #share(): Shared {
    const { libc, descriptors } = this.#parts;
    const loop = new BatchLoop(libc, this.#parts);
    // Whoever rings it closes it, after this thread.
    descriptors.add(loop.bell);
    return { libc, loop, ring: new ReceiveRing(libc), places: new WeakMap() };
  }

  // Forgotten before it is closed: a thread that is ended between the two leaves a socket open, not a number that is closed a
  // second time when it stands for something else by then, such as the record.
  #close(descriptor: number): void {
    this.#parts.descriptors.delete(descriptor);
    this.#parts.libc.close(descriptor);
  }
}

/** What all wires use. */
interface Shared {
  readonly libc: Libc;
  readonly loop: BatchLoop;
  readonly ring: ReceiveRing;
  /** Where contents lie in memory. */
  readonly places: WeakMap<Uint8Array, number>;
}

interface Bound {
  readonly descriptor: number;
  readonly names: Names;
  readonly port: number;
  readonly isWide: boolean;
  readonly isForRequests: boolean;
}

const SILENT: WireListener = { onDatagram: () => {}, onError: () => {} };

class BatchWire implements WideWire, LoopMember {
  readonly #shared: Shared;
  readonly #bound: Bound;
  readonly #onClosed: () => void;
  readonly #sends: SendRing;
  /** Questions wait in memory of their own while others are handled. */
  readonly #ring: ReceiveRing;
  #read = 0;
  #listener: WireListener = SILENT;

  constructor(shared: Shared, bound: Bound, onClosed: () => void) {
    const { libc, places } = shared;
    this.#shared = shared;
    this.#bound = bound;
    this.#onClosed = onClosed;
    this.#ring = bound.isForRequests ? new ReceiveRing(libc) : shared.ring;
    this.#sends = new SendRing(libc, bound.descriptor, bound.names, places, (error) => this.#listener.onError(error));
  }

  get port(): number {
    return this.#bound.port;
  }

  get isForRequests(): boolean {
    return this.#bound.isForRequests;
  }

  get descriptor(): number {
    return this.#bound.descriptor;
  }

  listen(listener: WireListener): void {
    this.#listener = listener;
  }

  send(packet: Uint8Array, to: Peer, onFailure?: (error: Error) => void): void {
    this.sendFrom(null, packet, to, onFailure);
  }

  sendBlock(frames: Frames, block: number, to: Peer, onFailure?: (error: Error) => void): void {
    this.sendBlockFrom(null, frames, block, to, onFailure);
  }

  sendFrom(from: string | null, packet: Uint8Array, to: Peer, onFailure?: (error: Error) => void): void {
    this.#sends.packet(to, from, packet, onFailure);
    this.#shared.loop.flushSoon();
  }

  sendBlockFrom(
    from: string | null,
    frames: Frames,
    block: number,
    to: Peer,
    onFailure?: (error: Error) => void,
  ): void {
    this.#sends.block(to, from, frames, block, onFailure);
    this.#shared.loop.flushSoon();
  }

  from(address: string): Wire {
    return new WireFrom(this, address);
  }

  read(): number {
    const { libc } = this.#shared;
    const count = this.#ring.read(this.#bound.descriptor);
    this.#read = Math.max(0, count);
    if (count < 0) {
      const errno = libc.errno();
      if (errno !== constants.errno.EAGAIN && errno !== constants.errno.EINTR) {
        this.#listener.onError(systemError('recvmmsg', errno));
      }
    }
    return this.#read;
  }

  handle(): void {
    const count = this.#read;
    this.#read = 0;
    for (let slot = 0; slot < count; slot += 1) this.#ring.take(slot, this.#bound.names, this.#hear);
  }

  flush(): void {
    this.#sends.flush();
  }

  async close(): Promise<void> {
    this.flush();
    this.#listener = SILENT;
    await this.#shared.loop.remove(this);
    this.#onClosed();
  }

  readonly #hear = (bytes: Uint8Array, address: string, port: number, to: string | null) => {
    this.#listener.onDatagram(bytes, { address, port }, this.#bound.isWide ? to : null);
  };
}

/** A wire whose datagrams come from one address of ours. */
class WireFrom implements Wire {
  readonly #wire: BatchWire;
  readonly #address: string;

  constructor(wire: BatchWire, address: string) {
    this.#wire = wire;
    this.#address = address;
  }

  get port(): number {
    return this.#wire.port;
  }

  listen(): void {}

  send(packet: Uint8Array, to: Peer, onFailure?: (error: Error) => void): void {
    this.#wire.sendFrom(this.#address, packet, to, onFailure);
  }

  sendBlock(frames: Frames, block: number, to: Peer, onFailure?: (error: Error) => void): void {
    this.#wire.sendBlockFrom(this.#address, frames, block, to, onFailure);
  }

  async close(): Promise<void> {}
}

function openSocket(libc: Libc, names: Names): number {
  const { SOCK_DGRAM, SOCK_NONBLOCK, SOCK_CLOEXEC } = LINUX;
  const descriptor = libc.socket(names.family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (descriptor < 0) throw systemError('socket', libc.errno());
  return descriptor;
}

function prepare(libc: Libc, descriptor: number, names: Names, place: Place, bufferBytes: number): void {
  const isV6 = names.family === LINUX.AF_INET6;
  if (isV6) demand(libc, descriptor, LINUX.IPPROTO_IPV6, LINUX.IPV6_V6ONLY, 1);
  if (isWildcard(place.address)) {
    if (isV6) demand(libc, descriptor, LINUX.IPPROTO_IPV6, LINUX.IPV6_RECVPKTINFO, 1);
    else demand(libc, descriptor, LINUX.IPPROTO_IP, LINUX.IP_PKTINFO, 1);
  }
  // The first, which passes what the system grants everybody, needs a right.
  for (const options of [
    [LINUX.SO_RCVBUFFORCE, LINUX.SO_RCVBUF],
    [LINUX.SO_SNDBUFFORCE, LINUX.SO_SNDBUF],
  ]) {
    options.some((option) => option !== undefined && set(libc, descriptor, LINUX.SOL_SOCKET, option, bufferBytes));
  }
  const name = Buffer.from(new ArrayBuffer(NAME_BYTES));
  names.write(name, 0, place.address, place.port);
  if (libc.bind(descriptor, name, names.nameBytes) < 0) throw systemError('bind', libc.errno());
}

function boundPort(libc: Libc, descriptor: number, names: Names): number {
  const name = Buffer.from(new ArrayBuffer(NAME_BYTES));
  const bytes = Buffer.from(new ArrayBuffer(4));
  bytes.writeUInt32LE(NAME_BYTES);
  if (libc.getsockname(descriptor, name, bytes) < 0) throw systemError('getsockname', libc.errno());
  return names.port(name, 0);
}

function set(libc: Libc, descriptor: number, level: number, option: number, value: number): boolean {
  const bytes = Buffer.from(new ArrayBuffer(4));
  bytes.writeInt32LE(value);
  return libc.setsockopt(descriptor, level, option, bytes, 4) === 0;
}

function demand(libc: Libc, descriptor: number, level: number, option: number, value: number): void {
  if (!set(libc, descriptor, level, option, value)) throw systemError('setsockopt', libc.errno());
}
