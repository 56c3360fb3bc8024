import { BoundedMap } from '../bounded-map.ts';
import type { HeardPeer } from './heard.ts';
import { ended, type Message, type MessageReader, MOST_OPEN, type Place, peerAt, type Tell } from './told.ts';

/** `10.0.0.5.52488 > 10.0.0.1.69: ` with ports as numbers or names, behind `IP ` or, with -v, on a line of its own. */
const DATAGRAM =
  /^(?:.{0,40}?\bIP6? )?\s*([0-9A-Fa-f.:]+)\.(\d+|[a-z][a-z0-9-]*) > ([0-9A-Fa-f.:]+)\.(\d+|[a-z][a-z0-9-]*): (.*)$/;
const ASKED = /\bRRQ "(.*?)"/;
const ERROR = /\bERROR \S+(?: "(.*?)")?/;
const LENGTH = /\blength (\d+)/;
/** The head of a datagram whose addresses stand on the next line (-v). */
const HEAD = /^IP6? \((?:tos|class|hlim|flowlabel) /;
const FULL = 516;
const ACK = 4;

/** A request whose answers are counted. Without options a block has 512 bytes. */
interface Open {
  readonly asked: string;
  readonly peer: HeardPeer;
  readonly hasOptions: boolean;
  blocks: number;
  /** The first or last answer that is shorter than a block; an error or the end of the file. */
  short: { readonly length: number; readonly place: Place } | null;
}

/**
 * What tcpdump prints. It knows the request and the answers from port 69 as TFTP; the others are datagrams with a length: a full
 * block has 516 bytes, an acknowledgement 4, and a shorter one is the end of the file where it is acknowledged, else an error.
 */
export class Tcpdump implements MessageReader {
  readonly name = 'tcpdump';
  readonly #open = new BoundedMap<string, Open>(MOST_OPEN);
  /** The request that each address made last. */
  readonly #last = new BoundedMap<string, string>(MOST_OPEN);

  read(message: Message, tell: Tell): boolean {
    const { tag, text } = message;
    // A prefix may have been taken for the name of a program.
    const line = tag === '' ? text : `${tag}: ${text}`;
    if (HEAD.test(line)) return true;
    const found = DATAGRAM.exec(line);
    if (found === null) return false;
    const [, from = '', fromPort = '', to = '', toPort = '', rest = ''] = found;
    const asked = ASKED.exec(rest)?.[1];
    if (asked !== undefined) this.#ask(asked, rest, peerAt(from, port(fromPort)), tell);
    else if (!this.#answer(`${to} ${toPort}`, rest, message, tell))
      this.#acknowledge(`${from} ${fromPort}`, rest, tell);
    return true;
  }

  #ask(asked: string, rest: string, peer: HeardPeer, tell: Tell): void {
    const key = `${peer.address} ${peer.port}`;
    const before = this.#last.get(peer.address ?? '');
    if (before !== undefined && before !== key) this.#conclude(before, tell);
    const known = this.#open.get(key);
    this.#last.set(peer.address ?? '', key);
    const hasOptions = /octet \S|netascii \S/.test(rest);
    if (known === undefined) this.#open.set(key, { asked, peer, hasOptions, blocks: 0, short: null });
    tell({ kind: 'tftp.asked', asked }, peer);
  }

  /** A datagram to the phone; false where it is to nobody who asked. */
  #answer(key: string, rest: string, place: Place, tell: Tell): boolean {
    const open = this.#open.get(key);
    if (open === undefined) return false;
    const error = ERROR.exec(rest);
    const length = Number(LENGTH.exec(rest)?.[1] ?? 0);
    if (error !== null) {
      this.#open.delete(key);
      const isMissing = rest.includes('ENOTFOUND');
      tell(ended(open.asked, isMissing ? 'not-found' : 'refused', error[1] ?? 'error'), open.peer);
    } else if (length === FULL) open.blocks++;
    else if (length > 0 && !open.hasOptions) open.short = { length, place: { line: place.line, time: place.time } };
    return true;
  }

  #acknowledge(key: string, rest: string, tell: Tell): void {
    const open = this.#open.get(key);
    if (open === undefined || open.short === null || Number(LENGTH.exec(rest)?.[1]) !== ACK) return;
    this.#open.delete(key);
    // Blocks that were sent again are counted, too: the sum would be too large.
    tell(ended(open.asked, 'sent', 'its last block was acknowledged'), open.peer);
  }

  /** The phone asks for something else: a short answer that it did not acknowledge was an error. */
  #conclude(key: string, tell: Tell): void {
    const open = this.#open.get(key);
    this.#open.delete(key);
    if (open === undefined || open.short === null || open.blocks > 0) return;
    const words = `an answer of ${open.short.length} bytes that was not acknowledged`;
    tell(ended(open.asked, 'refused', words), open.peer, open.short.place);
  }
}

/** Of ports with names only 69 is a server's; a phone's own port may have one by accident, and is then not known. */
function port(text: string): string | null {
  return /^\d+$/.test(text) ? text : null;
}
