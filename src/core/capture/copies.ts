import { be32 } from './bytes.ts';
import type { Packet } from './packet.ts';

/**
 * Places for packets that were seen a moment ago (invented). Of two interfaces a busy machine writes some hundred frames of one before those of the
 * other: with so many places few of them fall on the place of another before their copy comes.
 */
const PLACES = 65_536;
/**
 * A copy comes within so many milliseconds (both invented; behind a bridge 2 µs were seen, switches that mirror add more). Hosts
 * that leave the identification at 0 may send the very same packet twice, so that less is believed of them; nobody sends one
 * again as fast as this.
 */
const COPY_MS = 5;
const COPY_WITHOUT_ID_MS = 1;

/**
 * Tells the second sight of a UDP packet from a second packet: captured on every interface, a packet that passes a bridge is there
 * twice, and each phone would seem to ask for everything again.
 */
export class Copies {
  readonly #marks = new Int32Array(PLACES);
  readonly #times = new Float64Array(PLACES).fill(Number.NEGATIVE_INFINITY);

  /** Whether the packet was seen a moment ago: addresses, ports, identification, lengths and what begins the payload. */
  isCopy(packet: Packet): boolean {
    const { time, head, sourceAt, body, at, captured } = packet;
    let mark: number = packet.id;
    for (let word = 0; word < packet.addressBytes * 2; word += 4) mark = mixed(mark, be32(head, sourceAt + word));
    mark = mixed(mark, (packet.sourcePort << 16) | packet.targetPort);
    mark = mixed(mark, (packet.sum << 16) | packet.length);
    for (let word = 0; word < 8 && word + 4 <= captured; word += 4) mark = mixed(mark, be32(body, at + word));
    const place = (mark >>> 8) % PLACES;
    const window = packet.id === 0 ? COPY_WITHOUT_ID_MS : COPY_MS;
    const passed = time - (this.#times[place] ?? 0);
    const isCopy = this.#marks[place] === mark && (Number.isNaN(passed) ? packet.id !== 0 : Math.abs(passed) <= window);
    this.#marks[place] = mark;
    this.#times[place] = time;
    return isCopy;
  }
}

function mixed(mark: number, word: number): number {
  const sum = Math.imul(mark ^ word, 0x9e3779b1);
  return sum ^ (sum >>> 15);
}
