import { constants } from 'node:os';
import { wireBlock } from '../../../core/tftp/block-number.ts';
import { OPCODE } from '../../../core/tftp/codec.ts';
import { type Frames, payloadBytes } from '../frames.ts';
import type { Peer } from '../peer-table.ts';
import { LINUX, type Libc, systemError } from './libc.ts';
import { BATCH, HEADER_BYTES, VECTOR_BYTES } from './receive-ring.ts';
import { CONTROL_BYTES, NAME_BYTES, type Names } from './socket-names.ts';

/** A packet up to this long is copied; of a longer one, or of a block of a file, the system takes the bytes where they lie. */
const COPIED_BYTES = 1024;
/** Contents at least this large lie outside of what JavaScript moves about, and are asked for again and again. */
const MIN_LYING_BYTES = 4096;
/** Invented: how long a full send buffer is waited for, before its datagrams are lost like others on the way. */
const FULL_MS = 5;

/** Datagrams that wait to be written with one call to one socket. */
export class SendRing {
  readonly #libc: Libc;
  readonly #descriptor: number;
  readonly #names: Names;
  readonly #onError: (error: Error) => void;
  readonly #headers = Buffer.from(new ArrayBuffer(BATCH * HEADER_BYTES));
  readonly #headerWords = new Uint32Array(this.#headers.buffer);
  /** Two for each datagram: what is copied, and what is not. */
  readonly #vectors = Buffer.from(new ArrayBuffer(BATCH * 2 * VECTOR_BYTES));
  readonly #vectorWords = new Uint32Array(this.#vectors.buffer);
  readonly #peers = Buffer.from(new ArrayBuffer(BATCH * NAME_BYTES));
  readonly #controls = Buffer.from(new ArrayBuffer(BATCH * CONTROL_BYTES));
  readonly #copied = new Uint8Array(new ArrayBuffer(BATCH * COPIED_BYTES));
  readonly #failures: Array<((error: Error) => void) | undefined> = [];
  /** What the system is to find where it lies is kept until it was written. */
  readonly #kept: Uint8Array[] = [];
  /** Where contents lie. */
  readonly #places: WeakMap<Uint8Array, number>;
  #count = 0;
  #isFlushing = false;

  constructor(
    libc: Libc,
    descriptor: number,
    names: Names,
    places: WeakMap<Uint8Array, number>,
    onError: (error: Error) => void,
  ) {
    this.#libc = libc;
    this.#descriptor = descriptor;
    this.#names = names;
    this.#places = places;
    this.#onError = onError;
    const [peers, controls, vectors, copied] = [this.#peers, this.#controls, this.#vectors, this.#copied].map(
      (memory) => BigInt(libc.addressOf(memory)),
    ) as [bigint, bigint, bigint, bigint];
    for (let slot = 0; slot < BATCH; slot += 1) {
      const header = slot * HEADER_BYTES;
      this.#headers.writeBigUInt64LE(peers + BigInt(slot * NAME_BYTES), header);
      this.#headers.writeUInt32LE(names.nameBytes, header + 8);
      this.#headers.writeBigUInt64LE(vectors + BigInt(slot * 2 * VECTOR_BYTES), header + 16);
      this.#headers.writeBigUInt64LE(controls + BigInt(slot * CONTROL_BYTES), header + 32);
      this.#vectors.writeBigUInt64LE(copied + BigInt(slot * COPIED_BYTES), slot * 2 * VECTOR_BYTES);
    }
  }

  get isEmpty(): boolean {
    return this.#count === 0;
  }

  /** `from` is the address of ours that it is to come from; null leaves that to the system. */
  packet(to: Peer, from: string | null, packet: Uint8Array, onFailure: ((error: Error) => void) | undefined): void {
    const slot = this.#next(to, from, onFailure);
    if (packet.length <= COPIED_BYTES) {
      this.#copied.set(packet, slot * COPIED_BYTES);
      this.#lengths(slot, packet.length, 0);
    } else {
      this.#lie(slot, packet, 0);
      this.#lengths(slot, 0, packet.length);
    }
  }

