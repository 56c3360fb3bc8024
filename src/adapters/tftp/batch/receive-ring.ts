import type { Libc } from './libc.ts';
import { LINUX } from './libc.ts';
import { CONTROL_BYTES, NAME_BYTES, type Names } from './socket-names.ts';

/** Datagrams read with one call. */
export const BATCH = 256;
/** Room for each: a request is smaller, and what is longer is cut, as the options of an endless request may be. */
const ROOM = 2048;
/** Bytes of `struct mmsghdr` and `struct iovec`. */
export const HEADER_BYTES = 64;
export const VECTOR_BYTES = 16;

/** Memory into which many datagrams are read at once, whichever socket they come from. */
export class ReceiveRing {
  readonly #libc: Libc;
  readonly #headers = Buffer.from(new ArrayBuffer(BATCH * HEADER_BYTES));
  readonly #words = new Uint32Array(this.#headers.buffer);
  readonly #vectors = Buffer.from(new ArrayBuffer(BATCH * VECTOR_BYTES));
  readonly #names = Buffer.from(new ArrayBuffer(BATCH * NAME_BYTES));
  readonly #controls = Buffer.from(new ArrayBuffer(BATCH * CONTROL_BYTES));
  readonly #data = Buffer.from(new ArrayBuffer(BATCH * ROOM));
  /** Nearly everything that comes is an ACK of four bytes. */
  readonly #acks: readonly Uint8Array[] = Array.from({ length: BATCH }, (_, slot) => this.#view(slot, 4));

  constructor(libc: Libc) {
    this.#libc = libc;
    const [vectors, names, controls, data] = [this.#vectors, this.#names, this.#controls, this.#data].map((memory) =>
      BigInt(libc.addressOf(memory)),
    ) as [bigint, bigint, bigint, bigint];
    for (let slot = 0; slot < BATCH; slot += 1) {
      const header = slot * HEADER_BYTES;
      this.#headers.writeBigUInt64LE(names + BigInt(slot * NAME_BYTES), header);
      this.#headers.writeBigUInt64LE(vectors + BigInt(slot * VECTOR_BYTES), header + 16);
      this.#headers.writeBigUInt64LE(1n, header + 24);
      this.#headers.writeBigUInt64LE(controls + BigInt(slot * CONTROL_BYTES), header + 32);
      this.#vectors.writeBigUInt64LE(data + BigInt(slot * ROOM), slot * VECTOR_BYTES);
      this.#vectors.writeBigUInt64LE(BigInt(ROOM), slot * VECTOR_BYTES + 8);
      this.#expect(slot);
    }
  }

  /** Reads what has come, without waiting: how many datagrams, or -1 with the reason in errno. */
  read(descriptor: number): number {
    return this.#libc.recvmmsg(descriptor, this.#headers, BATCH, LINUX.MSG_DONTWAIT, null);
  }

  /** Hands a datagram out, whose bytes are valid during the call, and makes its place free again. */
  take(
    slot: number,
    names: Names,
    hear: (bytes: Uint8Array, address: string, port: number, to: string | null) => void,
  ) {
    const word = (slot * HEADER_BYTES) / 4;
    const bytes = this.#words[word + 14] ?? 0;
    const control = this.#words[word + 10] ?? 0;
    this.#expect(slot);
    const name = slot * NAME_BYTES;
    const address = names.text(this.#names, name);
    const port = names.port(this.#names, name);
    const to = control === 0 ? null : names.local(this.#controls, slot * CONTROL_BYTES, control);
    const ack = this.#acks[slot];
    hear(bytes === 4 && ack !== undefined ? ack : this.#view(slot, bytes), address, port, to);
  }

  /** How much room the system has for name and control message: it writes there how much it took. */
  #expect(slot: number): void {
    const word = (slot * HEADER_BYTES) / 4;
    this.#words[word + 2] = NAME_BYTES;
    this.#words[word + 10] = CONTROL_BYTES;
  }

  #view(slot: number, bytes: number): Uint8Array {
    return new Uint8Array(this.#data.buffer, slot * ROOM, Math.min(bytes, ROOM));
  }
}
