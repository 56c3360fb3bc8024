import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { encodePacket } from '../../src/core/tftp/codec.ts';

/** What a flood has done. */
export interface FloodCounts {
  sent: number;
  answered: number;
  addresses: number;
  macs: number;
}

const TICK_MS = 20;
const SOCKETS = 48;
/** Datagrams from one address before the next is made up. */
const A_SOCKET = 24;

/**
 * Requests with names that nobody has: of made-up phones, whole boots of them, files without a MAC, writes, and bytes that are no
 * TFTP. Each few come from another address of 127.0.0.0/8; no answer is ever acknowledged.
 */
export class Flood {
  readonly counts: FloodCounts = { sent: 0, answered: 0, addresses: 0, macs: 0 };
  readonly #port: number;
  readonly #perSecond: number;
  readonly #sockets: { socket: Socket; left: number; boot: string[] }[] = [];
  #timer: NodeJS.Timeout | null = null;
  #turn = 0;
  #owed = 0;

  constructor(port: number, perSecond: number) {
    this.#port = port;
    this.#perSecond = perSecond;
  }

  async start(): Promise<void> {
    for (let n = 0; n < SOCKETS; n++) await this.#open(n);
    let last = performance.now();
    this.#timer = setInterval(() => {
      const now = performance.now();
      // A flood that was kept waiting for the processor makes up for half a second at most.
      this.#owed = Math.min(this.#owed + ((now - last) * this.#perSecond) / 1000, this.#perSecond / 2);
      last = now;
      for (; this.#owed >= 1; this.#owed -= 1) this.#send();
    }, TICK_MS);
  }

  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    for (const { socket } of this.#sockets.splice(0)) socket.close();
  }

  async #open(place: number): Promise<void> {
    const socket = createSocket('udp4');
    const n = this.counts.addresses++;
    // 127.64.0.0/10 and up: the phones of the bench are elsewhere.
    socket.bind(0, `127.${64 + ((n >> 16) % 128)}.${(n >> 8) & 255}.${n & 255}`);
    await once(socket, 'listening');
    socket.on('message', () => this.counts.answered++);
    const was = this.#sockets[place]?.socket;
    this.#sockets[place] = { socket, left: A_SOCKET, boot: [] };
    was?.close();
  }

  #send(): void {
    this.#turn = (this.#turn + 1) % this.#sockets.length;
    const place = this.#turn;
    const from = this.#sockets[place];
    if (from === undefined || from.left === 0) return;
    from.left -= 1;
    from.socket.send(this.#datagram(from.boot), this.#port, '127.0.0.1');
    this.counts.sent += 1;
    if (from.left === 0) void this.#open(place);
  }

  #mac(): string {
    return (0x02_00_00_00_00_00 + this.counts.macs++).toString(16).toUpperCase().padStart(12, '0');
  }

  #datagram(boot: string[]): Uint8Array {
    const dice = this.counts.sent % 100;
    const name = boot.shift();
    if (name !== undefined) return asked(name);
    if (dice < 30) return asked(`SEP${this.#mac()}.cnf.xml`);
    if (dice < 40) return asked(`SIP${this.#mac()}.cnf`);
    if (dice < 65) {
      const mac = this.#mac();
      boot.push('term42.default.loads', `SEP${mac}.cnf.xml`, `CTLSEP${mac}.tlv`, 'term42.default.loads');
      return asked(`CTLSEP${mac}.tlv`);
    }
    if (dice < 80) return asked(['OS79XX.TXT', 'XMLDefault.cnf.xml', 'SIPDefault.cnf'][dice % 3] ?? '');
    if (dice < 88) return encodePacket({ kind: 'wrq', name: `dump-${this.counts.sent}`, mode: 'octet', options: [] });
    if (dice < 95) return asked(`${'x'.repeat(dice)}-${this.counts.sent}.txt`);
    return Uint8Array.of(0, dice % 8, this.counts.sent & 255, 255, 0, 1);
  }
}

function asked(name: string): Uint8Array {
  return encodePacket({ kind: 'rrq', name, mode: 'octet', options: [] });
}