  /** The DATA packet of a block: its head is written here, its bytes stay where they are. */
  block(
    to: Peer,
    from: string | null,
    frames: Frames,
    block: number,
    onFailure: ((error: Error) => void) | undefined,
  ): void {
    const slot = this.#next(to, from, onFailure);
    const { content, blockBytes, blockWrap } = frames;
    const start = (block - 1) * blockBytes;
    const bytes = payloadBytes(frames, block);
    const at = slot * COPIED_BYTES;
    const number = wireBlock(block, blockWrap);
    this.#copied[at] = 0;
    this.#copied[at + 1] = OPCODE.data;
    this.#copied[at + 2] = number >> 8;
    this.#copied[at + 3] = number & 0xff;
    if (content.length < MIN_LYING_BYTES && bytes + 4 <= COPIED_BYTES) {
      this.#copied.set(content.subarray(start, start + bytes), at + 4);
      this.#lengths(slot, 4 + bytes, 0);
    } else {
      this.#lie(slot, content, start);
      this.#lengths(slot, 4, bytes);
    }
  }

  /** Writes everything that waits. */
  flush(): void {
    if (this.#isFlushing || this.#count === 0) return;
    this.#isFlushing = true;
    const count = this.#count;
    const failed: (() => void)[] = [];
    let isFull = false;
    for (let at = 0; at < count; ) {
      const headers = at === 0 ? this.#headers : this.#headers.subarray(at * HEADER_BYTES);
      const sent = this.#libc.sendmmsg(this.#descriptor, headers, count - at, 0);
      if (sent > 0) {
        at += sent;
        continue;
      }
      const errno = this.#libc.errno();
      if (errno === constants.errno.EINTR) continue;
      // Once for each flush: a path that stays full must not hold up the others.
      if (errno === constants.errno.EAGAIN && !isFull) {
        isFull = true;
        this.#waitForRoom();
        continue;
      }
      const error = systemError('sendmmsg', errno);
      // What found no room is lost like others on the way, and repeated when its time comes: nothing ends of it.
      const onFailure = errno === constants.errno.EAGAIN ? undefined : this.#failures[at];
      failed.push(() => (onFailure ?? this.#onError)(error));
      at += 1;
    }
    this.#count = 0;
    this.#kept.length = 0;
    this.#isFlushing = false;
    // Whoever is told may send at once.
    for (const tell of failed) tell();
  }

  #next(to: Peer, from: string | null, onFailure: ((error: Error) => void) | undefined): number {
    if (this.#count === BATCH) this.flush();
    const slot = this.#count;
    this.#count += 1;
    this.#failures[slot] = onFailure;
    this.#names.write(this.#peers, slot * NAME_BYTES, to.address, to.port);
    const word = (slot * HEADER_BYTES) / 4;
    if (from === null) {
      this.#headerWords[word + 10] = 0;
    } else {
      this.#names.writeLocal(this.#controls, slot * CONTROL_BYTES, from);
      this.#headerWords[word + 10] = this.#names.controlBytes;
    }
    return slot;
  }

  #lengths(slot: number, copied: number, lying: number): void {
    const word = (slot * 2 * VECTOR_BYTES) / 4;
    this.#vectorWords[word + 2] = copied;
    this.#vectorWords[word + 6] = lying;
    this.#headerWords[(slot * HEADER_BYTES) / 4 + 6] = lying === 0 ? 1 : 2;
  }

  #lie(slot: number, bytes: Uint8Array, start: number): void {
    let place = this.#places.get(bytes);
    if (place === undefined) {
      place = this.#libc.addressOf(bytes);
      this.#places.set(bytes, place);
    }
    this.#kept.push(bytes);
    const word = (slot * 2 * VECTOR_BYTES) / 4 + 4;
    const at = place + start;
    this.#vectorWords[word] = at % 2 ** 32;
    this.#vectorWords[word + 1] = Math.floor(at / 2 ** 32);
  }

  #waitForRoom(): void {
    const entry = Buffer.from(new ArrayBuffer(8));
    entry.writeInt32LE(this.#descriptor, 0);
    entry.writeInt16LE(LINUX.POLLOUT, 4);
    this.#libc.poll(entry, 1, FULL_MS);
  }
}
