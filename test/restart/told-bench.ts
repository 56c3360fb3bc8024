import { createPowerControl, type PowerControl } from '../../src/app/bench/power-control.ts';
import { createRestartControl, type RestartControl } from '../../src/app/restart/restart-control.ts';
import { type AskedKind, classifyName } from '../../src/core/names/asked-name.ts';
import type { MacAddress } from '../../src/core/names/mac-address.ts';
import type { RungId } from '../../src/core/restart/ladder.ts';
import type { RestartWish } from '../../src/ports/restarts.ts';
import { Bench, macOf, settled } from '../support/bench.ts';
import { SHORT_LIMITS } from '../support/happenings.ts';
import { type Boot, ModelPhone } from '../support/model-phone.ts';
import { PACKAGES } from '../support/packages.ts';
import { type Happening, type Seat, World } from '../support/world.ts';

/** So long the slowest of them may obey. */
const OBEYS_WITHIN_MS = 3 * 60_000;
const LOST_POWER = 'lost its power';

/** What happens to a phone, the server or the operator. */
export type Deed =
  | Happening
  | { readonly what: 'goes-far'; readonly phone: number; readonly steps: number }
  | {
      readonly what: 'wish';
      readonly phone: number;
      readonly by: RungId | null;
      readonly seconds: number;
      /** Whether the server is killed right after that. */
      readonly isKilled: boolean;
    }
  | { readonly what: 'obeys'; readonly phone: number }
  | { readonly what: 'time'; readonly seconds: number };

/** A phone as it comes, and what it is to become. */
export interface ToldPhone {
  readonly family: string;
  readonly load: string;
  readonly target: string;
}

/** Whether this question shows that an application is up, beside the one before it in the same boot (legacy-79x0 3.2, 5; java-phones 4.1). */
function isUpBy({ runs, loader, family }: ModelPhone, before: AskedKind | null, kind: AskedKind): boolean {
  if (runs.kind === 'loader' || runs.kind === 'java-boot-loader') return false;
  if (family === '79x0' && loader !== null) return before === 'sip-default' && kind === 'sip-phone';
  return kind === 'sep-xml' || kind === 'sip-phone';
}

/** A bench whose phones are told to restart, by wish and by itself, and the truth about each phone beside it. */
export class ToldBench {
  readonly bench = new Bench(PACKAGES);
  readonly world: World;
  readonly faults: string[] = [];
  told = 0;
  obeyed = 0;
  readonly #answers: Iterator<string>;
  /** The boot in which each phone was last given an image. */
  readonly #given = new Map<Seat, Boot>();
  /** Phones whose loader has started the application after that image: it is written. */
  readonly #applications = new Set<Seat>();
  /** What each phone asked last, and whether its application is up in that boot: nothing else hears what it is told. */
  readonly #last = new Map<Seat, { readonly boot: Boot | null; readonly kind: AskedKind; readonly isUp: boolean }>();
  /** In which boot each phone was told, and until when it may obey. */
  readonly #pending = new Map<Seat, { readonly boot: Boot | null; readonly until: number }>();
  #wishes: RestartWish[] = [];
  #wished = 0;
  #control: RestartControl | null = null;
  #power: PowerControl | null = null;

  constructor(phones: readonly ToldPhone[], answers: Iterator<string>) {
    this.#answers = answers;
    const seats = phones.map((one, n): Seat => {
      const phone = new ModelPhone({ mac: macOf(n), ...one });
      return { phone, target: one.target, address: () => `192.0.2.${10 + n}`, boot: null, next: null };
    });
    this.world = new World(this.bench, seats, (seat, asked, _, answer) => {
      // The first request of another boot: whatever it was given before is written or lost, and what it was told is forgotten.
      if (this.#given.get(seat) !== seat.boot) this.#given.delete(seat);
      if (this.#pending.has(seat) && this.#pending.get(seat)?.boot !== seat.boot) this.#pending.delete(seat);
      const { kind } = classifyName(asked);
      const last = this.#last.get(seat);
      const [wasUp, before] = last?.boot === seat.boot ? [last.isUp, last.kind] : [false, null];
      this.#last.set(seat, { boot: seat.boot, kind, isUp: wasUp || isUpBy(seat.phone, before, kind) });
      if (answer.kind === 'content' && kind === 'image' && seat.boot !== null) {
        this.#given.set(seat, seat.boot);
        this.#applications.delete(seat);
      } else if (kind === 'sip-default' && this.#given.has(seat)) this.#applications.add(seat);
    });
  }

  async start(): Promise<void> {
    await this.bench.start();
    for (const { phone, target, address } of this.world.seats) {
      this.bench.addresses.tell(address(), phone.mac as MacAddress);
      this.bench.enrol(phone.mac as MacAddress, target);
    }
    this.#attach();
  }

  async happen(deed: Deed): Promise<void> {
    if (deed.what === 'time') await this.#pass(deed.seconds);
    else {
      const seat = this.world.seats[deed.phone % this.world.seats.length] as Seat;
      if (deed.what === 'obeys') this.#obey(seat);
      else if (deed.what === 'wish') {
        await this.#wish(seat, deed.by, deed.seconds);
        if (deed.isKilled) await this.#goOn({ phone: deed.phone, what: 'server-restarts', seconds: 2, name: '' });
      } else if (deed.what === 'goes-far') {
        for (let n = 0; n < deed.steps; n++)
          await this.#goOn({ phone: deed.phone, what: 'goes-on', seconds: 1, name: '' });
      } else await this.#goOn(deed);
    }
    await settled();
  }

  async stop(): Promise<void> {
    this.#end();
    await this.bench.fleet.stop();
  }

  async #goOn(happening: Happening): Promise<void> {
    const { fleet } = this.bench;
    // They end with their process, in the middle of whatever they do.
    if (happening.what === 'server-restarts') this.#end();
    await this.world.happen(happening);
    if (this.bench.fleet !== fleet) this.#attach();
  }

  async #wish({ phone }: Seat, by: RungId | null, seconds: number): Promise<void> {
    const number = ++this.#wished;
    const until = this.bench.clock.wall() + 10 * 60_000;
    const mac = phone.mac as MacAddress;
    // The record has one row a phone: a new wish takes the place of the one before.
    this.#wishes = [...this.#wishes.filter((one) => one.mac !== mac), { number, mac, by, isDryRun: false, until }];
    await this.#pass(seconds);
  }

  async #pass(seconds: number): Promise<void> {
    for (let n = 0; n < seconds; n++) {
      this.bench.clock.advance(1_000);
      await settled();
    }
  }

