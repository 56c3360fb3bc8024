import type { HeardPeer } from './heard.ts';
import { ended, type Message, type MessageReader, NOBODY, peerAt, type Tell } from './told.ts';

const REQUEST = /^read request from host ([0-9A-Fa-f.:]+)\((\d+)\)/;
const LOOKING = /^Looking for (.*)$/;
const ERROR = /^Sending error (\d+) (.*)$/;

/** Messages of `debug tftp` on Cisco IOS: address, name and refusal stand on a line each, one after the other. */
export class Ios implements MessageReader {
  readonly name = 'Cisco IOS';
  #peer: HeardPeer = NOBODY;
  #asked: string | null = null;

  read({ tag, text }: Message, tell: Tell): boolean {
    if (tag !== 'TFTP') return false;
    const request = REQUEST.exec(text);
    if (request !== null) {
      this.#peer = peerAt(request[1] ?? '', request[2] ?? null);
      this.#asked = null;
      return true;
    }
    const looking = LOOKING.exec(text);
    if (looking !== null) {
      const asked = looking[1] ?? '';
      this.#asked = asked;
      tell({ kind: 'tftp.asked', asked }, this.#peer);
      return true;
    }
    const error = ERROR.exec(text);
    // Others of its messages are its own and tell nothing that is known here.
    if (error === null) return true;
    const [, code, words = ''] = error;
    if (this.#asked !== null) tell(ended(this.#asked, code === '1' ? 'not-found' : 'refused', words), this.#peer);
    this.#asked = null;
    return true;
  }
}
