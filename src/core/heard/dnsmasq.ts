import { BoundedMap } from '../bounded-map.ts';
import type { HeardPeer } from './heard.ts';
import { ended, lastPart, type Message, type MessageReader, MOST_OPEN, NOBODY, peerAt, type Tell } from './told.ts';

const ADDRESS = '([0-9A-Fa-f]*[.:][0-9A-Fa-f.:]+)';
/**
 * Its sentences in the languages that were seen (`captures-and-logs` 2): the first group is the path, the second the address. Older ones
 * name no address for a missing file.
 */
const SENTENCES: readonly (readonly [RegExp, 'sent' | 'not-found' | 'broken-off'])[] = [
  [new RegExp(`^sent (.+) to ${ADDRESS}$`), 'sent'],
  [new RegExp(`^file (.+) not found(?: for ${ADDRESS})?$`), 'not-found'],
  [new RegExp(`^failed sending (.+) to ${ADDRESS}$`), 'broken-off'],
  [new RegExp(`^(.+) an ${ADDRESS} verschickt$`), 'sent'],
  [new RegExp(`^Datei (.+) nicht gefunden(?: für ${ADDRESS})?$`), 'not-found'],
  [new RegExp(`^envoyé (.+) à ${ADDRESS}$`), 'sent'],
  [new RegExp(`^fichier (.+) non trouvé(?: pour ${ADDRESS})?$`), 'not-found'],
  [new RegExp(`^plik (.+) przesłano do ${ADDRESS}$`), 'sent'],
  [new RegExp(`^plik (.+) nie został znaleziony(?: dla ${ADDRESS})?$`), 'not-found'],
];
/** `error 8 User aborted received from 192.168.1.50`, before the line that names the file. */
const ERROR = new RegExp(`^error (\\d+) (.*) received from ${ADDRESS}$`);
const BESIDES = /^(?:unsupported request from |cannot access |TFTP |only |root is )/;
/** A sentence in a language that was not seen still has the path and, mostly, the address. */
const PATH_AND_ADDRESS = new RegExp(`(/\\S+)(?=\\s|$)(?:.*?\\s${ADDRESS}(?=\\s|$))?`);

/** Messages of dnsmasq about TFTP, in whatever language it speaks. It logs a transfer at its end. */
export class DnsmasqTftp implements MessageReader {
  readonly name = 'dnsmasq';
  readonly #errors = new BoundedMap<string, string>(MOST_OPEN);

  read({ text }: Message, tell: Tell): boolean {
    for (const [pattern, outcome] of SENTENCES) {
      const found = pattern.exec(text);
      if (found === null) continue;
      const [, path = '', address] = found;
      tell(ended(lastPart(path), outcome, this.#words(address, outcome)), peerOf(address));
      return true;
    }
    const error = ERROR.exec(text);
    if (error !== null) {
      this.#errors.set(error[3] ?? '', error[2] ?? '');
      return true;
    }
    if (BESIDES.test(text)) return true;
    const found = PATH_AND_ADDRESS.exec(text);
    if (found === null) return false;
    // How it ended stands in words that nobody here can read.
    tell({ kind: 'tftp.asked', asked: lastPart(found[1] ?? '') }, peerOf(found[2]));
    return true;
  }

  #words(address: string | undefined, outcome: string): string {
    if (outcome !== 'broken-off') return outcome === 'sent' ? 'sent' : 'not found';
    const words = this.#errors.get(address ?? '') ?? 'failed sending';
    this.#errors.delete(address ?? '');
    return words;
  }
}

function peerOf(address: string | undefined): HeardPeer {
  return address === undefined ? NOBODY : peerAt(address);
}
