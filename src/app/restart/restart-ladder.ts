import type { HistoryEvent } from '../../core/history/event.ts';
import type { MacAddress } from '../../core/names/mac-address.ts';
import { mayTellToRestart, type PowerLimits, type PowerVerdict } from '../../core/power/may-power-cycle.ts';
import { FRESH_POWER, type PowerRecord } from '../../core/power/power-record.ts';
import { type RungVerdict, rungsOf } from '../../core/restart/choose-rung.ts';
import type { RungId } from '../../core/restart/ladder.ts';
import { extendRestarts, FRESH_RESTARTS, type RestartRecord } from '../../core/restart/restart-record.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import type { RestartAnswer, RestartSender, RestartTry } from '../../ports/restarts.ts';
import type { PowerStanding } from '../bench/power-fleet.ts';
import { powerRecords } from '../bench/power-records.ts';
import { ReadRecords } from '../bench/read-records.ts';
import { pause } from '../time/pause.ts';
import { NOBODY_WAITS, OneRestart } from './one-restart.ts';
import type { PowerRung, RestartFleet } from './restart-fleet.ts';

export interface LadderParts {
  readonly fleet: RestartFleet;
  readonly sender: RestartSender;
  /** Null where nothing switches power. */
  readonly power: PowerRung | null;
  readonly limits: PowerLimits;
  readonly clock: Clock;
  readonly log: Log;
  /** The rows of one phone in the order of time. */
  readonly historyOf: (mac: MacAddress) => Iterable<HistoryEvent>;
  /** The server ends. */
  readonly signal: AbortSignal;
}

/** One phone is to be restarted. */
export interface RestartOrder {
  readonly mac: MacAddress;
  readonly why: string;
  /** Whether whoever asked for it still waits; null where it is by itself. */
  readonly isAwaited: (() => boolean) | null;
}

/** How often it is looked whether what may be soon may be now (invented). */
const LOOK_EVERY_MS = 1_000;
/** A way is begun so often, where something comes between each time before anything was sent (invented). */
const MOST_TIMES = 3;
/** A way that came to nothing is left alone for so long, unless somebody names it (invented). */
const REFUSED_FOR_MS = 3_600_000;

/** Knows which ways there are to restart each phone, and whether it may be; goes up the ladder with one. */
export class RestartLadder {
  readonly #parts: LadderParts;
  readonly #power: ReadRecords<PowerRecord>;
  readonly #restarts: ReadRecords<RestartRecord>;

