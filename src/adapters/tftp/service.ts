import {
  encodePacket,
  OPCODE,
  parsePacket,
  type ReadOrWriteRequest,
  TFTP_ERROR,
  wordOf,
} from '../../core/tftp/codec.ts';
import { printable } from '../../core/tftp/printable.ts';
import type { TransferEnd, TransferEvent } from '../../core/tftp/transfer.ts';
import type { Clock } from '../../ports/clock.ts';
import type { TftpAnswer, TftpHandler } from '../../ports/tftp.ts';
import { Conversations } from './conversations.ts';
import {
  type Channel,
  type Conversation,
  chooseChannel,
  type Endpoint,
  isSameQuestion,
  questionOf,
} from './endpoint.ts';
import { type LeftParts, LeftQuestions } from './left-questions.ts';
import type { Peer } from './peer-table.ts';
import type { FailureReason, RunningTransfer } from './running-transfer.ts';
import type { Sender } from './sender.ts';
import { Sweeper } from './sweeper.ts';
import { type FactoryOptions, TransferFactory } from './transfer-factory.ts';

export interface ServiceOptions extends FactoryOptions, LeftParts {
  readonly handler: TftpHandler;
  /** Whether the server has begun to end, where somebody else says so first. */
  readonly isEnding: () => boolean;
}

/** Nobody is told of it: the peer takes its answer for lost, and what it asks again is decided anew. */
const WITHDRAWN = 'its answer was taken back before anything of it was acknowledged';

/** Asks the handler once for every question, and runs the transfers. */
export class Service {
  readonly #options: ServiceOptions;
  readonly #clock: Clock;
  readonly #factory: TransferFactory;
  readonly #sender: Sender;
  readonly #conversations: Conversations;
  readonly #sweeper: Sweeper;
  readonly #left: LeftQuestions;
  #isDraining = false;

  constructor(options: ServiceOptions) {
    this.#options = options;
    this.#clock = options.clock;
    this.#factory = new TransferFactory(options);
    this.#conversations = new Conversations(options.limits, options.counters);
    this.#sender = options.sender;
    this.#left = new LeftQuestions(options, this.#conversations);
    this.#sweeper = new Sweeper(this.#clock, (at) => this.#sweep(at));
  }

  /** Ends the conversations of an endpoint whose sockets are about to close. */
  dropEndpoint(endpoint: Endpoint, reason: 'stopped' | 'socket', message: string): void {
    const at = this.#clock.now();
    for (const conversation of [...this.#conversations]) {
      if (conversation.endpoint !== endpoint) continue;
      const { phase } = conversation;
      if (phase.kind === 'transfer' && phase.running.state.phase === 'running' && reason === 'stopped') {
        this.#sender.sendError(phase.channel, conversation.peer, TFTP_ERROR.seeMessage, message);
      }
      this.#giveUp(conversation, reason, message, at);
    }
  }

  /** How many answers are being decided or sent. */
  get underWay(): number {
    return this.#conversations.underWay;
  }

  /**
   * Answers no new question from now on, and calls once those under way are answered. A new one gets silence: to a phone that
   * is a lost datagram, which it repeats for the better part of a minute (legacy-79x0 11.2). An ERROR would send it on to its
   * next file, as if this one were missing.
   */
  drain(whenIdle: () => void): void {
    this.#isDraining = true;
    this.#conversations.whenIdle(whenIdle);
  }

  /** Takes no more time, and tells what was not told yet; to be called after the endpoints were dropped. */
  stop(): void {
    this.#sweeper.stop();
    this.#options.queue.flush();
  }

  /** A readable read request: repeated ones get their first answer again, new ones are decided. */
  onQuestion(endpoint: Endpoint, peer: Peer, request: ReadOrWriteRequest): void {
    const at = this.#clock.now();
    const { counters } = this.#options;
    const known = endpoint.conversations.get(peer.address, peer.port);
    if (known !== undefined) {
      if (isSameQuestion(known.request, request) && this.#repeatAnswer(known, at)) {
        counters.repeatedRequests += 1;
        return;
      }
      const isVoid = known.phase.kind === 'transfer' && known.phase.running.isVoid;
      this.#giveUp(known, 'superseded', isVoid ? WITHDRAWN : 'the peer asked again from the same port', at);
    }
    if (this.#isDraining || this.#options.isEnding()) {
      counters.whileEnding += 1;
      return;
    }
    counters.requests += 1;
    this.#left.dropEarlierPorts(peer.address, request, at);
    const limit = this.#makeRoom(peer.address, at);
    if (limit !== null) {
      // Silence, which a phone takes for a lost datagram: it asks again, and finds room. An ERROR would be an answer to it.
      counters.overLimit += 1;
      this.#sender.warnSeldom({ event: 'tftp.limit.reached', address: peer.address, limit }, at);
      return;
    }
    const conversation = this.#conversations.open(endpoint, peer, request, at);
    this.#sweeper.wakeBy(this.#left.nextLook(conversation, at));
    this.#options.queue.run(() => this.#decide(conversation));
  }

  /** Gives a repeated question the answer it has already; false when it is to be taken as a new one. */
  #repeatAnswer(known: Conversation, at: number): boolean {
    const { phase } = known;
    switch (phase.kind) {
      case 'deciding':
        known.askedAgainAt = at;
        return true;
      case 'refused':
        if (at >= phase.until) return false;
        this.#sender.send(phase.channel, known.peer, phase.packet);
        return true;
      case 'transfer': {
        if (phase.running.isVoid) return false;
        if (phase.running.state.phase === 'lingering') return this.#replay(known, phase.running, at);
        return this.#apply(known, { kind: 'asked-again', at }) !== 'restarted';
      }
      case 'abandoned':
        return false;
    }
  }

