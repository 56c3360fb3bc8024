import { BoundedMap } from '../../core/bounded-map.ts';
import type { SteadyMs } from '../../core/moment.ts';
import type { MacAddress } from '../../core/names/mac-address.ts';
import { isCallId, isLine } from '../../core/restart/notify.ts';
import type { Registration } from '../../core/witness/register.ts';
import { grantedSeconds } from '../../core/witness/sip-answer.ts';
import { headerOf, type SipRequest, viaPort } from '../../core/witness/sip-request.ts';
import type { Speak } from './tcp-ear.ts';

/** Phones of which that is kept at a time (invented: a bench has a thousand). */
const MOST_KEPT = 16_384;

/** How a phone that is registered here is reached. */
export interface SipWay {
  /** The name of its line. */
  readonly line: string;
  readonly callId: string;
  readonly address: string;
  /** Where it listens: these phones hear nothing at the port from which they send (after-landing 0). */
  readonly port: number;
  /** Sends on its connection; null where it registered by datagrams. */
  readonly speak: Speak | null;
  /** Whether it says that it obeys `service-control`: it does in CallManager mode alone (after-landing 3.1, 5.1). */
  readonly obeysControl: boolean;
  readonly agent: string;
  readonly until: SteadyMs;
}

/** What the registrations of phones tell of how each is reached: the first line of each, until it ends. */
export class SipWays {
  readonly #ways = new BoundedMap<MacAddress, SipWay>(MOST_KEPT);

  /** Null where it is not registered here. */
  of(mac: MacAddress, now: SteadyMs): SipWay | null {
    const way = this.#ways.get(mac);
    return way === undefined || way.until <= now ? null : way;
  }

  /** A registration was granted. */
  note(
    request: SipRequest,
    { mac, callId, said }: Registration,
    { source, speak, at }: { readonly source: string; readonly speak: Speak | null; readonly at: SteadyMs },
  ): void {
    const before = this.of(mac, at);
    const contact = headerOf(request, 'contact') ?? '';
    const line = /^[^<]*<?sips?:([^@;>\s]{1,64})@/i.exec(headerOf(request, 'to') ?? '')?.[1] ?? '';
    const port = viaPort(request);
    // A REGISTER that only keeps a second call manager awake ends nothing (after-landing 3.1).
    if (/cisco-keep-alive/i.test(contact) || !isLine(line) || !isCallId(callId) || port === null) return;
    const seconds = grantedSeconds(request);
    if (seconds === 0) {
      if (before?.callId === callId) this.#ways.delete(mac);
      return;
    }
    // Other lines register after the first one; the first REGISTER of a boot names the load.
    if (before !== null && before.callId !== callId && before.line !== line && said.load === null) return;
    const supported = headerOf(request, 'supported') ?? '';
    const obeysControl = /(?:^|[\s,])X-cisco-service-control(?:[\s,]|$)/i.test(supported);
    const way = { line, callId, address: source, port, speak, obeysControl, agent: said.agent ?? '' };
    this.#ways.set(mac, { ...way, until: at + seconds * 1000 });
  }
}
