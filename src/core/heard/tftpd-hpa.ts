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
/** `10.0.0.5:40506`, `[2001:db8::1]:40506`: who asks, from 7 on. */
const WHO = /(?:\[([0-9A-Fa-f.:]+)\]|(\d+\.\d+\.\d+\.\d+)):(\d+)/;
const WITH_PORT = new RegExp(`^${WHO.source}$`);
/** `10.0.0.5:40506: read completed: X`, as all messages of a transfer begin from 7 on. */
const OF_TRANSFER = new RegExp(`^${WHO.source}: (.*)$`);
/** `sending ERROR 1: No such file or directory)`: 7.3 closes a bracket that it did not open. */
const ERROR = /^sending ERROR (\d+): (.*?)\)?$/;
/** Said once the last block was acknowledged, with the name that was asked. */
const COMPLETED = 'read completed: ';
const FAILED = /^(?:read|write)(?:\([a-z]+\))?: (.*)$/;
/** What it says besides, which is of no single phone. */
const BESIDES =
  /^(?:tftp: client does not accept options|remap: |WRQ from |Cannot open map file|socket: |tftpd: |cannot |connect: |bind: )/;

/**
 * Messages of tftpd-hpa. A refusal is logged without its name: one process answers one request, so they are joined by it. Success is logged from 7 on,
 * without --verbose, too. The name after `final filename: ` is what the rules have made of the asked one, so it is no question.
 */
export class TftpdHpa implements MessageReader {
  readonly name = 'tftpd-hpa';
  readonly #open = new BoundedMap<string, Open>(MOST_OPEN);
  /** The request that was read last, which most answers are to: it lies in the map only once another one comes. */
  #last: (Open & { readonly pid: string }) | null = null;

  read({ pid, text }: Message, tell: Tell): boolean {
    if (text.startsWith('RRQ from ')) return this.#asked(pid, text, tell);
    const [, six, four, port = null, said] = OF_TRANSFER.exec(text) ?? [];
    if (said !== undefined) return this.#ofTransfer(pid, said, peerAt(six ?? four ?? '', port), tell);
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

  #ofTransfer(pid: string, said: string, peer: HeardPeer, tell: Tell): boolean {
    const error = ERROR.exec(said);
    const failed = FAILED.exec(said);
    if (said.startsWith(COMPLETED)) {
      this.#taken(pid);
      tell(ended(said.slice(COMPLETED.length), 'sent', 'read completed'), peer);
    } else if (error !== null) {
      const [, code, words = ''] = error;
      tell(ended(this.#taken(pid)?.asked ?? null, code === '1' ? 'not-found' : 'refused', words), peer);
    } else if (failed !== null) {
      const open = this.#taken(pid);
      if (open !== undefined) tell(ended(open.asked, 'broken-off', failed[1] ?? ''), open.peer);
    }
    return true;
  }

  #asked(pid: string, text: string, tell: Tell): boolean {
    const blank = text.indexOf(' ', 9);
    if (blank < 0 || !text.startsWith(' filename ', blank)) return false;
    const name = text.slice(blank + 10);
    // Where a rule rewrote the name, the first one is what the phone asked.
    const mapped = name.indexOf(REMAPPED);
    const asked = mapped < 0 ? name : name.slice(0, mapped);
    const who = text.slice(9, blank);
    const [, six, four, port = null] = WITH_PORT.exec(who) ?? [];
    const peer = peerAt(six ?? four ?? who, port);
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
