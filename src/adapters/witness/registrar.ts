import { randomBytes } from 'node:crypto';
import { BoundedMap } from '../../core/bounded-map.ts';
import type { SteadyMs } from '../../core/moment.ts';
import { type Registration, readRegistration } from '../../core/witness/register.ts';
import { answerText, grantedHeaders } from '../../core/witness/sip-answer.ts';
import { readRequest, type SipRequest } from '../../core/witness/sip-request.ts';
import type { Said } from '../../core/witness/statement.ts';
import type { Clock } from '../../ports/clock.ts';
import type { WitnessDesk } from '../../ports/witnesses.ts';
import { SipWays } from './sip-ways.ts';
import type { Speak } from './tcp-ear.ts';

/** A phone gives a request up after 32 s (after-landing 4.1); what answers a question later than that answers it no more. */
const CHALLENGE_MS = 32_000;
/** Registrations of which something is remembered at a time, and as many addresses (invented: a bench has a thousand phones). */
const MOST_KEPT = 16_384;
const REALM = 'loadstep';

/** What came in, and how. */
export interface Arrived {
  /** The head of the message, without the empty line behind it. */
  readonly head: string;
  readonly source: string;
  /** When the connection was opened over which it came; null for a datagram, and where nobody knows. */
  readonly connectedAt: SteadyMs | null;
  /** Sends on that connection; absent for a datagram. */
  readonly speak?: Speak;
}

/** One registration of a phone, and what was asked of it. */
interface Asked {
  readonly nonce: string;
  readonly at: SteadyMs;
  readonly cseq: number;
}

/**
 * The smallest registrar: it grants every registration of a phone on the list that comes from that phone's own address, and keeps nothing but what the phone
 * says of its load. What comes from elsewhere gets no answer.
 */
export class Registrar {
  readonly #desk: WitnessDesk;
  readonly #clock: Clock;
  readonly #asked = new BoundedMap<string, Asked>(MOST_KEPT);
  /** Addresses from which a phone on the list has registered, and the tag with which each is answered: the same request gets the same one. */
  readonly #known = new BoundedMap<string, string>(MOST_KEPT);
  /** How each phone that is registered is reached. */
  readonly ways = new SipWays();

  constructor(desk: WitnessDesk, clock: Clock) {
    this.#desk = desk;
    this.#clock = clock;
  }

  /** The answer to a request; null where it gets none. */
  async answer(arrived: Arrived): Promise<{ readonly text: string; readonly request: SipRequest } | null> {
    const { head, source } = arrived;
    const read = readRequest(head);
    if (!read.ok) return null;
    const request = read.value;
    const text =
      request.method === 'REGISTER'
        ? await this.#registers(request, arrived)
        : this.#known.has(source) && request.method !== 'ACK'
          ? this.#other(request, source)
          : null;
    return text === null ? null : { text, request };
  }

  async #registers(request: SipRequest, arrived: Arrived): Promise<string | null> {
    const { source, connectedAt } = arrived;
    const registration = readRegistration(request);
    if (registration === null || !(await this.#desk.isItsAddress(registration.mac, source))) return null;
    this.#known.set(source, this.#known.get(source) ?? randomBytes(6).toString('hex'));
    const { mac, said, words, isGoodbye } = registration;
    if (said.load !== null || isOfLegacy(said)) {
      const since = connectedAt ?? this.#since(registration, source);
      if (since === 'ask') return this.#ask(request, registration, source);
      const at = this.#clock.now();
      const leaves = isGoodbye ? { isGoodbye: true as const } : {};
      await this.#desk.hear({ by: 'sip-register', mac, said, words, address: source, at, since, ...leaves });
    }
    const date = new Date(this.#clock.wall()).toUTCString();
    this.ways.note(request, registration, { source, speak: arrived.speak ?? null, at: this.#clock.now() });
    return this.#answer(request, source, '200 OK', grantedHeaders(request, date));
  }

  /**
   * Since when a datagram was said: it was sent after the question that it answers. Null for a phone that does not answer, which is not asked again,
   * and for one that has answered.
   */
  #since({ callId, nonce, said, cseq }: Registration, source: string): SteadyMs | null | 'ask' {
    const asked = this.#asked.get(`${source} ${callId}`);
    if (asked === undefined) return 'ask';
    const isAnswer = nonce === asked.nonce;
    if (isAnswer && this.#clock.now() - asked.at < CHALLENGE_MS) return asked.at;
    // The same request again gets the same answer; one that answered too late is asked anew.
    return cseq === asked.cseq || (isAnswer && said.load !== null) ? 'ask' : null;
  }

  #ask(request: SipRequest, { callId, cseq }: Registration, source: string): string | null {
    const key = `${source} ${callId}`;
    const before = this.#asked.get(key);
    const isSame = before !== undefined && before.cseq === cseq && this.#clock.now() - before.at < CHALLENGE_MS;
    const asked = isSame ? before : { nonce: randomBytes(12).toString('hex'), at: this.#clock.now(), cseq };
    if (!isSame) this.#asked.set(key, asked);
    const challenge = `Digest realm="${REALM}",nonce="${asked.nonce}",algorithm=MD5`;
    return this.#answer(request, source, '401 Unauthorized', [['WWW-Authenticate', challenge]]);
  }

  #other(request: SipRequest, source: string): string | null {
    if (request.method === 'OPTIONS') return this.#answer(request, source, '200 OK', []);
    return this.#answer(request, source, '405 Method Not Allowed', [['Allow', 'REGISTER,OPTIONS']]);
  }

  #answer(
    request: SipRequest,
    source: string,
    status: string,
    more: readonly (readonly [name: string, value: string])[],
  ): string | null {
    return answerText(request, { status, source, tag: this.#known.get(source) ?? '', more });
  }
}

/** A 7940 or 7960 says no load, and its User-Agent tells a little (legacy-79x0 8). */
function isOfLegacy({ agent }: Said): boolean {
  return /^Cisco-CP79[46]0G?\//.test(agent ?? '');
}