  #decide(conversation: Conversation): void {
    // Given up while it waited: nobody hears the answer.
    if (conversation.phase.kind !== 'deciding') return;
    // The time of the decision: what it builds upon was recorded before.
    const at = this.#clock.now();
    if (this.#left.drop(conversation, at)) return;
    const asked = questionOf(conversation, at);
    const { request } = conversation;
    conversation.phase = { kind: 'deciding', asked };
    // Called inside a promise, so that a handler that throws at once is a rejection like any other.
    new Promise<TftpAnswer>((resolve) => resolve(this.#options.handler(asked))).then(
      (answer) => this.#answer(conversation, answer),
      (error: unknown) => {
        const asked = { name: printable(request.name) };
        this.#sender.errorSeldom({ event: 'tftp.handler.failed', error, asked }, this.#clock.now());
        this.#answer(conversation, { kind: 'silence' });
      },
    );
  }

  #answer(conversation: Conversation, answer: TftpAnswer): void {
    const { phase, endpoint, peer } = conversation;
    const at = this.#clock.now();
    if (phase.kind === 'abandoned') {
      if (answer.kind !== 'content') return;
      // Its watcher hears of an end, too.
      this.#factory.make(conversation, answer, endpoint.request.wire, at).unsent(phase.reason, phase.message, at);
      return;
    }
    if (phase.kind !== 'deciding') return;
    if (answer.kind === 'silence') {
      // Nothing is remembered of it: the same question again is a new one.
      this.#options.counters.unanswered += 1;
      this.#conversations.forget(conversation);
      return;
    }
    const channel = chooseChannel(endpoint, peer);
    if (answer.kind === 'error') {
      this.#refuse(conversation, channel, answer.code, answer.message, at);
      return;
    }
    this.#run(conversation, this.#factory.make(conversation, answer, channel.wire, at), channel, at);
  }

  /**
   * Every question has a port of its own, so the same one from the same port right after its answer is a late copy, kept
   * waiting by a busy machine or path. It is answered once more, but nobody is told of a second request or of its end.
   */
  #replay(known: Conversation, finished: RunningTransfer, at: number): boolean {
    if (this.#isDraining || this.#conversations.limitReached(known.peer.address) !== null) return true;
    const conversation = this.#conversations.open(known.endpoint, known.peer, known.request, at);
    const channel = chooseChannel(known.endpoint, known.peer);
    this.#run(conversation, finished.again(channel.wire, at), channel, at);
    return true;
  }

