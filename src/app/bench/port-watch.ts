import { AppError } from '../../core/errors.ts';
import { SEEN_AT_PORT } from '../../core/history/event.ts';
import type { SteadyMs, WallMs } from '../../core/moment.ts';
import type { MacAddress } from '../../core/names/mac-address.ts';
import { BenchMap, changeText, type KnownPlace, type MapChange } from '../../core/switch/bench-map.ts';
import { placesOf } from '../../core/switch/places.ts';
import { silentPhones } from '../../core/switch/silent-phones.ts';
import type { SwitchSeen } from '../../core/switch/switch-seen.ts';
import type { SwitchStandings } from '../../core/switch/switch-standing.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import type { LinkEar, SwitchAccess, SwitchShelf, SwitchWalker } from '../../ports/switches.ts';
import type { WitnessDesk } from '../../ports/witnesses.ts';
import type { PowerDecision } from './power-fleet.ts';
import { SwitchLog } from './switch-log.ts';
import { type LookedAt, SwitchWitness } from './switch-witness.ts';
import { WalksBetween } from './walks-between.ts';

export interface PortWatchOptions {
  /** Every switch with what opens it; throws AppError where that cannot be read. */
  readonly switches: () => readonly SwitchAccess[];
  readonly shelf: Pick<SwitchShelf, 'sealedSwitches' | 'places' | 'keepPlaces'>;
  readonly walker: SwitchWalker;
  /** Puts a decision into the record of a phone; false for one that is not on the list. */
  readonly decide: (mac: MacAddress, decision: PowerDecision) => Promise<boolean>;
  /** Phones that are known, by their record; null for one that is not. */
  readonly phone: (mac: MacAddress) => { readonly lastSeenAt: WallMs | null } | null;
  /** Tells that a link of a switch changed; absent where nobody hears that. */
  readonly links?: LinkEar;
  /** Whether a phone that asks is heard here: beside another server only those on the list are. Absent: all are. */
  readonly isHeard?: (mac: MacAddress) => boolean;
  /** Where what phones tell their switches that they run is judged; absent where it is not. */
  readonly witnesses?: Pick<WitnessDesk, 'hear'>;
  /** Told how the switches answer, whenever that has changed. */
  readonly onStandings?: (standings: SwitchStandings) => void;
  /** Done at the beginning of each round. */
  readonly everyRound?: () => Promise<void>;
  readonly clock: Clock;
  readonly log: Log;
}

/** Looks again and again at which port each phone hangs. */
export interface PortWatch {
  start(): void;
  /** Where a phone hangs, or hung last. */
  placeOf(mac: MacAddress): KnownPlace | null;
  /** What each switch answered last, by its name; none of those of which that is no longer so. */
  answers(): ReadonlyMap<string, SwitchSeen>;
  /** Asks one switch now, and takes what it says over; rejects with AppError. */
  look(access: SwitchAccess): Promise<SwitchSeen>;
  /** Begins no new walk; resolves when what was begun is over. */
  stop(): Promise<void>;
}

/** From one walk to the next (invented). */
const EVERY_MS = 60_000;
/** What a switch said counts so long when it does not answer: three walks (invented). */
const KEPT_MS = 4 * EVERY_MS;
/** Switches that are asked at the same time (invented). */
const AT_ONCE = 4;
/** A phone that goes from port to port leaves no more rows in its record than this, for each server that runs (invented). */
const MOST_ROWS = 32;
/** A phone that is silent is said once; so many of them are remembered (invented). */
const MOST_SILENT = 4_096;

/** It costs nothing where there is no switch: each minute it is looked whether there is one. */
export function createPortWatch(options: PortWatchOptions): PortWatch {
  return new RunningPortWatch(options);
}

interface Answered extends LookedAt {
  readonly at: SteadyMs;
}

class RunningPortWatch implements PortWatch {
  readonly #options: PortWatchOptions;
  #map: BenchMap | null = null;
  readonly #answered = new Map<string, Answered>();
  readonly #standings: SwitchLog;
  readonly #rows = new Map<MacAddress, number>();
  readonly #silent = new Set<MacAddress>();
  #startedAt: WallMs | null = null;
  #work: Promise<void> | null = null;
  readonly #stopping = new AbortController();
  #cancel: () => void = () => {};
  readonly #between: WalksBetween;
  readonly #witness: SwitchWitness | null;

  constructor(options: PortWatchOptions) {
    this.#options = options;
    const { clock, log, onStandings: tell = () => {} } = options;
    this.#standings = new SwitchLog({ clock, log, tell });
    this.#witness = options.witnesses === undefined ? null : new SwitchWitness(options.witnesses);
    this.#between = new WalksBetween(clock, (name) => this.#walkOne(name));
  }

  start(): void {
    const { clock, links } = this.#options;
    this.#startedAt = clock.wall();
    if (links !== undefined) this.#between.follow(links);
    this.#round();
  }

  placeOf(mac: MacAddress): KnownPlace | null {
    return this.#places().of(mac);
  }

