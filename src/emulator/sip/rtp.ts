import { createHash } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import type { PowerSession } from '../power-session.ts';
import type { Endpoint } from './sip-port.ts';

/** 20 ms of G.711. */
const FRAME_BYTES = 160;
const FRAME_MS = 20;
/** For what is still on its way back. */
const GRACE_MS = 500;
const HEADER_BYTES = 12;
const MARKER = 0x80;
/** u-law has two codes for silence (G.711, table 2b). A PBX that listens for tones in the sound decodes it, and writes one code for both. */
const [MINUS_ZERO, ZERO] = [0x7f, 0xff];

/** What went over a call in both directions: packets of 20 ms. */
export interface Heard {
  readonly sent: number;
  readonly heard: number;
  /** Packets that came back as they were sent, each counted once; 0 for a phone that echoes. */
  readonly same: number;
}

/** The audio of one call, on an even port of the range of the configuration. */
export class RtpStream {
  readonly port: number;
  readonly #socket: Socket;
  readonly #session: PowerSession;
  readonly #seed: string;
  readonly #unheard = new Set<string>();
  #to: Endpoint | null = null;
  #payload = 0;
  #isEchoing = false;
  #sequence = 0;
  #sent = 0;
  #heard = 0;
  #same = 0;
  #isClosed = false;

  constructor(socket: Socket, session: PowerSession, seed: string) {
    this.#socket = socket;
    this.#session = session;
    this.#seed = seed;
    this.port = socket.address().port;
    socket.on('message', (data) => this.#got(data));
    socket.on('error', () => {});
  }

  get counts(): Heard {
    return { sent: this.#sent, heard: this.#heard, same: this.#same };
  }

  /** Where audio goes from now on; an echoing phone sends back what it hears. */
  connect(to: Endpoint, payload: number, isEchoing: boolean): void {
    this.#to = to;
    this.#payload = payload;
    this.#isEchoing = isEchoing;
  }

  /** Speaks so many frames, 20 real milliseconds apart: each is its own, so that one that comes back is known again. */
  speak(frames: number, done: () => void): void {
    if (this.#isClosed) return;
    if (frames === 0) {
      this.#session.after(GRACE_MS, done);
      return;
    }
    const noise = createHash('shake256', { outputLength: FRAME_BYTES }).update(`${this.#seed} ${frames}`).digest();
    const frame = Buffer.from(noise.map((code) => (code === MINUS_ZERO ? ZERO : code)));
    this.#unheard.add(frame.toString('latin1'));
    this.#put(frame);
    this.#session.after(FRAME_MS, () => this.speak(frames - 1, done));
  }

  close(): Promise<void> {
    if (this.#isClosed) return Promise.resolve();
    this.#isClosed = true;
    return new Promise((resolve) => this.#socket.close(() => resolve()));
  }

  #put(frame: Buffer): void {
    if (this.#to === null || this.#isClosed) return;
    const packet = Buffer.alloc(HEADER_BYTES + frame.length);
    packet[0] = MARKER;
    packet[1] = this.#payload;
    packet.writeUInt16BE(this.#sequence & 0xff_ff, 2);
    packet.writeUInt32BE((this.#sequence * FRAME_BYTES) >>> 0, 4);
    packet.writeUInt32BE(this.port, 8);
    frame.copy(packet, HEADER_BYTES);
    this.#sequence += 1;
    this.#sent += 1;
    this.#socket.send(packet, this.#to.port, this.#to.host, () => {});
  }

  #got(data: Buffer): void {
    if (data.length <= HEADER_BYTES || (data[0] ?? 0) >> 6 !== 2 || ((data[1] ?? 0) & 0x7f) !== this.#payload) return;
    const frame = data.subarray(HEADER_BYTES + 4 * ((data[0] ?? 0) & 0x0f));
    this.#heard += 1;
    if (this.#unheard.delete(frame.toString('latin1'))) this.#same += 1;
    if (this.#isEchoing) this.#put(frame);
  }
}

/** The first free even port of the range; null where there is none. */
export async function openRtp(
  address: string,
  ports: { readonly first: number; readonly last: number },
  session: PowerSession,
  seed: string,
): Promise<RtpStream | null> {
  for (let port = ports.first + (ports.first % 2); port <= Math.min(ports.last, ports.first + 200); port += 2) {
    const socket = createSocket('udp4');
    const isBound = await new Promise<boolean>((resolve) => {
      socket.once('error', () => resolve(false));
      socket.bind({ address, port, exclusive: true }, () => resolve(true));
    });
    if (isBound) return new RtpStream(socket, session, seed);
    await new Promise<void>((resolve) => socket.close(() => resolve()));
  }
  return null;
}
