import type { LoadName } from '../../src/core/names/load-name.ts';
import type { MacAddress } from '../../src/core/names/mac-address.ts';
import type { TftpAnswer } from '../../src/ports/tftp.ts';
import { type Bench, textOf } from './bench.ts';
import { mayBeGiven, passesOver, type Runs } from './dossier.ts';
import type { Boot, ModelPhone, Reply } from './model-phone.ts';
import { PROBE_NAME, type Shown, shownBy } from './shown.ts';

/** Something that happens to one phone of a world. */
export interface Happening {
  readonly phone: number;
  readonly what: What;
  /** Seconds that pass before it. */
  readonly seconds: number;
  /** A name from nowhere, for `asks-anything`. */
  readonly name: string;
}

export type What =
  | 'goes-on'
  | 'answer-lost'
  | 'request-lost'
  | 'last-ack-lost'
  | 'last-block-lost'
  | 'asks-twice'
  | 'power-cut'
  | 'cut-while-receiving'
  | 'flash-fails'
  | 'factory-reset'
  | 'asks-anything'
  | 'server-restarts'
  | 'retry'
  | 'release'
  | 'enrol';

/** One phone in its place. */
export interface Seat {
  readonly phone: ModelPhone;
  readonly target: string;
  readonly address: () => string;
  boot: Boot | null;
  next: string | null;
}

/** Told of every answer, with what the phone ran when it asked. */
export type Witness = (seat: Seat, asked: string, shown: Shown, answer: TftpAnswer) => void;

/** A phone keeps asking one name on three ports before it gives it up (legacy-79x0 11.2). */
const PORTS = 3;
const GIVE_UP_MS = 39_000;

/** Phones that boot, ask and take, before one fleet. */
export class World {
  readonly bench: Bench;
  readonly seats: readonly Seat[];
  readonly #witness: Witness;

  constructor(bench: Bench, seats: readonly Seat[], witness: Witness) {
    this.bench = bench;
    this.seats = seats;
    this.#witness = witness;
  }

  async happen({ phone: number, what, seconds, name }: Happening): Promise<void> {
    const seat = this.seats[number % this.seats.length];
    if (seat === undefined) return;
    // In the middle of a boot a phone goes on at once; only a phone that does nothing can be left alone.
    this.bench.clock.advance(1000 * (seat.boot === null ? seconds : Math.min(seconds, 2)));
    const mac = seat.phone.mac as MacAddress;
    switch (what) {
      case 'power-cut':
        seat.boot = null;
        return;
      case 'factory-reset':
        seat.phone.reset();
        seat.boot = null;
        return;
      case 'asks-anything':
        await this.#ask(seat, name);
        return;
      case 'server-restarts':
        return this.#restart(seconds * 1000);
      case 'retry':
        this.bench.store.retry(mac, this.bench.clock.now());
        return this.bench.fleet.syncEnrolments();
      case 'release':
        this.bench.store.release(mac, this.bench.clock.now());
        return this.bench.fleet.syncEnrolments();
      case 'enrol':
        if (seat.target !== '') this.bench.enrol(mac, seat.target as LoadName);
        return;
      default:
        return this.#step(seat, what);
    }
  }

  /** While nobody listens, each phone asks its next file in vain, and then the one after it. */
  async #restart(awayMs: number): Promise<void> {
    await this.bench.restart(awayMs);
    for (const seat of this.seats) {
      for (let lost = awayMs; lost >= GIVE_UP_MS && seat.boot !== null; lost -= GIVE_UP_MS) {
        this.#take(seat, { kind: 'silent' });
      }
    }
  }

  /** The phone's next request, and what becomes of it on the way there and back. */
  async #step(seat: Seat, what: What): Promise<void> {
    if (seat.boot === null) this.#powerOn(seat);
    const name = seat.next;
    if (name === null) return;
    if (what === 'request-lost') {
      this.bench.clock.advance(GIVE_UP_MS);
      return this.#take(seat, { kind: 'silent' });
    }
    if (what === 'asks-twice') await this.#ask(seat, name);
    const answer = await this.#ask(seat, name);
    if (what === 'answer-lost') return this.#neverArrives(seat, name, answer, (one) => this.bench.lost(one));
    // The phone lacks the last block, and the server cannot tell that from a lost acknowledgement.
    if (what === 'last-block-lost') return this.#neverArrives(seat, name, answer, (one) => this.bench.unacked(one));
    if (what === 'cut-while-receiving') {
      await this.bench.lost(answer);
      seat.boot = null;
      return;
    }
    const text = textOf(answer);
    if (what === 'last-ack-lost') await this.bench.unacked(answer);
    else await this.bench.sent(answer);
    const { runs, loader } = seat.phone;
    this.#take(seat, text === null ? { kind: 'missing' } : { kind: 'content', text });
    if (what === 'flash-fails' && seat.phone.family === '79x0' && runs !== seat.phone.runs) {
      // It has the image whole, loses power while it writes, and starts again with what it had.
      Object.assign(seat.phone, { runs, loader });
      seat.boot = null;
    }
  }

  async #neverArrives(
    seat: Seat,
    name: string,
    first: TftpAnswer,
    end: (answer: TftpAnswer) => Promise<void>,
  ): Promise<void> {
    await end(first);
    for (let port = 1; port < PORTS; port++) {
      this.bench.clock.advance(GIVE_UP_MS / PORTS);
      await end(await this.#ask(seat, name));
    }
    this.bench.clock.advance(GIVE_UP_MS / PORTS);
    this.#take(seat, { kind: 'silent' });
  }

  #powerOn(seat: Seat): void {
    this.bench.clock.advance(20_000);
    const boot = seat.phone.boot();
    seat.boot = boot;
    const first = boot.next();
    seat.next = first.done === true ? null : first.value;
  }

  /** The phone goes on; one that restarts or is power-cycled when idle boots at its next turn. */
  #take(seat: Seat, reply: Reply): void {
    const then = seat.boot?.next(reply);
    if (then === undefined || then.done === true) {
      seat.boot = null;
      this.bench.clock.advance(40_000);
    } else seat.next = then.value;
  }

  async #ask(seat: Seat, name: string): Promise<TftpAnswer> {
    const answer = await this.bench.ask(name, seat.address());
    this.#witness(seat, name, shownBy(name, answer, seat.phone.typeId), answer);
    return answer;
  }
}

/** Why an answer must not have been given to a phone that runs this; null when the dossiers allow it. */
export function faultOf(runs: Runs, family: string, shown: Shown): string | null {
  if (shown.kind === 'nothing') return null;
  if (shown.kind === 'named') {
    const wrong = shown.loads.find(
      (load) => load !== PROBE_NAME && !mayBeGiven(runs, load, family) && !(shown.isOs79xx && passesOver(runs, load)),
    );
    return wrong === undefined ? null : `${wrong} was named to a phone that runs ${runs.load} (${runs.kind})`;
  }
  if (shown.name.startsWith(PROBE_NAME)) return 'a file of the probe was served';
  const load = shown.package.replace(/^cmterm\//, '');
  const stem = shown.name.replace(/\.(bin|sbn|sb2|loads)$/, '');
  if ([load, stem].some((each) => mayBeGiven(runs, each, family))) return null;
  return `${shown.name} of ${load} was served to a phone that runs ${runs.load} (${runs.kind})`;
}