  answers(): ReadonlyMap<string, SwitchSeen> {
    const now = this.#options.clock.now();
    return new Map([...this.#answered].flatMap(([name, { seen, at }]) => (now - at <= KEPT_MS ? [[name, seen]] : [])));
  }

  async look(access: SwitchAccess): Promise<SwitchSeen> {
    const askedAt = this.#options.clock.now();
    const { seen } = await this.#options.walker.walk(access);
    this.#answered.set(access.name, { seen, askedAt, at: this.#options.clock.now() });
    this.#standings.answered(access.name, seen.lacks);
    this.#fold();
    return seen;
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#cancel();
    await Promise.all([this.#work, this.#between.stop()]);
  }

  get #isStopped(): boolean {
    return this.#stopping.signal.aborted;
  }

  #round(): void {
    if (this.#isStopped) return;
    const { clock, log } = this.#options;
    this.#work = this.#walk()
      .catch((error: unknown) => log.error({ event: 'switch.failed', reason: String(error) }))
      .finally(() => {
        this.#work = null;
        if (!this.#isStopped) this.#cancel = clock.wakeAt(clock.now() + EVERY_MS, () => this.#round());
      });
  }

  async #walk(): Promise<void> {
    const { shelf, clock, everyRound } = this.#options;
    await everyRound?.();
    const names = new Set(shelf.sealedSwitches().map(({ name }) => name));
    for (const name of this.#answered.keys()) if (!names.has(name)) this.#answered.delete(name);
    this.#standings.keep(names);
    if (names.size === 0) return;
    const left = [...this.#openSwitches()];
    const take = async () => {
      for (let one = left.shift(); one !== undefined && !this.#isStopped; one = left.shift()) await this.#ask(one);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, take));
    for (const [name, { at }] of this.#answered) if (clock.now() - at > KEPT_MS) this.#answered.delete(name);
    if (this.#isStopped) return;
    this.#fold();
    await this.#witness?.bring(this.#answered, clock.now());
    this.#tellSilent();
  }

  /** Between two rounds, since something changed there. */
  async #walkOne(name: string): Promise<void> {
    const access = this.#openSwitches().find((one) => one.name === name);
    if (access === undefined) return;
    await this.#ask(access);
    if (this.#isStopped) return;
    this.#fold();
    await this.#witness?.bring(this.#answered, this.#options.clock.now());
  }

  #openSwitches(): readonly SwitchAccess[] {
    try {
      const all = this.#options.switches();
      this.#standings.opened();
      return all;
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      this.#standings.shut(error);
      return [];
    }
  }

  async #ask(access: SwitchAccess): Promise<void> {
    const { walker, clock, log } = this.#options;
    const askedAt = clock.now();
    try {
      const { seen, tookMs } = await walker.walk(access, this.#stopping.signal);
      this.#answered.set(access.name, { seen, askedAt, at: clock.now() });
      this.#standings.answered(access.name, seen.lacks);
      log.debug({ event: 'switch.walked', switch: access.name, tookMs });
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      if (!this.#isStopped) this.#standings.failed(access.name, error);
    }
  }

  #places(): BenchMap {
    this.#map ??= new BenchMap(this.#options.shelf.places());
    return this.#map;
  }

  #fold(): void {
    const { clock, phone, shelf } = this.#options;
    const map = this.#places();
    const places = placesOf(new Map([...this.#answered].map(([name, { seen }]) => [name, seen])));
    const changes = map.fold(places, clock.wall(), (mac) => phone(mac) !== null);
    shelf.keepPlaces(
      [...places.keys()].flatMap((mac) => {
        const place = map.of(mac);
        return place === null ? [] : [[mac, place] as const];
      }),
    );
    for (const change of changes) this.#record(change);
  }

  #record(change: MapChange): void {
    const { decide, log } = this.#options;
    const { mac, kind, place } = change;
    const reason = changeText(change);
    log.info({ event: 'phone.port', mac, kind, switch: place.switchName, port: place.port, reason });
    const count = (this.#rows.get(mac) ?? 0) + 1;
    if (count > MOST_ROWS || (count === 1 && this.#rows.size >= MOST_SILENT)) return;
    this.#rows.set(mac, count);
    decide(mac, { finding: SEEN_AT_PORT, reason }).catch((error: unknown) => {
      log.error({ event: 'switch.failed', mac, reason: String(error) });
    });
  }

  #tellSilent(): void {
    const { phone, isHeard = () => true, clock, log } = this.#options;
    const lastSeenAt = (mac: MacAddress) => phone(mac)?.lastSeenAt ?? null;
    const heard = [...this.#places()].filter(([mac]) => isHeard(mac));
    for (const { mac, reason } of silentPhones(heard, lastSeenAt, clock.wall(), this.#startedAt)) {
      if (this.#silent.has(mac) || this.#silent.size >= MOST_SILENT) continue;
      this.#silent.add(mac);
      log.warn({ event: 'phone.silent', mac, reason });
    }
  }
}
