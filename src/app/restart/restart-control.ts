import type { HistoryEvent } from '../../core/history/event.ts';
import type { SteadyMs } from '../../core/moment.ts';
import type { MacAddress } from '../../core/names/mac-address.ts';
import { DEFAULT_POWER_LIMITS, type PowerLimits, type PowerVerdict } from '../../core/power/may-power-cycle.ts';
import { type PowerPlan, powerPlan } from '../../core/power/power-plan.ts';
import { restartKeys } from '../../core/restart/keys-text.ts';
import type { RungId } from '../../core/restart/ladder.ts';
import { RESTART_NOT_SENT } from '../../core/restart/restart-record.ts';
import type { RestartAnswer, RestartShelf, RestartTry, RestartWish } from '../../ports/restarts.ts';
import { NOBODY_WAITS } from './one-restart.ts';
import { type LadderParts, RestartLadder } from './restart-ladder.ts';

export interface RestartControlOptions extends Omit<LadderParts, 'limits' | 'signal'> {
  readonly shelf: Pick<RestartShelf, 'restartWishes' | 'restartUntil' | 'answerRestart'>;
  /** Whether phones that only a restart can help are told to restart by themselves. */
  readonly isByItself: boolean;
  readonly limits?: PowerLimits;
  /** Told what is meant to be done by itself, whenever it was looked at. */
  readonly onPlans?: (plans: ReadonlyMap<MacAddress, PowerPlan>) => void;
}

/** Restarts phones over the network: those that somebody names, and by itself those that only a restart can help. */
export interface RestartControl {
  start(): void;
  /** A row was committed. */
  note(row: HistoryEvent): void;
  /** Why the power of this phone is left alone meanwhile; null where nothing of this is under way or to come. */
  goesFirst(mac: MacAddress): string | null;
  /** Ends: nothing is sent any more, and no boot is waited for. Resolves when what was under way has been answered. */
  stop(): Promise<void>;
}

/** How often it is looked who wants what (invented). */
const LOOK_EVERY_MS = 1_000;
/** Phones that are restarted at a time: a large bench is not dark at once (invented). */
const MOST_AT_ONCE = 8;

export function createRestartControl(options: RestartControlOptions): RestartControl {
  return new RunningRestartControl(options);
}

class RunningRestartControl implements RestartControl {
  readonly #options: RestartControlOptions;
  readonly #limits: PowerLimits;
  readonly #ladder: RestartLadder;
  readonly #underWay = new Map<MacAddress, Promise<void>>();
  readonly #ending = new AbortController();
  #cancel: () => void = () => {};

  constructor(options: RestartControlOptions) {
    this.#options = options;
    this.#limits = options.limits ?? DEFAULT_POWER_LIMITS;
    this.#ladder = new RestartLadder({ ...options, limits: this.#limits, signal: this.#ending.signal });
  }