  constructor(parts: LadderParts) {
    this.#parts = parts;
    const { historyOf, clock, log } = parts;
    this.#power = powerRecords(parts);
    this.#restarts = new ReadRecords<RestartRecord>({
      ...{ historyOf, clock, log, fresh: FRESH_RESTARTS, extend: extendRestarts, failure: 'restart.failed' },
    });
    parts.signal.addEventListener('abort', () => {
      this.#power.stop();
      this.#restarts.stop();
    });
  }

  /** A row was committed. */
  note(row: HistoryEvent): void {
    this.#power.note(row);
    this.#restarts.note(row);
  }

  /** How often a way was tried since the phone was enrolled or retried. */
  tried(mac: MacAddress, rung: RungId): number {
    return this.#recordOf(mac).tried.get(rung) ?? 0;
  }

  /** Whether enough time has gone by since it was told last. */
  isSpaced(mac: MacAddress): boolean {
    const { lastAt } = this.#recordOf(mac);
    return lastAt === null || this.#parts.clock.now() - lastAt >= this.#parts.limits.spacingMs;
  }

  /** The way over the network that is to be tried next by itself; null where there is none. */
  byItself(mac: MacAddress): RungId | null {
    const { times } = this.#parts.limits;
    const found = this.sentRungs(mac).find(({ id, may }) => may && this.tried(mac, id) < times);
    return found?.id ?? null;
  }

  /** The ways over the network. */
  sentRungs(mac: MacAddress): readonly RungVerdict[] {
    return this.rungs(mac).filter(({ id }) => id !== 'power' && id !== 'hands');
  }

  /** Every way; with `isRefusedToo` what came to nothing lately is tried again. */
  rungs(mac: MacAddress, isRefusedToo = false): readonly RungVerdict[] {
    const { fleet, sender, power, clock } = this.#parts;
    const phone = fleet.toRestart(mac);
    if (phone === null) return [];
    const lately = [...this.#recordOf(mac).refused].filter(([, { noted }]) => clock.now() - noted < REFUSED_FOR_MS);
    const { address, software } = phone;
    return rungsOf({
      software,
      refused: new Map(isRefusedToo ? [] : lately),
      lacks: (id) => {
        if (id === 'hands') return null;
        if (id === 'power') return power === null ? NO_POWER : power.lacks(mac);
        return address === null ? 'nobody knows its address' : sender.lacks(id, { mac, address });
      },
    });
  }

  /** The verdict of a phone that a restart could help by itself; null of all others, whose record is not read for that. */
  quickVerdict(standing: PowerStanding): PowerVerdict | null {
    const { mac } = standing;
    const first = this.#verdict(standing, FRESH_POWER, false);
    if (!first.may && first.later === undefined) return null;
    const record = this.#power.of(mac);
    if (record === null || this.#restarts.of(mac) === null) return null;
    const verdict = this.#verdict(standing, record, false);
    return verdict.may && this.#parts.fleet.isKeptWaiting(mac) ? null : verdict;
  }

  /**
   * Why it must not be told to restart; null once it may be. What may be soon is waited for, as long as somebody does; `isAsking`: what may be soon
   * is good enough.
   */
  async unsafe(mac: MacAddress, isAwaited: () => boolean, isAsking = false): Promise<string | null> {
    const { clock, signal } = this.#parts;
    for (;;) {
      const verdict = this.#now(mac, true);
      if (verdict === null) return 'it is not on the list';
      if (verdict.may || (isAsking && verdict.later !== undefined && verdict !== BEING_READ)) return null;
      if (signal.aborted) return 'the server ends';
      if (verdict.later === undefined || !isAwaited()) return verdict.why;
      await pause(clock, LOOK_EVERY_MS, signal);
    }
  }

  /** Tries one way after the other until the phone is heard to start. */
  async climb(
    { mac, why, isAwaited }: RestartOrder,
    rungs: readonly RungVerdict[],
  ): Promise<Omit<RestartAnswer, 'keys'>> {
    const { signal } = this.#parts;
    const isSafe = () => this.#now(mac, isAwaited !== null);
    const isAbandoned = () => isAwaited?.() === false;
    const one = new OneRestart({ ...this.#parts, mac, why, isSafe, isAbandoned });
    const tries: RestartTry[] = [];
    const refused = (text: string) => ({ result: 'refused', rung: null, text, tries }) as const;
    for (const verdict of rungs) {
      const rung = verdict.id;
      if (!verdict.may) {
        tries.push({ rung, isTried: false, text: verdict.why });
        continue;
      }
      if (isAbandoned()) return refused(NOBODY_WAITS);
      if (rung === 'hands') return { result: 'hands', rung, text: HANDS, tries };
      for (let time = 0; time < MOST_TIMES; time++) {
        const isLater = tries.some(({ isTried }) => isTried) || time > 0;
        const unsafe = isLater ? await this.unsafe(mac, isAwaited ?? (() => false)) : null;
        if (unsafe !== null) return refused(unsafe);
        const { isProven, text, isLate = false, isByItself = false } = await one.by(verdict.rung);
        if (isByItself) return { result: 'restarted', rung: null, text, tries };
        tries.push({ rung, isTried: !isLate, text });
        if (isProven) return { result: 'restarted', rung, text, tries };
        if (!isLate) break;
      }
      if (signal.aborted) break;
    }
    return refused(tries.at(-1)?.text ?? 'there is no way');
  }

  /** How it stands at this moment; null where it is not on the list. */
  #now(mac: MacAddress, isWished: boolean): PowerVerdict | null {
    const standing = [...this.#parts.fleet.standings()].find((one) => one.mac === mac);
    if (standing === undefined) return null;
    const record = this.#power.of(mac);
    // What the record says is read in some turns of the event loop.
    if (record === null || this.#restarts.of(mac) === null) return BEING_READ;
    return this.#verdict(standing, record, isWished);
  }

  #verdict(standing: PowerStanding, record: PowerRecord, isWished: boolean): PowerVerdict {
    const { clock, limits } = this.#parts;
    return mayTellToRestart({ ...standing, now: clock.now(), isKeptWaiting: false, isWished, record }, limits);
  }

  #recordOf(mac: MacAddress): RestartRecord {
    return this.#restarts.of(mac) ?? FRESH_RESTARTS;
  }
}

const NO_POWER = 'nothing switches its power (`--power-by-switch`, `--power-cycle-command`)';
const HANDS = 'a person has to restart it';
const BEING_READ: PowerVerdict = {
  may: false,
  why: 'its record is being read',
  later: { from: null, once: 'its record is read' },
};