  /** It does what it was told, if it was. */
  #obey(seat: Seat): void {
    const told = this.#pending.get(seat);
    if (told === undefined || told.boot !== seat.boot || this.bench.clock.now() > told.until) return;
    this.obeyed++;
    this.#goesDark(seat, 'obeyed');
  }

  /** It is told, or its power goes: never while it may be writing. */
  #forbid(seat: Seat, what: string): void {
    const { mac } = seat.phone;
    const given = this.#given.get(seat);
    // Power goes after a boot alone.
    const isOver = what !== LOST_POWER && this.#applications.has(seat);
    // Not booted since: still the boot that was given the image, or off and not on again.
    if (given !== undefined && !isOver && (seat.boot === given || seat.boot === null))
      this.faults.push(`${mac} ${what} after an image and before its next boot`);
    const state = this.bench.state(mac as MacAddress);
    if (state === 'downloading' || state === 'flashing') this.faults.push(`${mac} ${what} while ${state}`);
  }

  #goesDark(seat: Seat, what: string): void {
    this.#forbid(seat, what);
    this.#pending.delete(seat);
    seat.boot = null;
  }

  #seatOf(mac: string): Seat {
    return this.world.seats.find(({ phone }) => phone.mac === mac) as Seat;
  }

  #end(): void {
    void this.#control?.stop();
    this.#power?.stop();
    this.#control = null;
    this.#power = null;
  }

  /** Beside each new fleet work controls that know nothing but the record. */
  #attach(): void {
    const { bench } = this;
    const { fleet, store, clock, log } = bench;
    const common = { fleet, clock, log, limits: SHORT_LIMITS, historyOf: (mac: MacAddress) => store.history({ mac }) };
    const power = createPowerControl({
      ...common,
      targetOf: (mac) => ({ mac, address: null, label: null, port: null }),
      knownPhones: () => [],
      power: {
        lacks: () => null,
        outletOf: () => null,
        cycle: async ({ mac }) => {
          if (this.#power === power) this.#goesDark(this.#seatOf(mac), LOST_POWER);
          return { isDone: true, text: 'done' };
        },
      },
    });
    const control = createRestartControl({
      ...common,
      isByItself: true,
      power: { lacks: () => null, cycle: (mac) => power.cycle(mac) },
      sender: {
        lacks: () => null,
        send: async (rung, { mac }) => {
          // A process that has ended sends nothing.
          if (this.#control !== control) return { isTaken: false, text: 'it has ended' };
          return this.#tell(rung, mac);
        },
      },
      shelf: {
        restartWishes: () => (this.#control === control ? this.#wishes : []),
        restartUntil: ({ number }) => this.#wishes.find((one) => one.number === number)?.until ?? null,
        answerRestart: ({ number }) => {
          this.#wishes = this.#wishes.filter((one) => one.number !== number);
        },
      },
    });
    fleet.onEvent((event) => {
      if (!('mac' in event) || event.mac === undefined || event.event === 'file.progress') return;
      control.note(event);
      power.note(event);
    });
    this.#control = control;
    this.#power = power;
    control.start();
  }

  #tell(rung: RungId, mac: string) {
    this.told++;
    const seat = this.#seatOf(mac);
    this.#forbid(seat, `was told (${rung})`);
    const row = [...this.bench.store.history({ mac: mac as MacAddress })].findLast(
      ({ code }) => code === 'P_RESTART_SENT',
    );
    if (row?.reason?.startsWith(`${rung}: `) !== true) this.faults.push(`${mac} was told before that was recorded`);
    if (this.#answers.next().value === 'refused') return { isTaken: false, text: 'it answered 400' };
    const last = this.#last.get(seat);
    // One that is in the middle of its boot hears nobody.
    if (seat.boot !== null && (last?.boot !== seat.boot || !last.isUp))
      return { isTaken: true, text: 'it is not there' };
    this.#pending.set(seat, { boot: seat.boot, until: this.bench.clock.now() + OBEYS_WITHIN_MS });
    return { isTaken: true, text: 'it answered 200 OK' };
  }
}
