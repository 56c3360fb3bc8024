import { randomBytes } from 'node:crypto';
import type { MacAddress } from '../../core/names/mac-address.ts';
import {
  checkSync,
  isLine,
  type NotifyParts,
  readAnswer,
  type SipAnswer,
  serviceControl,
} from '../../core/restart/notify.ts';
import type { Clock } from '../../ports/clock.ts';
import { BROKEN_OFF, type RestartSent, type RestartTarget } from '../../ports/restarts.ts';
import type { SipWay, SipWays } from './sip-ways.ts';

/** RFC 3261 17.1.2.2: a request over UDP is repeated after T1, then after twice as long up to T2, and given up after 64 T1. */
const [T1_MS, T2_MS] = [500, 4_000];
const GIVEN_UP_MS = 64 * T1_MS;
/** A phone that nobody told otherwise listens there (after-landing 1.3). */
const SIP_PORT = 5060;
/** Requests that wait for their answer at a time (invented). */
const MOST_AT_ONCE = 64;

/** What it takes to send a request of our own. */
export interface NotifierParts {
  readonly ways: SipWays;
  readonly clock: Clock;
  /** This machine as the phone sees it, and where it listens. */
  readonly here: (peer: string) => { readonly address: string; readonly port: number };
  /** Sends a datagram from where it listens. */
  readonly send: (text: string, port: number, address: string) => void;
  /** The name of the first line that the phone was configured with; null where nobody knows. */
  readonly lineOf: (mac: MacAddress) => string | null;
}

/** Tells phones by SIP to restart, and hears what they answer. */
export class SipNotifier {
  readonly #parts: NotifierParts;
  readonly #waiting = new Map<string, { readonly address: string; readonly end: (answer: SipAnswer | null) => void }>();

  constructor(parts: NotifierParts) {
    this.#parts = parts;
  }

  lacks(rung: 'check-sync' | 'service-control', { mac, address }: RestartTarget): string | null {
    const { ways, clock, lineOf } = this.#parts;
    const way = ways.of(mac, clock.now());
    if (way !== null && way.address !== address) return 'it registered from another address';
    if (rung === 'service-control') {
      if (way === null) return 'it is not registered here';
      return way.obeysControl ? null : 'it is not in CallManager mode, as its registration shows';
    }
    if (way === null) return lineOf(mac) === null ? 'it is not registered here, and no account names its line' : null;
    return /^Cisco-CP79[46]0/.test(way.agent) ? null : 'it registered as another phone than a 7940 or 7960';
  }

  async send(rung: 'check-sync' | 'service-control', target: RestartTarget, signal: AbortSignal): Promise<RestartSent> {
    const { ways, clock, here, lineOf } = this.#parts;
    const lack = this.lacks(rung, target);
    if (lack !== null) return { isTaken: false, text: lack };
    if (this.#waiting.size >= MOST_AT_ONCE) return { isTaken: false, text: 'too many phones are told at once' };
    const way = ways.of(target.mac, clock.now());
    const line = way?.line ?? lineOf(target.mac) ?? '';
    if (!isLine(line)) return { isTaken: false, text: `its line "${line}" cannot be written into a request` };
    const parts: NotifyParts = {
      line,
      phone: { address: target.address, port: way?.port ?? SIP_PORT },
      here: here(target.address),
      transport: way?.speak == null ? 'UDP' : 'TCP',
      id: randomBytes(8).toString('hex'),
    };
    const text = rung === 'check-sync' ? checkSync(parts) : serviceControl(parts, way?.callId ?? '');
    const answer = await this.#exchange(text, parts, way, signal);
    if (answer === 'closed') return { isTaken: false, text: 'its connection is closed' };
    if (answer === null && signal.aborted) return { isTaken: false, mayObey: true, text: BROKEN_OFF };
    if (answer === null) return { isTaken: false, mayObey: true, text: `no answer within ${GIVEN_UP_MS / 1000} s` };
    const said = `it answered ${answer.status} ${answer.words}`.trim();
    return { isTaken: answer.status < 300, text: said };
  }

  /** An answer came; only who was asked can give it. */
  answered(head: string, source: string): void {
    const answer = readAnswer(head);
    const waiting = answer === null ? undefined : this.#waiting.get(answer.id);
    // RFC 3261 8.1.1: what begins with 1 is not the last word.
    if (answer !== null && answer.status >= 200 && waiting?.address === source) waiting.end(answer);
  }

  stop(): void {
    for (const { end } of this.#waiting.values()) end(null);
  }

  #exchange(
    text: string,
    { phone, id }: NotifyParts,
    way: SipWay | null,
    signal: AbortSignal,
  ): Promise<SipAnswer | null | 'closed'> {
    const { clock, send } = this.#parts;
    const speak = way?.speak ?? null;
    if (speak !== null && !speak(Buffer.from(text, 'latin1'))) return Promise.resolve('closed');
    return new Promise((resolve) => {
      const begun = clock.now();
      let cancel = () => {};
      const end = (answer: SipAnswer | null) => {
        cancel();
        signal.removeEventListener('abort', broken);
        this.#waiting.delete(id);
        resolve(answer);
      };
      const broken = () => end(null);
      signal.addEventListener('abort', broken);
      this.#waiting.set(id, { address: phone.address, end });
      const again = (afterMs: number): void => {
        if (speak === null) send(text, phone.port, phone.address);
        const next = speak === null ? afterMs : GIVEN_UP_MS;
        const at = Math.min(clock.now() + next, begun + GIVEN_UP_MS);
        cancel = clock.wakeAt(at, () => {
          if (clock.now() - begun >= GIVEN_UP_MS) end(null);
          else again(Math.min(afterMs * 2, T2_MS));
        });
      };
      again(T1_MS);
    });
  }
}
