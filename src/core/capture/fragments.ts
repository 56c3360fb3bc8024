import { BoundedMap } from '../bounded-map.ts';
import { addressText } from './address-text.ts';
import { copyOf } from './bytes.ts';
import type { Packet } from './packet.ts';

/** Packets in pieces that are kept at a time, and pieces of one (both invented): phones and servers cut few, and none into many. */
const MAX_UNFINISHED = 64;
const MAX_PIECES = 64;
/** An IP packet has no more bytes than this. */
const MAX_BYTES = 65_535;

interface Piece {
  readonly at: number;
  readonly length: number;
  readonly bytes: Uint8Array;
}

interface Unfinished {
  readonly pieces: Piece[];
  /** Length of the whole; null until the last piece is there. */
  total: number | null;
}

/** Puts packets together that came in fragments, in whatever order. Only so many are kept; the oldest is forgotten. */
export class Fragments {
  readonly #unfinished = new BoundedMap<string, Unfinished>(MAX_UNFINISHED);

  /** True where the packet is whole: it came whole, or this was its last piece, and `packet` carries all of it now. */
  complete(packet: Packet): boolean {
    if (!packet.hasMore && packet.fragmentAt === 0) return true;
    if (packet.fragmentAt + packet.length > MAX_BYTES || packet.length === 0) return false;
    const key = keyOf(packet);
    const unfinished = this.#unfinished.get(key) ?? { pieces: [], total: null };
    const { pieces } = unfinished;
    const held = pieces.reduce((sum, { length }) => sum + length, packet.length);
    if (held > MAX_BYTES || pieces.length >= MAX_PIECES || pieces.some(({ at }) => at === packet.fragmentAt))
      return false;
    const bytes = copyOf(packet.body, packet.at, packet.at + packet.captured);
    pieces.push({ at: packet.fragmentAt, length: packet.length, bytes });
    if (!packet.hasMore) unfinished.total = packet.fragmentAt + packet.length;
    this.#unfinished.set(key, unfinished);
    return this.#join(key, unfinished, packet);
  }

  #join(key: string, { pieces, total }: Unfinished, packet: Packet): boolean {
    if (total === null) return false;
    const inOrder = pieces.toSorted((one, other) => one.at - other.at);
    let reached = 0;
    let captured = -1;
    for (const { at, length, bytes } of inOrder) {
      if (at > reached) return false;
      if (captured < 0 && bytes.length < length) captured = at + bytes.length;
      reached = Math.max(reached, at + length);
    }
    if (reached < total) return false;
    const body = new Uint8Array(total);
    for (const { at, bytes } of inOrder) body.set(bytes.subarray(0, Math.max(0, total - at)), at);
    this.#unfinished.delete(key);
    packet.body = body;
    packet.at = 0;
    packet.length = total;
    packet.captured = captured < 0 ? total : Math.min(captured, total);
    return true;
  }
}

function keyOf({ head, sourceAt, targetAt, addressBytes, fragmentId, protocol }: Packet): string {
  const [from, to] = [sourceAt, targetAt].map((at) => addressText(head, at, addressBytes));
  return `${from} ${to} ${protocol} ${fragmentId}`;
}
