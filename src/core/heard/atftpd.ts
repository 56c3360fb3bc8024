import { BoundedMap } from '../bounded-map.ts';
import type { HeardPeer } from './heard.ts';
import { ended, lastPart, type Message, type MessageReader, MOST_OPEN, NOBODY, peerAt, type Tell } from './told.ts';

interface Serving {
  readonly asked: string;
  readonly peer: HeardPeer;
}

const SERVING = /^Serving (.*) to ([0-9A-Fa-f.:]+):(\d+)$/;
const MISSING = /^File (.+) not found$/;
const SILENT = /^client \(([0-9A-Fa-f.:]+)\) not responding/;
const BESIDES =
  /^(?:PCRE mapped |tsize option|timeout option|blksize option|multicast option|End of transfer|Server thread exiting|timeout block |Fetching from |Advanced Trivial FTP|atftpd |Creating new socket|Starting |\s*(?:running in|logging level|directory|bind to|option|max|server timeout|tftp retry|log facility))/;

/**
 * Messages of atftpd. It says "Serving" of every request, before it knows whether the file exists; what it says afterwards has no
 * address, and is joined by its thread where the log tells it, else by the name of the file.
 */
export class Atftpd implements MessageReader {
  readonly name = 'atftpd';
  readonly #serving = new BoundedMap<string, Serving>(MOST_OPEN);

  read({ pid, text }: Message, tell: Tell): boolean {
    const serving = SERVING.exec(text);
    if (serving !== null) {
      const [, asked = '', address = '', port = null] = serving;
      const peer = peerAt(address, port);
      const open = { asked, peer };
      if (pid.includes('.')) this.#serving.set(pid, open);
      this.#serving.set(lastPart(asked), open);
      this.#serving.set(address, open);
      tell({ kind: 'tftp.asked', asked }, peer);
      return true;
    }
    const missing = MISSING.exec(text);
    if (missing !== null) {
      const name = lastPart(missing[1] ?? '');
      const open = this.#serving.get(pid) ?? this.#serving.get(name);
      tell(ended(open?.asked ?? name, 'not-found', text), open?.peer ?? NOBODY);
      return true;
    }
    const silent = SILENT.exec(text);
    if (silent !== null || text === 'Aborting transfer') {
      const open = this.#serving.get(pid) ?? this.#serving.get(silent?.[1] ?? '');
      if (open !== undefined) tell(ended(open.asked, 'broken-off', text), open.peer);
      return true;
    }
    return BESIDES.test(text);
  }
}
