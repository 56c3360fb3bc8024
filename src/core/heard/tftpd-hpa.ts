import { BoundedMap } from '../bounded-map.ts';
import type { HeardPeer } from './heard.ts';
import { ended, type Message, type MessageReader, MOST_OPEN, peerAt, type Tell } from './told.ts';

interface Open {
  readonly asked: string;
  readonly peer: HeardPeer;
}

const REMAPPED = ' remapped to ';
/** `sending NAK (1, File not found) to 10.0.0.5` */
const NAK = /^sending NAK \((\d+), (.*)\) to ([0-9A-Fa-f.:]+)/;
/** `Client 10.0.0.5 File not found X`, `Client 10.0.0.5 finished X` of newer ones. */
const CLIENT = /^Client ([0-9A-Fa-f.:]+) (File not found|finished) (.*)$/;
/** `tftpd: read(ack): Connection refused`: the phone had closed its port. */
const BROKEN = /^tftpd: (?:read|write)(?:\([a-z]+\))?: (.*)$/;
/** What it says besides, which is of no single phone. */
const BESIDES =
  /^(?:tftp: client does not accept options|remap: |WRQ from |Cannot open map file|socket: |tftpd: |cannot |connect: |bind: )/;

/** Messages of tftpd-hpa. It logs no success, and a refusal without its name: one process answers one request, so they are joined by it. */
export class TftpdHpa implements MessageReader {
  readonly name = 'tftpd-hpa';
  readonly #open = new BoundedMap<string, Open>(MOST_OPEN);
  /** The request that was read last, which most answers are to: it lies in the map only once another one comes. */
  #last: (Open & { readonly pid: string }) | null = null;

  read({ pid, text }: Message, tell: Tell): boolean {
    if (text.startsWith('RRQ from ')) return this.#asked(pid, text, tell);
    const nak = NAK.exec(text);
    if (nak !== null) {
      const [, code, words = '', address = ''] = nak;
      tell(ended(this.#taken(pid)?.asked ?? null, code === '1' ? 'not-found' : 'refused', words), peerAt(address));
      return true;
    }
    const client = CLIENT.exec(text);
    if (client !== null) {
      const [, address = '', words = '', asked = ''] = client;
      this.#taken(pid);
      tell(ended(asked, words === 'finished' ? 'sent' : 'not-found', words), peerAt(address));
      return true;
    }
    const broken = BROKEN.exec(text);
    if (broken === null) return BESIDES.test(text);
    const open = this.#taken(pid);
    if (open !== undefined) tell(ended(open.asked, 'broken-off', broken[1] ?? ''), open.peer);
    return true;
  }

  #asked(pid: string, text: string, tell: Tell): boolean {
    const blank = text.indexOf(' ', 9);
    if (blank < 0 || !text.startsWith(' filename ', blank)) return false;
    const name = text.slice(blank + 10);
    // Where a rule rewrote the name, the first one is what the phone asked.
    const mapped = name.indexOf(REMAPPED);
    const asked = mapped < 0 ? name : name.slice(0, mapped);
    const peer = peerAt(text.slice(9, blank));
    if (this.#last !== null) this.#open.set(this.#last.pid, this.#last);
    this.#last = pid === '' ? null : { pid, asked, peer };
    tell({ kind: 'tftp.asked', asked }, peer);
    return true;
  }

  #taken(pid: string): Open | undefined {
    if (this.#last?.pid === pid) {
      const last = this.#last;
      this.#last = null;
      // An older request of a process with that number has no answer any more.
      if (this.#open.size > 0) this.#open.delete(pid);
      return last;
    }
    const open = this.#open.get(pid);
    this.#open.delete(pid);
    return open;
  }
}
