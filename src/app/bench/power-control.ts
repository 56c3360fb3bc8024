import { type HistoryEvent, POWER_BY_COMMAND, POWER_NOT_SWITCHED, POWER_SWITCHED } from '../../core/history/event.ts';
import type { SteadyMs } from '../../core/moment.ts';
import type { MacAddress } from '../../core/names/mac-address.ts';
import { DEFAULT_POWER_LIMITS, mayPowerCycle, type PowerLimits } from '../../core/power/may-power-cycle.ts';
import { type PowerPlan, powerPlan } from '../../core/power/power-plan.ts';
import {
  FRESH_POWER,
  POWER_CYCLE_FAILED,
  POWER_CYCLED,
  POWER_SETTLES_MS,
  type PowerRecord,
} from '../../core/power/power-record.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import type { PowerOutcome, PowerSwitch, PowerTarget } from '../../ports/power-switch.ts';
import { type KnownPhone, OutletSharing } from './outlet-sharing.ts';
import type { PowerFleet, PowerStanding } from './power-fleet.ts';
import { PowerOrder } from './power-order.ts';
import { powerRecords } from './power-records.ts';
import type { ReadRecords } from './read-records.ts';

export interface PowerControlOptions {
  readonly fleet: PowerFleet;
  readonly power: PowerSwitch;
  readonly clock: Clock;
  readonly log: Log;
  /** The rows of one phone in the order of time. */
  readonly historyOf: (mac: MacAddress) => Iterable<HistoryEvent>;
  /** What the switch has to know of a phone. */
  readonly targetOf: (mac: MacAddress) => PowerTarget;
  /** Every phone that is or was on the list: what is switched for one of them may feed another. */
  readonly knownPhones: () => Iterable<KnownPhone>;
  readonly limits?: PowerLimits;
  /** Why the power of a phone is left alone for now, since it is restarted otherwise; null where it is not. */
  readonly goesFirst?: (mac: MacAddress) => string | null;
  /** Told what is meant to be done with the power of each phone that a restart could help, whenever that has changed. */
  readonly onPlans?: (plans: PowerPlans) => void;
}

/** By phone; one is missing where there is nothing to say. */
export type PowerPlans = ReadonlyMap<MacAddress, PowerPlan>;

/** Restarts phones that only a restart can help, where it is safe. */
export interface PowerControl {
  start(): void;
  /** Switches the power of a phone whose restart somebody asked for, by all rules but that it has to need it. Never rejects. */
  cycle(mac: MacAddress): Promise<PowerOutcome>;
  /** Begins nothing new; resolves when a power cycle that is under way has come to its end and was recorded. */
  rest(): Promise<void>;
  /** Ends. A switch that is at work is left to finish: power that is off has to come back. */
  stop(): void;
  /** A row was committed. */
  note(row: HistoryEvent): void;
}

/** How often it is looked who needs a restart; one phone each time, so that a large bench is not dark at once (invented). */
const LOOK_EVERY_MS = 2_000;
/** Moments of plans are told to the second, so that two clocks that drift do not make another plan of the same. */
const SECOND = 1_000;

const NOT_NOW: PowerOutcome = {
  isDone: false,
  text: 'not done: it may be taking a load, or the list has changed',
};
/** A record of that many turns is read for longer than a person waits (invented). */
const MOST_TURNS = 1_000;
const nextTurn = () => new Promise<void>((resolve) => setImmediate(resolve));

export function createPowerControl(options: PowerControlOptions): PowerControl {
  return new RunningPowerControl(options);
}

class RunningPowerControl implements PowerControl {
  readonly #options: PowerControlOptions;
  readonly #limits: PowerLimits;
  readonly #sharing: OutletSharing;
  readonly #records: ReadRecords<PowerRecord>;
  readonly #lacking = new Set<MacAddress>();
  /** The plans that were told last, as text. */
  #told = '[]';
  /** What the log has of the plans of each phone. */
  readonly #said = new Map<MacAddress, Set<string>>();
  #work: Promise<void> | null = null;
  #order: PowerOrder | null = null;
  #isResting = false;
  #isStopped = false;
  #cancel: () => void = () => {};

  constructor(options: PowerControlOptions) {
    this.#options = options;
    this.#limits = options.limits ?? DEFAULT_POWER_LIMITS;
    this.#records = powerRecords(options);
    const recordOf = (mac: MacAddress) => this.#records.of(mac);
    this.#sharing = new OutletSharing({ ...options, limits: this.#limits, recordOf });
  }