  #run(conversation: Conversation, running: RunningTransfer, channel: Channel, at: number): void {
    this.#options.counters.transfers += 1;
    conversation.phase = { kind: 'transfer', running, channel };
    channel.transfers.set(conversation);
    this.#sweeper.wakeBy(running.state.deadlineAt);
    try {
      running.start(({ message }, reason) => {
        if (reason === 'unreadable') this.#sender.sendError(channel, conversation.peer, TFTP_ERROR.seeMessage, message);
        this.#giveUp(conversation, reason, message, this.#clock.now());
      });
    } catch (error) {
      this.#giveUp(conversation, 'socket', String(error), at);
    }
  }

  #refuse(conversation: Conversation, channel: Channel, code: number, message: string, at: number): void {
    const { limits, counters } = this.#options;
    counters.refused += 1;
    const packet = encodePacket({ kind: 'error', code, message });
    const until = at + limits.refusalMemoryMs;
    conversation.phase = { kind: 'refused', packet, channel, until };
    this.#conversations.settle(conversation);
    this.#sweeper.wakeBy(until);
    this.#sender.send(channel, conversation.peer, packet);
  }

  /** A datagram from the peer of a transfer. */
  onTransferDatagram(conversation: Conversation, bytes: Uint8Array, opcode: number): void {
    const block = wordOf(bytes);
    if (opcode === OPCODE.ack && block >= 0) {
      this.#apply(conversation, { kind: 'ack', block, at: this.#clock.now() });
    } else if (opcode === OPCODE.error) {
      const { phase } = conversation;
      if (phase.kind !== 'transfer') return;
      const at = this.#clock.now();
      const parsed = parsePacket(bytes);
      const words = parsed.ok && parsed.value.kind === 'error' ? `${parsed.value.code} ${parsed.value.message}` : '';
      if (this.#apply(conversation, { kind: 'error', at }) === 'peer-error') {
        phase.running.fail('peer-error', printable(words), at);
      }
    } else {
      this.#options.counters.ignored += 1;
    }
  }

  /** One event for a transfer, and what its end means here. */
  #apply(conversation: Conversation, event: TransferEvent): TransferEnd | null {
    const { phase } = conversation;
    if (phase.kind !== 'transfer') return null;
    const { running } = phase;
    const end = running.apply(event);
    if (end !== null) this.#conversations.settle(conversation);
    if (end === 'silent') running.fail('silent', 'the peer stopped answering', event.at);
    if (running.state.phase === 'over') this.#conversations.forget(conversation);
    else this.#sweeper.wakeBy(running.state.deadlineAt);
    return end;
  }

  #giveUp(conversation: Conversation, reason: FailureReason, message: string, at: number): void {
    const { phase } = conversation;
    // A finished transfer lingers on its channel beside the next one of the same port.
    if (phase.kind === 'transfer' && phase.running.state.phase === 'lingering' && reason === 'superseded') return;
    if (phase.kind === 'transfer') phase.running.fail(reason, message, at);
    if (phase.kind === 'deciding') {
      this.#left.takeBack(conversation);
      conversation.phase = { kind: 'abandoned', reason, message };
    }
    this.#conversations.forget(conversation);
  }

  /** Makes sure one more transfer fits; else which limit it would break. */
  #makeRoom(address: string, at: number): 'address' | 'total' | null {
    for (let limit = this.#conversations.limitReached(address); limit !== null; ) {
      const idle = this.#conversations.oldestIdle(at, limit === 'address' ? address : null);
      if (idle === null) return limit;
      this.#giveUp(idle, 'silent', 'made way for a new transfer after a silence', at);
      limit = this.#conversations.limitReached(address);
    }
    return null;
  }

  /** Lets every passed deadline happen; says when the next one is due. */
  #sweep(at: number): number {
    const { limits } = this.#options;
    let next = Number.POSITIVE_INFINITY;
    for (const conversation of this.#conversations) {
      const { phase } = conversation;
      if (phase.kind === 'transfer') {
        if (at >= phase.running.state.deadlineAt) {
          if (phase.running.isVoid) {
            this.#giveUp(conversation, 'superseded', WITHDRAWN, at);
            continue;
          }
          this.#apply(conversation, { kind: 'deadline', at });
        }
        if (phase.running.state.phase !== 'over') next = Math.min(next, phase.running.state.deadlineAt);
      } else if (phase.kind === 'refused') {
        if (at >= phase.until) this.#conversations.forget(conversation);
        else next = Math.min(next, phase.until);
      } else if (phase.kind === 'deciding') {
        if (this.#left.drop(conversation, at)) continue;
        if (at >= conversation.askedAt + limits.decisionMs) this.#overdue(conversation, at);
        else next = Math.min(next, this.#left.nextLook(conversation, at));
      }
    }
    this.#factory.frames.dropIdle(at);
    return Math.min(next, this.#factory.frames.idleAt);
  }

  #overdue(conversation: Conversation, at: number): void {
    const asked = { name: printable(conversation.request.name) };
    this.#sender.errorSeldom({ event: 'tftp.handler.overdue', asked }, at);
    this.#giveUp(conversation, 'silent', 'no decision in time', at);
  }
}
