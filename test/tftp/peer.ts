import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { encodePacket, parsePacket, type TftpOption, type TftpPacket } from '../../src/core/tftp/codec.ts';

export interface Received {
  readonly packet: TftpPacket;
  readonly from: RemoteInfo;
  readonly bytes: Uint8Array;
}

/** A peer that sends exactly what a test tells it and keeps all that comes back, in order. */
export class Peer {
  readonly socket: Socket;
  readonly #server: { readonly address: string; readonly port: number };
  readonly #inbox: Received[] = [];
  #waiting: ((received: Received) => void) | null = null;

  private constructor(socket: Socket, server: { readonly address: string; readonly port: number }) {
    this.socket = socket;
    this.#server = server;
    socket.on('message', (bytes, from) => {
      const parsed = parsePacket(bytes);
      if (!parsed.ok) throw new Error(`the server sent no TFTP packet: ${parsed.error.message}`);
      const received = { packet: parsed.value, from, bytes };
      const waiting = this.#waiting;
      this.#waiting = null;
      if (waiting === null) this.#inbox.push(received);
      else waiting(received);
    });
  }

  static async open(
    server: { readonly address: string; readonly port: number },
    address = '127.0.0.1',
    port = 0,
  ): Promise<Peer> {
    const isV6 = address.includes(':');
    // What is sent leaves at once, in a thread that is held up, too.
    const socket = createSocket({
      type: isV6 ? 'udp6' : 'udp4',
      lookup: (to, _, done) => done(null, to, isV6 ? 6 : 4),
    });
    const listening = once(socket, 'listening');
    socket.bind(port, address);
    await listening;
    return new Peer(socket, server);
  }

  get port(): number {
    return this.socket.address().port;
  }

  ask(name: string, options: readonly TftpOption[] = [], mode: 'octet' | 'netascii' = 'octet'): void {
    this.raw(encodePacket({ kind: 'rrq', name, mode, options }));
  }

  /** Any bytes to the request port. */
  raw(bytes: Uint8Array, port: number = this.#server.port): void {
    this.socket.send(bytes, port, this.#server.address);
  }

  ack(block: number, to: { readonly port: number }): void {
    this.raw(encodePacket({ kind: 'ack', block }), to.port);
  }

  next(): Promise<Received> {
    const first = this.#inbox.shift();
    if (first !== undefined) return Promise.resolve(first);
    return new Promise((resolve) => {
      this.#waiting = resolve;
    });
  }

  /** The next packet, as text: `DATA 1 (512)`, `ACK 1`, `ERROR 1`, `OACK blksize=8`. */
  async seen(): Promise<string> {
    return describe((await this.next()).packet);
  }

  /** All packets up to a refusal of a file that does not exist, as text. */
  async seenUntilMissing(): Promise<string[]> {
    this.ask('no-such-file');
    const seen: string[] = [];
    for (;;) {
      const text = await this.seen();
      if (text === 'ERROR 1') return seen;
      seen.push(text);
    }
  }

  /** Packets that came and were not looked at. */
  get unread(): number {
    return this.#inbox.length;
  }

  /** Fetches a whole file as a strict lock-step client. */
  async fetch(
    name: string,
    options: readonly TftpOption[] = [],
    mode: 'octet' | 'netascii' = 'octet',
  ): Promise<{ readonly bytes: Buffer; readonly blocks: number[]; readonly from: RemoteInfo }> {
    this.ask(name, options, mode);
    const parts: Uint8Array[] = [];
    const blocks: number[] = [];
    let size = 512;
    for (;;) {
      const { packet, from } = await this.next();
      if (packet.kind === 'oack') {
        size = Number(packet.options.find((option) => option.name === 'blksize')?.value ?? 512);
        this.ack(0, from);
        continue;
      }
      if (packet.kind !== 'data') throw new Error(`unexpected ${describe(packet)}`);
      parts.push(packet.payload);
      blocks.push(packet.block);
      this.ack(packet.block, from);
      if (packet.payload.length < size) return { bytes: Buffer.concat(parts), blocks, from };
    }
  }

  close(): void {
    this.socket.close();
  }
}

function describe(packet: TftpPacket): string {
  switch (packet.kind) {
    case 'data':
      return `DATA ${packet.block} (${packet.payload.length})`;
    case 'ack':
      return `ACK ${packet.block}`;
    case 'error':
      return `ERROR ${packet.code}`;
    case 'oack':
      return `OACK ${packet.options.map((option) => `${option.name}=${option.value}`).join(' ')}`;
    default:
      return packet.kind;
  }
}
