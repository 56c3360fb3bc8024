// The server under test: read-only TFTP (RFC 1350, octet) for the files of one folder, as small as it can be. Put yours in its
// place; the phones only need its address and port.
import { createSocket } from 'node:dgram';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

const [RRQ, DATA, ACK, ERROR] = [1, 3, 4, 5];
const BLOCK_BYTES = 512;
const REPEAT_MS = 500;
const REPEATS = 8;

/** @param {{ folder: string, address?: string }} options */
export async function startTftpServer({ folder, address = '127.0.0.1' }) {
  const socket = createSocket('udp4');
  const transfers = new Set();
  socket.on('message', async (message, peer) => {
    if (message.readUInt16BE(0) !== RRQ) return;
    const name = message.toString('latin1', 2, message.indexOf(0, 2));
    // Names are looked up, never joined to a path. Some phones spell them in another case than the file's own.
    const names = await readdir(folder);
    const file = names.find((one) => one === name) ?? names.find((one) => one.toLowerCase() === name.toLowerCase());
    if (file === undefined) socket.send(errorPacket(1, 'File not found'), peer.port, peer.address);
    else new Transfer(await readFile(join(folder, file)), peer, address, transfers);
  });
  await new Promise((resolve) => socket.bind(0, address, () => resolve(undefined)));
  return {
    port: socket.address().port,
    async stop() {
      for (const transfer of transfers) transfer.end();
      await new Promise((resolve) => socket.close(() => resolve(undefined)));
    },
  };
}

/** One file on its way, from a port of its own. */
class Transfer {
  #socket = createSocket('udp4');
  #block = 1;
  #timer;
  #left = REPEATS;

  constructor(bytes, peer, address, transfers) {
    this.bytes = bytes;
    this.peer = peer;
    this.transfers = transfers.add(this);
    this.#socket.on('message', (message, from) => this.#heard(message, from));
    this.#socket.bind(0, address, () => this.#send());
  }

  end() {
    clearTimeout(this.#timer);
    if (this.transfers.delete(this)) this.#socket.close();
  }

  #heard(message, from) {
    if (from.port !== this.peer.port || message.readUInt16BE(0) === ERROR) return this.end();
    // An ACK that comes twice sends nothing (RFC 1123 4.2.3.1).
    if (message.readUInt16BE(0) !== ACK || message.readUInt16BE(2) !== this.#block % 65_536) return;
    if (this.#block * BLOCK_BYTES > this.bytes.length) return this.end();
    this.#block += 1;
    this.#left = REPEATS;
    this.#send();
  }

  #send() {
    const start = (this.#block - 1) * BLOCK_BYTES;
    const head = Buffer.from([0, DATA, (this.#block >> 8) & 255, this.#block & 255]);
    this.#socket.send(
      Buffer.concat([head, this.bytes.subarray(start, start + BLOCK_BYTES)]),
      this.peer.port,
      this.peer.address,
    );
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => (this.#left-- > 0 ? this.#send() : this.end()), REPEAT_MS);
  }
}

function errorPacket(code, text) {
  return Buffer.concat([Buffer.from([0, ERROR, 0, code]), Buffer.from(`${text}\0`)]);
}
