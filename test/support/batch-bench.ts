import type { FleetOptions } from '../../src/app/fleet-options.ts';
import { statusOf } from '../../src/app/told/phone-status.ts';
import { type BatchState, FRESH_BATCH } from '../../src/core/batch/batch-state.ts';
import type { BatchEvent } from '../../src/core/history/event.ts';
import type { LoadName } from '../../src/core/names/load-name.ts';
import type { MacAddress } from '../../src/core/names/mac-address.ts';
import type { BatchChange, BatchStore, FileProgress } from '../../src/ports/batch-store.ts';
import { Bench, macOf } from './bench.ts';
import { FakeClock } from './clock.ts';
import { ModelPhone } from './model-phone.ts';
import { PACKAGES } from './packages.ts';
import { type Seat, type Witness, World } from './world.ts';

/** What is kept of a batch, in memory; it outlives a fleet, as a database does. */
export class MemoryBatch implements BatchStore {
  #state: BatchState = FRESH_BATCH;
  readonly events: BatchEvent[] = [];
  readonly #progress = new Map<MacAddress, FileProgress>();
  /** Thrown by the next changes while it is set. */
  failure: Error | null = null;

  batch(): BatchState {
    return JSON.parse(JSON.stringify(this.#state)) as BatchState;
  }

  changeBatch(change: (was: BatchState) => BatchChange | null): BatchState {
    if (this.failure !== null) throw this.failure;
    const changed = change(this.batch());
    if (changed === null) return this.batch();
    this.#state = { ...changed.state, revision: this.#state.revision + 1 };
    this.events.push(...changed.events);
    return this.batch();
  }

  batchHistory(): readonly BatchEvent[] {
    return this.events;
  }

  saveProgress(progress: FileProgress): void {
    this.#progress.set(progress.mac, progress);
  }

  progress(): readonly FileProgress[] {
    return [...this.#progress.values()];
  }
}

export const TARGET = 'P0S3-08-11-00';

/** A bench of old phones that are all to become SIP 8.11, with the batch that keeps them in order. */
export class Batch {
  readonly bench: Bench;
  readonly kept = new MemoryBatch();
  readonly seats: Seat[] = [];
  /** What the fleet told of the batch. */
  readonly told: BatchEvent[] = [];
  #world: World;

  constructor(options: Partial<FleetOptions> = {}, packages = PACKAGES, clock = new FakeClock()) {
    this.bench = new Bench(packages, { batchStore: this.kept, ...options }, clock);
    this.#world = new World(this.bench, this.seats, () => {});
  }

  async start(witness: Witness = () => {}): Promise<this> {
    this.#world = new World(this.bench, this.seats, witness);
    this.#listen();
    await this.bench.start();
    return this;
  }

  async restart(changes: Partial<FleetOptions> = {}): Promise<void> {
    await this.bench.restart(1_000, changes);
    this.#listen();
  }

  /** Puts one more phone on the bench; without a target it is nobody's. That it runs its target already is said of it. */
  plug(load: string, target: string | null = TARGET, family = '79x0'): MacAddress {
    const n = this.seats.length;
    const mac = macOf(n);
    this.seats.push({
      phone: new ModelPhone({ mac, family, load }),
      target: target ?? '',
      address: () => `192.0.2.${10 + n}`,
      boot: null,
      next: null,
    });
    if (target !== null) this.bench.enrol(mac, target, load === target ? { from: load as LoadName } : {});
    return mac;
  }

  /** Every phone of these asks once, one after the other; `check` runs after each. */
  async turn(check: () => void = () => {}, which: readonly number[] = this.seats.map((_, n) => n)): Promise<void> {
    for (const phone of which) {
      await this.#world.happen({ phone, what: 'goes-on', seconds: 1, name: '' });
      check();
    }
  }

  /** Turns until something is true of the bench, or so many turns are over. */
  async until(isSo: () => boolean, check: () => void = () => {}, turns = 400): Promise<void> {
    for (let turn = 0; turn < turns && !isSo(); turn++) await this.turn(check);
  }

  happen(phone: number, what: 'power-cut' | 'factory-reset'): Promise<void> {
    return this.#world.happen({ phone, what, seconds: 1, name: '' });
  }

  state(n: number): string | null {
    return this.bench.state(macOf(n));
  }

  states(): (string | null)[] {
    return this.seats.map((_, n) => this.state(n));
  }

  /** Phones in hops that write flash. */
  busy(): number[] {
    const states = ['downloading', 'flashing', 'confirming'];
    return this.seats.flatMap((_, n) => (states.includes(this.state(n) ?? '') ? [n] : []));
  }

  status(n: number) {
    const record = this.bench.store.phone(macOf(n));
    if (record === null) throw new Error('nothing is known of that phone');
    return statusOf(record);
  }

  rows(n: number, event: string) {
    return [...this.bench.store.history({ mac: macOf(n) })].filter((row) => row.event === event);
  }

  #listen(): void {
    this.bench.fleet.onEvent((event) => {
      if (event.event !== 'server.listening' && event.mac === undefined) this.told.push(event);
    });
  }
}

export const isLanded = (batch: Batch) => () => batch.states().every((state) => state === 'landed');
