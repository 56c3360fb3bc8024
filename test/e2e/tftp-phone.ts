import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';

/** A phone as far as TFTP goes, that acknowledges a block only when a test says so. */
export class TftpPhone {
  readonly #socket: Socket;
  readonly #port: number;
  readonly #inbox: { readonly bytes: Buffer; readonly port: number }[] = [];
  #wake: () => void = () => {};
  #transferPort = 0;

  private constructor(socket: Socket, port: number) {
    this.#socket = socket;
    this.#port = port;
    socket.on('message', (bytes, from) => {
      this.#inbox.push({ bytes, port: from.port });
      this.#wake();
    });
  }

  static async open(serverPort: number, address: string): Promise<TftpPhone> {
    const socket = createSocket('udp4');
    socket.bind(0, address);
    await once(socket, 'listening');
    return new TftpPhone(socket, serverPort);
  }

  ask(name: string): void {
    this.#socket.send(Buffer.concat([Buffer.from([0, 1]), Buffer.from(`${name}\0octet\0`)]), this.#port, '127.0.0.1');
  }

  /** The next answer: `DATA 1 512`, `ERROR 1`. */
  async next(): Promise<string> {
    while (this.#inbox.length === 0) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    const { bytes, port } = this.#inbox.shift() as { bytes: Buffer; port: number };
    this.#transferPort = port;
    const word = bytes.readUInt16BE(2);
    return bytes.readUInt16BE(0) === 3 ? `DATA ${word} ${bytes.length - 4}` : `ERROR ${word}`;
  }

  ack(block: number): void {
    this.#socket.send(Buffer.from([0, 4, block >> 8, block & 255]), this.#transferPort, '127.0.0.1');
  }

  /** Takes the rest of a file whose first block came; resolves with its number of blocks. */
  async takeRest(): Promise<number> {
    for (let block = 1; ; block++) {
      this.ack(block);
      const answer = await this.next();
      if (answer.startsWith('DATA') && answer.endsWith(' 512')) continue;
      if (!answer.startsWith('DATA')) throw new Error(`the transfer broke off: ${answer}`);
      this.ack(block + 1);
      return block + 1;
    }
  }

  /** How many answers came that were not looked at. */
  get unread(): number {
    return this.#inbox.length;
  }

  close(): void {
    this.#socket.close();
  }
}
