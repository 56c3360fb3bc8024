import { BoundedMap } from '../bounded-map.ts';
import type { HeardPeer } from './heard.ts';
import { ended, type Message, type MessageReader, MOST_OPEN, NOBODY, peerAt, type Tell } from './told.ts';

const CONNECTION = /^Connection received from ([0-9A-Fa-f.:]+) on port (\d+)/;
const REQUEST = /^Read request for file <(.*)>\. Mode /;
const SENT = /^<(.*)>: sent (\d+) blks?, (\d+) bytes in \d+ s\. (\d+) blks? resent/;
/** `File <X> : error 2 in system call CreateFile …`, the rest in the language of Windows. */
const FAULT = /^File <(.*)> : error (\d+) in system call (.*)$/;
const PEER_ERROR = /^Peer returns ERROR <(.*)>/;
/** Error codes of Windows: the file is not there, or its folder is not. */
const MISSING: ReadonlySet<string> = new Set(['2', '3']);

/** Messages of tftpd32 and tftpd64: the address stands on a line of its own, before the request. */
export class Tftpd32 implements MessageReader {
  readonly name = 'tftpd32';
  #peer: HeardPeer = NOBODY;
  #asked: string | null = null;
  readonly #peers = new BoundedMap<string, HeardPeer>(MOST_OPEN);

  read({ text }: Message, tell: Tell): boolean {
    const connection = CONNECTION.exec(text);
    if (connection !== null) {
      this.#peer = peerAt(connection[1] ?? '', connection[2] ?? null);
      return true;
    }
    const request = REQUEST.exec(text);
    if (request !== null) {
      const asked = slashed(request[1]);
      this.#asked = asked;
      this.#peers.set(asked, this.#peer);
      tell({ kind: 'tftp.asked', asked }, this.#peer);
      return true;
    }
    const sent = SENT.exec(text);
    if (sent !== null) {
      const [, name, , bytes, resent] = sent;
      const counts = { bytes: Number(bytes), resent: Number(resent) };
      // No byte was sent: it was asked only how large the file is.
      if (counts.bytes > 0) tell(ended(slashed(name), 'sent', 'sent', counts), this.#peerOf(name));
      return true;
    }
    const fault = FAULT.exec(text);
    if (fault !== null) {
      const [, name, code = '', words = ''] = fault;
      tell(ended(slashed(name), MISSING.has(code) ? 'not-found' : 'refused', words), this.#peerOf(name));
      return true;
    }
    const error = PEER_ERROR.exec(text);
    if (error === null) return false;
    if (this.#asked !== null) tell(ended(this.#asked, 'broken-off', error[1] ?? ''), this.#peerOf(this.#asked));
    return true;
  }

  #peerOf(name: string | undefined): HeardPeer {
    return this.#peers.get(slashed(name)) ?? this.#peer;
  }
}

function slashed(name: string | undefined): string {
  return (name ?? '').replaceAll('\\', '/');
}
