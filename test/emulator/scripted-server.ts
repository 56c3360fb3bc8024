import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import type { AddressInfo } from 'node:net';

/** What a name is answered with: content, `null` for silence, or a function asked each time. */
export type Script = Map<string, Buffer | string | null | (() => Buffer | string | null | undefined)>;

interface Transfer {
  readonly socket: Socket;
  readonly content: Buffer;
  block: number;
  timer: NodeJS.Timeout | null;
  repeats: number;
}

const REPEAT_MS = 150;
const REPEATS = 40;

/** A small TFTP server of the tests' own: a map of files, error 1 for the rest, and a record of what was asked. */
export class ScriptedServer {
  readonly files: Script;
  /** Every request in order, repeats from one port left out. */
  readonly asked: { readonly name: string; readonly port: number; readonly address: string; readonly at: number }[] =
    [];
  /** Every request datagram. */
  readonly datagrams: { readonly name: string; readonly port: number; readonly bytes: Buffer; readonly at: number }[] =
    [];
  readonly #socket = createSocket({ type: 'udp4', recvBufferSize: 1 << 20 });
  readonly #transfers = new Map<string, Transfer>();

  readonly #address: string;

  constructor(files: Script, address = '127.0.0.1') {
    this.files = files;
    this.#address = address;
  }

  get port(): number {
    return (this.#socket.address() as AddressInfo).port;
  }

  get names(): string[] {
    return this.asked.map(({ name }) => name);
  }

  /** Listens on a port that is free, or on one that another server had before. */
  async start(port = 0): Promise<void> {
    this.#socket.on('message', (bytes, from) => this.#request(bytes, from));
    await new Promise<void>((resolve) => this.#socket.bind(port, this.#address, resolve));
  }

  async stop(): Promise<void> {
    for (const [key, transfer] of this.#transfers) this.#end(key, transfer);
    await new Promise<void>((resolve) => this.#socket.close(() => resolve()));
  }

  #request(bytes: Buffer, from: RemoteInfo): void {
    const name = bytes.toString('latin1', 2, bytes.indexOf(0, 2));
    const key = `${from.address}:${from.port}`;
    this.datagrams.push({ name, port: from.port, bytes, at: performance.now() });
    const running = this.#transfers.get(key);
    if (running !== undefined) {
      this.#sendBlock(running, from);
      return;
    }
    if (!this.datagrams.slice(0, -1).some((one) => one.name === name && one.port === from.port)) {
      this.asked.push({ name, port: from.port, address: from.address, at: performance.now() });
    }
    const scripted = this.files.get(name);
    const answer = typeof scripted === 'function' ? scripted() : scripted;
    if (answer === null) return;
    if (answer === undefined) {
      const error = Buffer.from('\0\x05\0\x01File not found\0', 'latin1');
      this.#socket.send(error, from.port, from.address);
      return;
    }
    this.#open(key, Buffer.from(answer), from);
  }

  #open(key: string, content: Buffer, from: RemoteInfo): void {
    const socket = createSocket('udp4');
    const transfer: Transfer = { socket, content, block: 1, timer: null, repeats: 0 };
    this.#transfers.set(key, transfer);
    socket.on('message', (bytes, peer) => {
      if (peer.port !== from.port || bytes.readUInt16BE(0) !== 4) return;
      if (bytes.readUInt16BE(2) !== (transfer.block & 0xffff)) return;
      if (transfer.content.length < transfer.block * 512) {
        this.#end(key, transfer);
        return;
      }
      transfer.block += 1;
      transfer.repeats = 0;
      this.#sendBlock(transfer, from);
    });
    socket.bind(0, this.#address, () => this.#sendBlock(transfer, from));
    const repeat = () => {
      transfer.repeats += 1;
      if (transfer.repeats > REPEATS) this.#end(key, transfer);
      else this.#sendBlock(transfer, from);
    };
    transfer.timer = setInterval(repeat, REPEAT_MS);
  }

  #sendBlock(transfer: Transfer, to: RemoteInfo): void {
    const head = Buffer.from([0, 3, (transfer.block >> 8) & 0xff, transfer.block & 0xff]);
    const data = transfer.content.subarray((transfer.block - 1) * 512, transfer.block * 512);
    transfer.socket.send(Buffer.concat([head, data]), to.port, to.address, () => {});
  }

  #end(key: string, transfer: Transfer): void {
    if (transfer.timer !== null) clearInterval(transfer.timer);
    if (this.#transfers.get(key) === transfer) {
      this.#transfers.delete(key);
      transfer.socket.close();
    }
  }
}