  start(): void {
    const { clock } = this.#options;
    this.#cancel = clock.wakeAt(clock.now() + LOOK_EVERY_MS, () => {
      try {
        this.#look();
      } catch (error) {
        this.#options.log.error({ event: 'restart.failed', reason: String(error) });
      }
      if (!this.#ending.signal.aborted) this.start();
    });
  }

  note(row: HistoryEvent): void {
    this.#ladder.note(row);
  }

  goesFirst(mac: MacAddress): string | null {
    if (this.#underWay.has(mac)) return 'it was told to restart over the network';
    const isToCome = this.#options.isByItself && this.#ladder.byItself(mac) !== null;
    return isToCome ? 'it is told to restart over the network first' : null;
  }

  async stop(): Promise<void> {
    this.#cancel();
    this.#ending.abort();
    await Promise.all(this.#underWay.values());
  }

  #look(): void {
    const { shelf, isByItself, onPlans, clock } = this.#options;
    const waiting = shelf.restartWishes().filter(({ mac }) => !this.#underWay.has(mac));
    for (const wish of waiting) {
      if (clock.wall() >= wish.until) shelf.answerRestart(wish, this.#refused(wish.mac, NOBODY_WAITS));
      else if (this.#underWay.size < MOST_AT_ONCE) this.#begin(wish.mac, () => this.#grant(wish));
    }
    if (this.#underWay.size >= MOST_AT_ONCE) return;
    if (!isByItself) return;
    const plans = this.#lookByItself();
    onPlans?.(plans);
  }

  /** Tells phones to restart that only that can help, and says of which others it means to. */
  #lookByItself(): ReadonlyMap<MacAddress, PowerPlan> {
    const plans = new Map<MacAddress, PowerPlan>();
    for (const standing of this.#options.fleet.standings()) {
      const { mac } = standing;
      const verdict = this.#ladder.quickVerdict(standing);
      const rung = verdict === null || this.#underWay.has(mac) ? null : this.#ladder.byItself(mac);
      if (verdict === null || rung === null) continue;
      const plan = this.#planOf(mac, verdict, rung);
      if (plan !== null) plans.set(mac, plan);
      if (!verdict.may || this.#underWay.size >= MOST_AT_ONCE || !this.#ladder.isSpaced(mac)) continue;
      const { why } = verdict;
      this.#begin(mac, () => this.#ladder.climb({ mac, why, isAwaited: null }, this.#ladder.sentRungs(mac)));
    }
    return plans;
  }

  #planOf(mac: MacAddress, verdict: PowerVerdict, rung: RungId): PowerPlan | null {
    const { clock } = this.#options;
    const wallOf = (at: SteadyMs) => Math.round((clock.wall() + (at - clock.now())) / 1000) * 1000;
    const counts = { done: this.#ladder.tried(mac, rung), failed: 0, most: this.#limits.times };
    const plan = powerPlan({ verdict, lacks: null, ...counts }, wallOf);
    return plan === null ? null : { ...plan, how: `tells it to restart (${rung})` };
  }

  #begin(mac: MacAddress, work: () => Promise<unknown>): void {
    const working = work()
      .then(() => {})
      .catch((error: unknown) => this.#options.log.error({ event: 'restart.failed', mac, reason: String(error) }))
      .finally(() => this.#underWay.delete(mac));
    this.#underWay.set(mac, working);
  }

  /** Sees to what somebody asked for, and answers it. */
  async #grant(wish: RestartWish): Promise<void> {
    const answer = await this.#answerTo(wish);
    this.#options.shelf.answerRestart(wish, answer);
  }

  async #answerTo({ mac, number, by, isDryRun }: RestartWish): Promise<RestartAnswer> {
    const { clock, fleet, shelf } = this.#options;
    if (fleet.toRestart(mac) === null) return this.#refused(mac, 'it is not on the list');
    const isAwaited = () => clock.wall() < (shelf.restartUntil({ mac, number }) ?? 0);
    const unsafe = await this.#ladder.unsafe(mac, isAwaited, isDryRun);
    if (unsafe !== null && !isDryRun) {
      await fleet.decide(mac, { finding: RESTART_NOT_SENT, reason: `not told to restart: ${unsafe}` });
    }
    // Nobody is to be shown how to restart it by hand either.
    if (unsafe !== null) return { ...this.#refused(mac, unsafe), keys: [] };
    const all = this.#ladder.rungs(mac, by !== null);
    const isPossible = all.some(({ id, may }) => may && id !== 'hands');
    const rungs = (isPossible ? all : this.#ladder.rungs(mac, true)).filter(({ id }) => by === null || id === by);
    const keys = this.#keys(mac);
    if (!isDryRun) return { ...(await this.#ladder.climb({ mac, why: ASKED_FOR, isAwaited }, rungs)), keys };
    const tries = rungs.flatMap((one): RestartTry[] =>
      one.may ? [] : [{ rung: one.id, isTried: false, text: one.why }],
    );
    const first = rungs.find(({ may }) => may);
    if (first === undefined || !first.may) return this.#refused(mac, tries[0]?.text ?? 'there is no such way', tries);
    const result = first.id === 'hands' ? 'hands' : 'possible';
    return { result, rung: first.id, text: first.rung.does, tries, keys };
  }

  #refused(mac: MacAddress, text: string, tries: readonly RestartTry[] = []): RestartAnswer {
    return { result: 'refused', rung: null, text, tries, keys: this.#keys(mac) };
  }

  #keys(mac: MacAddress): readonly string[] {
    return restartKeys(this.#options.fleet.toRestart(mac)?.software ?? []);
  }
}

const ASKED_FOR = 'somebody asked for it';
