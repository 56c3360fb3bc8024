import { BoundedMap } from '../../core/bounded-map.ts';
import type { ReadOrWriteRequest } from '../../core/tftp/codec.ts';
import type { Conversation, Endpoint } from './endpoint.ts';
import type { TftpCounters, TftpLimits } from './limits.ts';
import type { Peer } from './peer-table.ts';

/** All conversations of the server, and how many of them count against the limits. */
export class Conversations {
  readonly #limits: TftpLimits;
  readonly #counters: TftpCounters;
  readonly #all = new Set<Conversation>();
  readonly #settled: BoundedMap<Conversation, true>;
  readonly #countedByAddress = new Map<string, Set<Conversation>>();
  #whenIdle: (() => void)[] = [];

  constructor(limits: TftpLimits, counters: TftpCounters) {
    this.#limits = limits;
    this.#counters = counters;
    this.#settled = new BoundedMap(limits.maxSettled);
  }

  [Symbol.iterator](): Iterator<Conversation> {
    return this.#all.values();
  }

  /** How many count against the limits: questions that are being decided and transfers that run. */
  get underWay(): number {
    return this.#counters.underWay;
  }

  /** Calls once nothing is under way; at once when nothing is. */
  whenIdle(call: () => void): void {
    if (this.#counters.underWay === 0) call();
    else this.#whenIdle.push(call);
  }

  /** A new conversation, counted, in place of the last one its peer port had. */
  open(endpoint: Endpoint, peer: Peer, request: ReadOrWriteRequest, at: number): Conversation {
    const phase = { kind: 'deciding', asked: null } as const;
    const times = { askedAt: at, askedAgainAt: at };
    const conversation: Conversation = { peer, endpoint, request, ...times, phase, isCounted: true };
    this.#counters.underWay += 1;
    const counted = this.#countedByAddress.get(peer.address);
    if (counted === undefined) this.#countedByAddress.set(peer.address, new Set([conversation]));
    else counted.add(conversation);
    this.#all.add(conversation);
    endpoint.conversations.set(conversation);
    return conversation;
  }

  /**
   * A conversation that spends nothing any more stops counting: a refusal or a transfer that ended, remembered for late copies
   * of its question. Of these, too, only so many are kept: a flood leaves a refusal for every request.
   */
  settle(conversation: Conversation): void {
    this.#uncount(conversation);
    const [oldest] = this.#settled.size < this.#limits.maxSettled ? [] : this.#settled;
    if (oldest !== undefined) this.forget(oldest[0]);
    this.#settled.set(conversation, true);
  }

  #uncount(conversation: Conversation): void {
    if (!conversation.isCounted) return;
    conversation.isCounted = false;
    this.#counters.underWay -= 1;
    const { address } = conversation.peer;
    const counted = this.#countedByAddress.get(address);
    counted?.delete(conversation);
    if (counted?.size === 0) this.#countedByAddress.delete(address);
    if (this.#counters.underWay === 0) for (const call of this.#whenIdle.splice(0)) call();
  }

  /** Takes a conversation out of every table. */
  forget(conversation: Conversation): void {
    this.#uncount(conversation);
    this.#settled.delete(conversation);
    const isKnown = this.#all.delete(conversation);
    conversation.endpoint.conversations.delete(conversation);
    const { phase } = conversation;
    if (phase.kind !== 'transfer' || !isKnown) return;
    phase.channel.transfers.delete(conversation);
    phase.running.release();
  }

  /** What is under way to an address. */
  ofAddress(address: string): Iterable<Conversation> {
    return this.#countedByAddress.get(address) ?? [];
  }

  /** Which limit one more transfer to an address would break. */
  limitReached(address: string): 'address' | 'total' | null {
    if ((this.#countedByAddress.get(address)?.size ?? 0) >= this.#limits.maxTransfersPerAddress) return 'address';
    return this.#counters.underWay >= this.#limits.maxTransfers ? 'total' : null;
  }

  /** The transfer that has been silent longest, if any was silent long enough to make way; of one address or of all. */
  oldestIdle(at: number, address: string | null): Conversation | null {
    let oldest: Conversation | null = null;
    let oldestAt = at - this.#limits.idleMs;
    for (const conversation of this.#all) {
      if (address !== null && conversation.peer.address !== address) continue;
      const { phase } = conversation;
      if (phase.kind !== 'transfer' || !conversation.isCounted || phase.running.state.heardAt > oldestAt) continue;
      oldest = conversation;
      oldestAt = phase.running.state.heardAt;
    }
    return oldest;
  }
}
