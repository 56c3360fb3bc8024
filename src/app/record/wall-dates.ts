import type { PhoneContext } from '../../../machines/phone-context.ts';
import { BoundedMap } from '../../core/bounded-map.ts';
import type { DecidedRow, HistoryEvent } from '../../core/history/event.ts';
import { type Evidence, evidenceMoved } from '../../core/identify/evidence.ts';
import type { SteadyMs, WallMs } from '../../core/moment.ts';
import type { MacAddress } from '../../core/names/mac-address.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Change, PhoneRecord, Store, StoredSnapshot } from '../../ports/store.ts';
import { memoryMoved, type PhoneMemory } from '../memory/memory.ts';

/** What was decided of one phone, by the steady clock. */
export interface Decided {
  readonly mac: MacAddress;
  readonly snapshot?: StoredSnapshot;
  readonly evidence?: Evidence;
  readonly memory?: PhoneMemory;
  readonly seenAt?: SteadyMs;
  readonly events: readonly DecidedRow[];
}

/** Phones of which it is remembered how far their rows are; those of others are looked up (invented). */
const MOST_PHONES = 16_384;

/** Gives what is recorded the wall's time, so that no row of a phone stands before an older one, however the wall's clock is set. */
export class WallDates {
  readonly #clock: Clock;
  readonly #store: Pick<Store, 'history'>;
  readonly #lastAt = new BoundedMap<MacAddress, WallMs>(MOST_PHONES);
  /** When the present state of each phone began, as its row says: that stays so, whatever the clock is set to. */
  readonly #began = new Map<MacAddress, { readonly since: SteadyMs; readonly wall: WallMs }>();

  constructor(clock: Clock, store: Pick<Store, 'history'>) {
    this.#clock = clock;
    this.#store = store;
  }

  /** The state in which its record left a phone began when that says. */
  resume({ mac, snapshot }: PhoneRecord): void {
    const since = (snapshot?.context as PhoneContext | null | undefined)?.since;
    if (typeof since === 'number') this.#began.set(mac, { since, wall: since as number });
  }

  /** Another process may have added rows of these phones. */
  follow(phones: readonly { readonly mac: MacAddress }[]): void {
    for (const { mac } of phones) this.#lastAt.set(mac, Math.max(this.#lastOf(mac), this.#lastIn(mac)));
  }

  date({ mac, snapshot, evidence, memory, seenAt, events }: Decided): Change {
    const ahead = this.#clock.now() - this.#clock.wall();
    const before = this.#lastOf(mac);
    let last = before;
    const rows = events.map((event): HistoryEvent => {
      // A transfer's end may overtake a request that came before it, too.
      last = Math.max(last, event.at - ahead);
      return { ...event, at: last };
    });
    this.#lastAt.set(mac, last);
    return {
      mac,
      ...(snapshot === undefined ? {} : { snapshot: this.#dated(mac, snapshot, events, rows, ahead) }),
      ...(evidence === undefined ? {} : { evidence: evidenceMoved(evidence, -ahead) }),
      ...(memory === undefined ? {} : { memory: memoryMoved(memory, -ahead) }),
      ...(seenAt === undefined ? {} : { seenAt: Math.max(seenAt - ahead, before) }),
      events: rows,
    };
  }

  #dated(
    mac: MacAddress,
    snapshot: StoredSnapshot,
    events: readonly DecidedRow[],
    rows: readonly HistoryEvent[],
    ahead: number,
  ): StoredSnapshot {
    const context = snapshot.context as PhoneContext;
    const { since, deadlineAt } = context;
    let began = this.#began.get(mac);
    if (began?.since !== since) {
      const row = rows[events.findIndex(({ at }) => at === since)];
      began = { since, wall: row?.at ?? since - ahead };
      this.#began.set(mac, began);
    }
    const dated = { since: began.wall as number, deadlineAt: deadlineAt === null ? null : deadlineAt - ahead };
    return { ...snapshot, context: { ...context, ...dated } };
  }

  #lastOf(mac: MacAddress): WallMs {
    return this.#lastAt.get(mac) ?? this.#lastIn(mac);
  }

  #lastIn(mac: MacAddress): WallMs {
    const [last] = this.#store.history({ mac, limit: 1 });
    return last?.at ?? Number.NEGATIVE_INFINITY;
  }
}
