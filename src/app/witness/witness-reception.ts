import { BoundedMap } from '../../core/bounded-map.ts';
import type { DecidedRow } from '../../core/history/event.ts';
import type { SteadyMs } from '../../core/moment.ts';
import type { MacAddress } from '../../core/names/mac-address.ts';
import { Seldom } from '../../core/seldom.ts';
import type { Statement } from '../../core/witness/statement.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import type { WitnessDesk } from '../../ports/witnesses.ts';
import type { PhoneSession } from '../phone/phone-session.ts';
import type { WhoAsks } from '../request/who-asks.ts';

/** A phone says so much in a minute, and no more is heard of it (invented; a start says two or three things). */
const MOST_IN_MINUTE = 30;
/** Phones of which that is counted at a time. */
const MOST_COUNTED = 4096;
const MINUTE_MS = 60_000;

/** What the witnesses need of the fleet. */
interface WitnessParts {
  readonly clock: Clock;
  readonly log: Log;
  readonly who: () => WhoAsks | null;
  readonly session: (mac: MacAddress) => PhoneSession | undefined;
  readonly sessions: () => Iterable<PhoneSession>;
  readonly keep: (session: PhoneSession, rows: readonly DecidedRow[]) => Promise<void>;
  readonly hasFailed: () => boolean;
}

/** Ties what was said to the phone whose address it came from, and leads it to its session. What comes from elsewhere is counted. */
export class WitnessReception implements WitnessDesk {
  readonly #parts: WitnessParts;
  readonly #seldom = new Seldom();
  readonly #said = new BoundedMap<MacAddress, { readonly since: SteadyMs; times: number }>(MOST_COUNTED);
  /** Statements and questions from addresses that are not those of the phones which they name. */
  #foreign = 0;

  constructor(parts: WitnessParts) {
    this.#parts = parts;
  }

  async isItsAddress(mac: MacAddress, address: string): Promise<boolean> {
    const { who, session, clock, log } = this.#parts;
    const bound = session(mac) === undefined ? null : ((await who()?.boundTo(address, clock.now())) ?? null);
    if (bound === mac && session(mac) !== undefined) return true;
    this.#foreign++;
    const fields = { event: 'witness.foreign', address, mac, foreign: this.#foreign };
    this.#seldom.say(fields.event, clock.now(), (more) => log.info({ ...fields, ...more }));
    return false;
  }

  async hear(statement: Statement): Promise<boolean> {
    const { session, keep, hasFailed } = this.#parts;
    if (!(await this.isItsAddress(statement.mac, statement.address))) return false;
    const phone = session(statement.mac);
    if (phone === undefined || hasFailed()) return false;
    if (!this.#mayBeHeard(statement)) return true;
    const rows = phone.hear(statement);
    await keep(phone, rows);
    return true;
  }

  toAsk(): readonly { readonly mac: MacAddress; readonly address: string }[] {
    const now = this.#parts.clock.now();
    const asked: { readonly mac: MacAddress; readonly address: string }[] = [];
    for (const session of this.#parts.sessions()) {
      const address = session.pageToAsk(now);
      if (address !== null) asked.push({ mac: session.enrolment.mac, address });
    }
    return asked;
  }

  #mayBeHeard({ mac, at }: Statement): boolean {
    const counted = this.#said.get(mac);
    const now = counted !== undefined && at - counted.since < MINUTE_MS ? counted : { since: at, times: 0 };
    now.times++;
    this.#said.set(mac, now);
    return now.times <= MOST_IN_MINUTE;
  }
}
