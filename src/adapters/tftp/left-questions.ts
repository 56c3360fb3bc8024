import type { ReadOrWriteRequest } from '../../core/tftp/codec.ts';
import { negotiate } from '../../core/tftp/options.ts';
import { printable } from '../../core/tftp/printable.ts';
import type { TftpRequest } from '../../ports/tftp.ts';
import type { Conversations } from './conversations.ts';
import type { Conversation } from './endpoint.ts';
import type { TftpCounters, TftpLimits } from './limits.ts';
import type { Sender } from './sender.ts';

export interface LeftParts {
  readonly limits: TftpLimits;
  readonly counters: TftpCounters;
  readonly sender: Sender;
  /** Takes a question back that the handler was asked; false when it is being decided already. */
  readonly takeBack: (asked: TftpRequest) => boolean;
}

/** Invented: a client that names its own wait (RFC 2349) is given two and a half of them, as phones are with their 4 s. */
const WAITS = 2.5;

/**
 * Questions that wait to be decided longer than their clients wait. Nobody decides them: an overloaded server that does so is busy for
 * those who have gone, and never gets to those who still ask.
 */
export class LeftQuestions {
  readonly #parts: LeftParts;
  readonly #conversations: Conversations;

  constructor(parts: LeftParts, conversations: Conversations) {
    this.#parts = parts;
    this.#conversations = conversations;
  }

  /** When a question that is being decided is to be looked at next: it may have been given up by then, or is overdue. */
  nextLook(conversation: Conversation, at: number): number {
    const overdueAt = conversation.askedAt + this.#parts.limits.decisionMs;
    const leftAt = this.#leftAt(conversation);
    return leftAt > at ? Math.min(leftAt, overdueAt) : overdueAt;
  }

  /** When a question that is not repeated until then counts as given up by its client. */
  #leftAt({ askedAgainAt, request }: Conversation): number {
    const { limits } = this.#parts;
    const ownWaitMs = request.options.length === 0 ? null : negotiate(request.options, 0, limits).timeoutMs;
    return askedAgainAt + Math.max(limits.questionMs, WAITS * (ownWaitMs ?? 0));
  }

  /** Forgets a question that its client has given up; false where it has not, or where the question is being decided already. */
  drop(conversation: Conversation, at: number): boolean {
    return at >= this.#leftAt(conversation) && this.#drop(conversation, at);
  }

  /**
   * The same for what an address asked for the same file from the ports before: a phone that takes its next port repeats nothing from
   * those any more. Of two phones behind one address each repeats its own.
   */
  dropEarlierPorts(address: string, { name }: ReadOrWriteRequest, at: number): void {
    for (const one of [...this.#conversations.ofAddress(address)]) {
      if (one.request.name === name && at - one.askedAgainAt >= this.#parts.limits.leftPortMs) this.#drop(one, at);
    }
  }

  /** True when a question will not be decided any more. */
  takeBack({ phase }: Conversation): boolean {
    return phase.kind === 'deciding' && (phase.asked === null || this.#parts.takeBack(phase.asked));
  }

  #drop(conversation: Conversation, at: number): boolean {
    if (!this.takeBack(conversation)) return false;
    const { counters, sender } = this.#parts;
    const { peer, request, askedAt } = conversation;
    counters.givenUp += 1;
    const told = { address: peer.address, asked: { name: printable(request.name) }, waitedMs: at - askedAt };
    sender.warnSeldom({ event: 'tftp.question.given-up', ...told }, at);
    conversation.phase = { kind: 'abandoned', reason: 'silent', message: 'nobody waited for the decision any more' };
    this.#conversations.forget(conversation);
    return true;
  }
}