  start(): void {
    const { clock } = this.#options;
    this.#cancel = clock.wakeAt(clock.now() + LOOK_EVERY_MS, () => {
      this.#look();
      if (!this.#isResting) this.start();
    });
  }

  async rest(): Promise<void> {
    this.#isResting = true;
    this.#cancel();
    await this.#work;
  }

  stop(): void {
    this.#isStopped = true;
    this.#records.stop();
    void this.rest();
  }

  note(row: HistoryEvent): void {
    this.#records.note(row);
    if (row.event === 'phone.enrolled') this.#lacking.delete(row.mac);
    if (row.event !== 'phone.enrolled' && row.event !== 'phone.released') return;
    this.#sharing.forget();
    this.#order?.listChanged();
  }

  #look(): void {
    if (this.#isResting) return;
    const standings = [...this.#options.fleet.standings()];
    this.#tellPlans(standings);
    if (this.#work !== null) return;
    for (const standing of standings) {
      const why = this.#needs(standing, standings);
      if (why === null) continue;
      this.#work = this.#restart(standing.mac, why)
        .then(() => {})
        .catch((error: unknown) => {
          this.#options.log.error({ event: 'power.failed', mac: standing.mac, reason: String(error) });
        })
        .finally(() => {
          this.#work = null;
        });
      return;
    }
  }

  /** Why the phone is to be restarted now; null when it is not. */
  #needs(standing: PowerStanding, standings: readonly PowerStanding[]): string | null {
    const { fleet, clock } = this.#options;
    const { mac, ...rest } = standing;
    const question = { ...rest, now: clock.now(), isKeptWaiting: false };
    // The record is read only of phones that would be restarted if it said nothing.
    if (!mayPowerCycle({ ...question, record: FRESH_POWER }, this.#limits).may) return null;
    const record = this.#records.of(mac);
    if (record === null) return null;
    const neighbour = this.#neighbourOf(mac, standings);
    if (neighbour === undefined) return null;
    const verdict = mayPowerCycle({ ...question, record, neighbour }, this.#limits);
    const isLeft = this.#options.goesFirst?.(mac) != null;
    if (!verdict.may || isLeft || this.#lacks(mac) || fleet.isKeptWaiting(mac)) return null;
    return verdict.why;
  }

  #tellPlans(standings: readonly PowerStanding[]): void {
    const { onPlans, log } = this.#options;
    if (onPlans === undefined) return;
    const plans = new Map<MacAddress, PowerPlan>();
    for (const standing of standings) {
      const plan = this.#planFor(standing, standings);
      if (plan !== null) plans.set(standing.mac, plan);
    }
    const told = JSON.stringify([...plans]);
    if (told === this.#told) return;
    this.#told = told;
    for (const [mac, { isToCome, why }] of plans) {
      // One that asks now and then is silent in between: what was said once of a stay is not said again.
      const said = this.#said.get(mac) ?? new Set();
      this.#said.set(mac, said);
      if (said.has(why)) continue;
      said.add(why);
      log.info({ event: isToCome ? 'power.planned' : 'power.refused', mac, reason: why });
    }
    for (const mac of this.#said.keys()) if (!plans.has(mac)) this.#said.delete(mac);
    onPlans(plans);
  }

  #planFor({ mac, ...rest }: PowerStanding, standings: readonly PowerStanding[]): PowerPlan | null {
    const { fleet, clock, power, targetOf, goesFirst } = this.#options;
    const question = { ...rest, now: clock.now(), isKeptWaiting: false };
    const first = mayPowerCycle({ ...question, record: FRESH_POWER }, this.#limits);
    if (!first.may && first.later === undefined && first.isRefused !== true) return null;
    const record = this.#records.of(mac);
    if (record === null) return null;
    const isKeptWaiting = fleet.isKeptWaiting(mac);
    // Why it waits is told already, and a hold is not.
    if (isKeptWaiting && rest.state !== 'held') return null;
    const neighbour = this.#neighbourOf(mac, standings);
    if (neighbour === undefined) return null;
    const verdict = mayPowerCycle({ ...question, isKeptWaiting, record, neighbour }, this.#limits);
    const { cycledAt, failed } = record;
    const counts = { done: Math.max(0, cycledAt.length - failed), failed, most: this.#limits.times };
    const wallOf = (at: SteadyMs) => Math.round((clock.wall() + (at - clock.now())) / SECOND) * SECOND;
    return powerPlan({ verdict, lacks: goesFirst?.(mac) ?? power.lacks(targetOf(mac)), ...counts }, wallOf);
  }

  /** Why its power stays on for the sake of another phone; undefined while that is not known. */
  #neighbourOf(mac: MacAddress, standings: readonly PowerStanding[]): string | null | undefined {
    return this.#sharing.refusal(this.#options.targetOf(mac), standings);
  }

  /** The same with the list as it is at this moment, whichever process changed it: what follows cannot be taken back. */
  #neighbourNow(mac: MacAddress): string | null | undefined {
    this.#sharing.forget();
    return this.#neighbourOf(mac, [...this.#options.fleet.standings()]);
  }

  async cycle(mac: MacAddress): Promise<PowerOutcome> {
    const not = (why: string): PowerOutcome => ({ isDone: false, text: `not done: ${why}` });
    while (this.#work !== null) await this.#work;
    const { fleet, clock, power, targetOf } = this.#options;
    // Read in turns of the event loop; one that cannot be read is not waited for.
    for (let turn = 0; turn < MOST_TURNS && this.#records.of(mac) === null; turn++) await nextTurn();
    if (this.#work !== null) return this.cycle(mac);
    const standings = [...fleet.standings()];
    const standing = standings.find((one) => one.mac === mac);
    const record = this.#records.of(mac);
    const neighbour = this.#neighbourNow(mac);
    if (this.#isResting) return not('the server ends');
    if (standing === undefined) return not('it is not on the list');
    if (record === null || neighbour === undefined) return not('its record is being read');
    const question = { ...standing, now: clock.now(), isKeptWaiting: false, isWished: true, record, neighbour };
    const verdict = mayPowerCycle(question, this.#limits);
    const lacks = power.lacks(targetOf(mac));
    if (!verdict.may || lacks !== null) return not(verdict.may ? (lacks ?? '') : verdict.why);
    const cycling = this.#restart(mac, verdict.why);
    this.#work = cycling
      .then(
        () => {},
        () => {},
      )
      .finally(() => {
        this.#work = null;
      });
    return cycling.catch((error: unknown) => not(String(error)));
  }

  #lacks(mac: MacAddress): boolean {
    const { power, targetOf, log } = this.#options;
    const reason = power.lacks(targetOf(mac));
    if (reason !== null && !this.#lacking.has(mac)) {
      this.#lacking.add(mac);
      log.warn({ event: 'power.impossible', mac, reason });
    }
    return reason !== null;
  }

  #orderFor(mac: MacAddress): PowerOrder {
    const { fleet, clock, knownPhones, targetOf } = this.#options;
    const recordOf = (one: MacAddress) => this.#records.of(one);
    const neighbourNow = (one: MacAddress) => this.#neighbourNow(one);
    const parts = { fleet, clock, limits: this.#limits, sharing: this.#sharing, knownPhones, recordOf, neighbourNow };
    return new PowerOrder(parts, mac, targetOf(mac));
  }

  /** The decision is durable before the power goes, and nothing is shown to the phone from before that until it is back. */
  async #restart(mac: MacAddress, why: string): Promise<PowerOutcome> {
    const { fleet, power, clock, log, targetOf } = this.#options;
    const order = this.#orderFor(mac);
    this.#order = order;
    try {
      if (!order.begin() || this.#neighbourNow(mac) !== null) return NOT_NOW;
      const count = `${(this.#records.of(mac)?.cycledAt.length ?? 0) + 1} of ${this.#limits.times}`;
      const how = power.outlastsUs === true ? { finding: POWER_BY_COMMAND } : {};
      const isKept = await fleet.decide(mac, { code: POWER_CYCLED, ...how, reason: `power cycled (${count}): ${why}` });
      if (!isKept || this.#isStopped) return NOT_NOW;
      const withdrawn = async (text: string): Promise<PowerOutcome> => {
        log.warn({ event: 'power.refused', mac, reason: text });
        await fleet.decide(mac, { finding: POWER_NOT_SWITCHED, reason: `power cycle ${count}: ${text}` });
        return { isDone: false, text };
      };
      const late = order.whyNot();
      if (late !== null) return await withdrawn(`not done: ${late}`);
      log.info({ event: 'power.cycling', mac, reason: why });
      const orderedAt = clock.now();
      const outcome = { orderedAt, ...(await power.cycle(targetOf(mac), () => order.whyNot())) };
      const { isDone, text, isSeenOn = false, isWithdrawn = false } = outcome;
      // The record is closed by now; that it was begun stands there.
      if (this.#isStopped) return outcome;
      if (isWithdrawn) return await withdrawn(text);
      if (!isDone) log.error({ event: 'power.failed', mac, reason: text });
      const came = isDone ? { finding: POWER_SWITCHED } : { code: POWER_CYCLE_FAILED };
      await fleet.decide(mac, { ...came, reason: `power cycle ${count}: ${text}` });
      if (isSeenOn) return outcome;
      await new Promise<void>((resolve) => void clock.wakeAt(clock.now() + POWER_SETTLES_MS, resolve));
      return outcome;
    } finally {
      this.#order = null;
      order.end();
    }
  }
}
