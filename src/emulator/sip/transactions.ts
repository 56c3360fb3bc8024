import type { PowerSession } from '../power-session.ts';
import { formatSip, headerOf, headersOf, methodOf, parameterOf, type SipMessage, statusOf } from './message.ts';
import type { Endpoint, Sender, SipPort } from './sip-port.ts';

/** timer_t1 and timer_t2 (after-landing 1.3). */
const T1_MS = 500;
const T2_MS = 4000;
/** A request that nothing answered is given up (after-landing 4.1). */
const GIVEN_UP_MS = 32_000;

/** What became of a request. */
export interface RequestEnd {
  /** Every answer, provisional ones too. */
  answered(answer: SipMessage): void;
  /** Nothing final within 32 s. */
  givenUp(): void;
}

interface Pending {
  readonly method: string;
  readonly end: RequestEnd;
  readonly timers: Set<() => void>;
  readonly sender: Sender;
}

/** Requests under way, sent again until they are answered, and answers that are given once more. */
export class Transactions {
  readonly #session: PowerSession;
  readonly #networkMs: (phoneMs: number) => number;
  readonly #pending = new Map<string, Pending>();
  readonly #given = new Map<string, { readonly text: string; readonly forget: () => void }>();

  constructor(session: PowerSession, networkMs: (phoneMs: number) => number) {
    this.#session = session;
    this.#networkMs = networkMs;
  }

  /** Sends a request; a stream is not sent again. */
  request(port: SipPort, message: SipMessage, to: Endpoint, end: RequestEnd): void {
    const branch = branchOf(message);
    const method = methodOf(message);
    const text = formatSip(message);
    const pending: Pending = { method, end, timers: new Set(), sender: port.sender(to) };
    this.#pending.set(branch, pending);
    pending.sender.send(text);
    pending.timers.add(
      this.#session.after(this.#networkMs(GIVEN_UP_MS), () => {
        this.#stop(branch);
        end.givenUp();
      }),
    );
    if (port.transport === 'UDP') this.#again(text, pending, T1_MS);
  }

  #again(text: string, pending: Pending, ms: number): void {
    const cancel = this.#session.after(this.#networkMs(ms), () => {
      pending.timers.delete(cancel);
      pending.sender.send(text);
      this.#again(text, pending, pending.method === 'INVITE' ? ms * 2 : Math.min(ms * 2, T2_MS));
    });
    pending.timers.add(cancel);
  }

  #stop(branch: string): void {
    const pending = this.#pending.get(branch);
    this.#pending.delete(branch);
    for (const cancel of pending?.timers ?? []) cancel();
    pending?.sender.close();
  }

  /** Whether an answer belonged to a request of ours; a final one ends it. */
  answered(answer: SipMessage): boolean {
    const pending = this.#pending.get(branchOf(answer));
    if (pending === undefined || !headerOf(answer, 'CSeq').endsWith(` ${pending.method}`)) return false;
    if (statusOf(answer) >= 200) this.#stop(branchOf(answer));
    // It rings: nothing is sent again, and that may take longer than an answer.
    else if (pending.method === 'INVITE') for (const cancel of pending.timers) cancel();
    pending.end.answered(answer);
    return true;
  }

  /** Keeps an answer for a request that comes again. */
  given(request: SipMessage, answer: SipMessage): string {
    const text = formatSip(answer);
    const key = `${branchOf(request)} ${methodOf(request)}`;
    this.#given.get(key)?.forget();
    const forget = this.#session.after(this.#networkMs(GIVEN_UP_MS), () => this.#given.delete(key));
    this.#given.set(key, { text, forget });
    return text;
  }

  /** The answer that was given to this very request before; null for a new one. */
  givenTo(request: SipMessage): string | null {
    return this.#given.get(`${branchOf(request)} ${methodOf(request)}`)?.text ?? null;
  }

  /** Ends everything that is under way, without a word. */
  stop(): void {
    for (const branch of [...this.#pending.keys()]) this.#stop(branch);
  }
}

function branchOf(message: SipMessage): string {
  return parameterOf(headerOf(message, 'Via'), 'branch') ?? '';
}

/** Where an answer goes: to the source port where the request asks for that (RFC 3581), else to the port of its Via. */
export function wayBack(request: SipMessage, from: Endpoint): Endpoint {
  const [via = ''] = headersOf(request, 'Via');
  if (parameterOf(via, 'rport') !== null) return from;
  const port = /^SIP\/2\.0\/\w+\s+[^;\s:]+:(\d{1,5})/i.exec(via)?.[1];
  return { host: from.host, port: port === undefined ? 5060 : Number(port) };
}
