import { BoundedMap } from '../../core/bounded-map.ts';
import { mistypedAdvice, mistypedAmong } from '../../core/explain/mistyped.ts';
import type { SteadyMs } from '../../core/moment.ts';
import type { MacAddress } from '../../core/names/mac-address.ts';
import { joined } from '../../core/text/joined.ts';
import type { LogFields } from '../../ports/log.ts';
import type { Store } from '../../ports/store.ts';
import { asListed } from '../phone/as-listed.ts';
import type { PhoneSession } from '../phone/phone-session.ts';

/** So many phones on nobody's list are remembered, and each is compared with the list so often (both invented). */
const MOST_KNOWN = 4_096;
const LOOK_EVERY_MS = 30_000;

/** Says of a phone on nobody's list that it seems to be one on the list, whose MAC was mistyped; once for each. */
export class LikeListed {
  readonly #sessions: () => ReadonlyMap<MacAddress, PhoneSession>;
  readonly #store: () => Pick<Store, 'phone'>;
  /** Phones of the list that had not asked when they were looked at last, in its order. */
  readonly #silent = new Set<MacAddress>();
  /** When it was compared last; never again once it was told of. */
  readonly #lookedAt = new BoundedMap<MacAddress, SteadyMs>(MOST_KNOWN);

  constructor(sessions: () => ReadonlyMap<MacAddress, PhoneSession>, store: () => Pick<Store, 'phone'>) {
    this.#sessions = sessions;
    this.#store = store;
  }

  /** A phone has come on the list; nothing is known of it here before. */
  admitted(mac: MacAddress): void {
    this.#silent.delete(mac);
    this.#silent.add(mac);
  }

  /** The line of the log, when there is one to write. */
  look(asks: MacAddress, at: SteadyMs): LogFields | null {
    const last = this.#lookedAt.get(asks);
    if (last !== undefined && at - last < LOOK_EVERY_MS) return null;
    this.#lookedAt.set(asks, at);
    const all = mistypedAmong(this.#neverAsked(), [asks]).filter((one) => this.#isSilent(one.listed));
    const [seems] = all;
    const session = seems === undefined ? undefined : this.#sessions().get(seems.listed);
    if (seems === undefined || session === undefined) return null;
    this.#lookedAt.set(asks, Number.POSITIVE_INFINITY as SteadyMs);
    const named = all.map(({ listed }) => this.#sessions().get(listed)?.enrolment.label ?? listed);
    const advice = mistypedAdvice(seems, asListed(session.enrolment));
    return {
      event: 'phone.like-listed',
      mac: asks,
      like: seems.listed,
      reason: `it asks and is not on the list; ${seems.how} from ${joined(named, 'and')}, which never asked`,
      advice: all.length === 1 ? advice : `${advice}; the commands for the others: loadstep status`,
    };
  }

  /** Whether the record, too, knows nothing that it asked. */
  #isSilent(mac: MacAddress): boolean {
    return (this.#store().phone(mac)?.lastSeenAt ?? null) === null;
  }

  /** Who has asked once is never silent again, so that a storm of phones does not look at the whole list for each of them. */
  #neverAsked(): readonly MacAddress[] {
    const sessions = this.#sessions();
    const waiting: MacAddress[] = [];
    for (const mac of this.#silent) {
      const session = sessions.get(mac);
      if (session === undefined || session.askedAt !== null) this.#silent.delete(mac);
      else if (session.phone.state === 'waiting') waiting.push(mac);
    }
    return waiting;
  }
}
