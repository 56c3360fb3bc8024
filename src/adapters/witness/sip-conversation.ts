import type { SteadyMs } from '../../core/moment.ts';
import { MOST_HEAD } from '../../core/witness/sip-request.ts';
import type { Registrar } from './registrar.ts';
import type { SipNotifier } from './sip-notifier.ts';
import type { Conversation, Speak } from './tcp-ear.ts';

/** A body of bulk registration has less; the rest of a longer one is none of ours (invented). */
const MOST_BODY = 16_384;
/** The longest message that is read. */
export const MOST_MESSAGE = MOST_HEAD + MOST_BODY;

interface SipSide {
  readonly registrar: Registrar;
  readonly notifier: Pick<SipNotifier, 'answered'>;
  readonly source: string;
  readonly connectedAt: SteadyMs | null;
  readonly speak: Speak;
}

/** One connection: messages one after the other, each as long as its Content-Length says. */
export class SipConversation implements Conversation {
  readonly #side: SipSide;
  #kept = '';
  #isKnown = false;

  constructor(side: SipSide) {
    this.#side = side;
  }

  async take(bytes: Uint8Array): Promise<Uint8Array | null | 'end'> {
    this.#kept += Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
    const answers: string[] = [];
    for (;;) {
      // Empty lines between messages keep a connection open.
      this.#kept = this.#kept.replace(/^[\r\n]+/, '');
      const end = endOfHead(this.#kept);
      if (end === null) break;
      const length = Number(/^(?:content-length|l)[ \t]*:[ \t]*(\d{1,9})[ \t]*\r?$/im.exec(end.head)?.[1] ?? 0);
      if (length > MOST_BODY) return 'end';
      if (this.#kept.length < end.at + length) break;
      this.#kept = this.#kept.slice(end.at + length);
      const { registrar, notifier, source, connectedAt, speak } = this.#side;
      if (this.#isKnown && isAnswer(end.head)) {
        notifier.answered(end.head, source);
        continue;
      }
      const answer = await registrar.answer({ head: end.head, source, connectedAt, speak });
      if (answer === null) return 'end';
      this.#isKnown = true;
      answers.push(answer.text);
    }
    if (this.#kept.length > MOST_MESSAGE) return 'end';
    return answers.length === 0 ? null : Buffer.from(answers.join(''), 'latin1');
  }
}

/** Whether a message is an answer to a request. */
export function isAnswer(head: string): boolean {
  return head.startsWith('SIP/2.0 ');
}

/** The head of a message, and where its body begins; null where it is not there as a whole. */
export function endOfHead(text: string): { readonly head: string; readonly at: number } | null {
  const at = text.indexOf('\r\n\r\n');
  if (at >= 0 && at <= MOST_HEAD) return { head: text.slice(0, at), at: at + 4 };
  return null;
}
