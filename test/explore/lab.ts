import { createHash } from 'node:crypto';
import { type PhoneContext, presentHop } from '../../machines/phone-context.ts';
import { SOON_MS } from '../../src/core/identify/trace.ts';
import type { LoadName } from '../../src/core/names/load-name.ts';
import type { MacAddress } from '../../src/core/names/mac-address.ts';
import type { Statement } from '../../src/core/witness/statement.ts';
import type { PhoneRecord } from '../../src/ports/store.ts';
import { Bench, macOf } from '../support/bench.ts';
import type { Unknowns } from '../support/model-phone.ts';
import { PACKAGES } from '../support/packages.ts';
import { faultOf, type Seat, type What, World } from '../support/world.ts';
import { type Deed, OF_NOBODY, TROUBLES } from './deeds.ts';
import { type Explored, type StateFacts, Violation } from './explorer.ts';
import { canonical } from './key.ts';
import { saidBy, statement } from './speaking.ts';
import { WatchedPhone } from './watched-phone.ts';

/** One phone of a lab, as it stands at the start. */
export interface Plugged {
  readonly family: string;
  readonly load: string;
  /** Null is a bystander. */
  readonly target: string | null;
  /** What the operator says runs; null says nothing. */
  readonly from?: string | null;
  /** What another TFTP server may make of it meanwhile. */
  readonly elsewhere?: readonly string[];
  /** What the operator may want of it instead. */
  readonly instead?: string;
  readonly unknowns?: Unknowns;
}

export interface LabOptions {
  readonly phones: readonly Plugged[];
  /** Everything that may happen beside phones going on. */
  readonly adversary: readonly Deed[];
  /** All phones ask from one address. */
  readonly isShared?: boolean;
  /** The neighbour table knows who stands behind each address; a boot loader asks nothing that names its MAC. */
  readonly isNeighbourKnown?: boolean;
  /** How much may go wrong on the wire in one boot of a phone; boots there are without number. */
  readonly troublesInBoot: number;
  /** Each phone says what it runs once it is idle, as to a server that listens for it. */
  readonly speaks?: boolean;
  /** Loads that the store lacks from the start. */
  readonly lacking?: readonly string[];
}

/** Longer than any state may last by default. */
const LEFT_ALONE_MS = 20 * 60_000;
const AWAY_MS = 5 * 60_000;
/** How long a name tells whose an address is (docs/decisions/0004). */
const NAME_LASTS_MS = 15 * 60_000;
/** Another server takes at least as long to flash a phone (legacy-79x0 11.1: 110 s and a boot; java-phones 4.4: minutes). */
const ELSEWHERE_MS = 3 * 60_000;

/** Real phones' sessions and a real fleet over a store in memory, with phones, time and trouble that a move at a time is made of. */
export class Lab implements Explored {
  readonly #options: LabOptions;
  readonly #bench: Bench;
  readonly #phones: readonly WatchedPhone[];
  readonly #world: World;
  #fault: { readonly property: string; readonly message: string } | null = null;
  #last = 0;
  /** What the operator wants of each phone now. */
  readonly #targets: (string | null)[];
  readonly #first: readonly (string | null)[];

  private constructor(options: LabOptions) {
    this.#options = options;
    const lacking = options.lacking ?? [];
    this.#bench = new Bench(PACKAGES.filter((one) => !lacking.includes(one.load)));
    this.#bench.store.isCopying = false;
    this.#phones = options.phones.map((one, n) => new WatchedPhone({ mac: macOf(n), ...one }));
    this.#targets = options.phones.map(({ target }) => target);
    this.#first = [...this.#targets];
    const seats = this.#phones.map((phone, n): Seat => {
      const address = `192.0.2.${options.isShared === true ? 10 : 10 + n}`;
      return { phone, target: this.#targets[n] ?? '', address: () => address, boot: null, next: null };
    });
    this.#world = new World(this.#bench, seats, (seat, asked, shown) => {
      const n = seats.indexOf(seat);
      const { runs, family } = seat.phone;
      if (this.#targets[n] === null && shown.kind !== 'nothing' && this.#isTold(n)) {
        this.#blame('no bystander is shown a load', `a bystander asked ${asked} and was shown a load`);
      }
      const from = options.phones[n]?.from ?? null;
      const isUnseen = shown.kind === 'named' && this.#phones[n]?.isUnseen === true;
      const fault = from === null && !isUnseen ? faultOf(runs, family, shown) : null;
      if (fault !== null) this.#blame('no phone is shown what may not follow what it runs', `${asked}: ${fault}`);
    });
  }

  /**
   * Whether anything tells a bystander from the phone on the list whose address it shares: a name that it said there within a quarter of an
   * hour. Before it has said one, nothing does (docs/decisions/0004, "What is left").
   */
  #isTold(n: number): boolean {
    const { isShared = false } = this.#options;
    const saidAt = this.#phones[n]?.saidAt ?? null;
    return !isShared || (saidAt !== null && this.#bench.clock.now() - saidAt < NAME_LASTS_MS);
  }

  static async open(options: LabOptions): Promise<Lab> {
    const lab = new Lab(options);
    await lab.#bench.start();
    if (options.isNeighbourKnown === true) {
      for (const [n, seat] of lab.#world.seats.entries()) {
        lab.#bench.addresses.entries.set(seat.address(), [{ mac: macOf(n), source: 'neighbour' }]);
      }
    }
    lab.#bench.fleet.onEvent((event) => lab.#look(event));
    for (const [n, { target, from = null }] of options.phones.entries()) {
      if (target !== null) lab.#bench.enrol(macOf(n), target, { from: from as LoadName | null });
    }
    return lab;
  }

  moves(): readonly string[] {
    const { adversary, phones } = this.#options;
    return phones
      .map((_, n) => `goes-on ${n}`)
      .concat(
        adversary.flatMap((deed) => {
          if (OF_NOBODY.has(deed)) return this.#isPossible(deed, 0) ? [deed] : [];
          return phones.flatMap((_, n) => this.#spelt(deed, n));
        }),
      );
  }

  isFair(move: string): boolean {
    return move.startsWith('goes-on ') && (this.#turn() === null || move === `goes-on ${this.#turn()}`);
  }

  /** The phone that is in the middle of a boot and asked last: that another one asks in between is a deed. */
  #turn(): number | null {
    return this.#world.seats[this.#last]?.boot === null ? null : this.#last;
  }

  async make(move: string): Promise<void> {
    const [deed = '', number = '0', load = ''] = move.split(' ');
    await this.#happen(deed as Deed | 'goes-on', Number(number), load);
    const phone = this.#phones[Number(number)];
    if (phone !== undefined && TROUBLES.has(deed)) phone.troubles++;
    if (deed === 'goes-on') this.#last = Number(number);
    if (deed === 'goes-on' && this.#options.speaks === true && phone?.isIdle === true) await this.#say(Number(number));
    this.#noteName(Number(number));
    await settled();
    const fault = this.#fault;
    if (fault !== null) throw new Violation(fault.property, fault.message);
  }

  key(): string {
    const now = this.#bench.clock.now();
    const phones = this.#phones.map((phone, n) => {
      const seat = this.#world.seats[n];
      return [
        phone.runs,
        phone.loader,
        phone.installed,
        ...(seat?.boot === null ? ['off'] : [phone.heard, phone.troubles]),
        seat?.next ?? '',
        this.#options.isShared === true && this.#isTold(n),
        phone.sayings.map(({ said, since }) => [said.load, said.agent, now - since <= SOON_MS]),
      ];
    });
    const records = this.#bench.store.phones().map(folded);
    const bindings = this.#bench.store.bindings().map(({ address, mac, source }) => ({ address, mac, source }));
    const packages = this.#bench.firmware.packages.length;
    const turn = this.#phones.length === 1 ? null : this.#turn();
    const text = canonical({ phones, records, bindings, packages, targets: this.#targets, turn }, now);
    return createHash('sha1').update(text).digest('base64');
  }

  facts(): StateFacts {
    const settledStates = ['landed', 'cancelled', 'held', 'released'];
    const stands = this.#options.phones.map((_, n) => this.#standing(n));
    const own = stands.filter((_, n) => this.#targets[n] !== null);
    return {
      isSettled: own.every(({ state, code }) => settledStates.includes(state) && (state !== 'held' || code !== null)),
      hasLanded: own.length > 0 && own.every(({ state }) => state === 'landed'),
      // Another target may lie behind, and a wrong word may lead nowhere.
      mayLand:
        own.length > 0 &&
        this.#targets.every((target, n) => target === this.#first[n]) &&
        this.#options.phones.every(({ from = null }) => from === null),
      words: this.#phones
        .map((phone, n) => {
          const { state, code, load } = stands[n] ?? { state: '?', code: null, load: null };
          return `${phone.runs.load} (${phone.runs.kind}) is ${state}${code === null ? '' : ` ${code}`}${load === null ? '' : ` at ${load}`}`;
        })
        .join('; '),
    };
  }

  async end(): Promise<void> {
    await this.#bench.fleet.stop();
  }

  /** The record's words, for the story of a violation. */
  history(): readonly string[] {
    return [...this.#bench.store.history()].map(({ event, mac, ...row }) => `${event} ${mac} ${JSON.stringify(row)}`);
  }

  #standing(n: number): { readonly state: string; readonly code: string | null; readonly load: string | null } {
    const record: PhoneRecord | null = this.#bench.store.phone(macOf(n));
    if (record?.enrolment?.status !== 'enrolled') return { state: 'released', code: null, load: null };
    const context = record.snapshot?.context as PhoneContext | undefined;
    return {
      state: record.snapshot?.value ?? 'waiting',
      code: context?.hold?.code ?? null,
      load: context === undefined ? null : (presentHop(context)?.load ?? null),
    };
  }

  #spelt(deed: Deed, n: number): readonly string[] {
    if (!this.#isPossible(deed, n)) return [];
    if (deed !== 'other-server') return [`${deed} ${n}`];
    const { runs } = this.#phones[n] ?? {};
    const elsewhere = this.#options.phones[n]?.elsewhere ?? [];
    return elsewhere.filter((load) => load !== runs?.load).map((load) => `${deed} ${n} ${load}`);
  }

  #isPossible(deed: Deed, n: number): boolean {
    const seat = this.#world.seats[n];
    const isOn = seat?.boot !== null;
    const isListed = this.#bench.store.phone(macOf(n))?.enrolment?.status === 'enrolled';
    const target = this.#options.phones[n]?.target ?? null;
    switch (deed) {
      case 'power-cut':
        return isOn;
      case 'other-server':
        return !isOn;
      case 'flash-fails':
        return /^P0.*\.(?:bin|sbn|sb2)$/.test(seat?.next ?? '');
      case 'retry':
      case 'release':
        return isListed;
      case 'enrols-again':
        return target !== null && !isListed;
      case 'other-target':
        return isListed && this.#options.phones[n]?.instead !== undefined;
      case 'says-now':
        return saidBy(this.#phones[n]?.runs ?? { load: '', kind: 'loader' }) !== null;
      case 'says-late':
      case 'says-undated':
        return (this.#phones[n]?.sayings.length ?? 0) > 0;
      case 'package-gone':
        return this.#bench.firmware.packages.some((one) => one.load === this.#options.phones[0]?.target);
      case 'package-back':
        return this.#bench.firmware.packages.length < PACKAGES.length;
      default:
        return !TROUBLES.has(deed) || (this.#phones[n]?.troubles ?? 0) < this.#options.troublesInBoot;
    }
  }

  async #happen(deed: Deed | 'goes-on', n: number, load: string): Promise<void> {
    const phone = n;
    const mac = macOf(n) as MacAddress;
    const { clock, fleet } = this.#bench;
    switch (deed) {
      case 'dies-answering':
        return this.#dieAnswering(n);
      case 'server-restarts':
      case 'server-away':
        await this.#world.happen({
          phone,
          what: 'server-restarts',
          seconds: deed === 'server-away' ? AWAY_MS / 1000 : 0,
          name: '',
        });
        this.#bench.fleet.onEvent((event) => this.#look(event));
        return;
      case 'left-alone':
        clock.advance(LEFT_ALONE_MS);
        return;
      case 'says-now':
        return this.#say(n);
      case 'says-late':
      case 'says-undated':
        for (const { said, since } of this.#phones[n]?.sayings ?? [])
          await this.#hear(statement(said, mac, this.#addressOf(n), clock.now(), deed === 'says-late' ? since : null));
        return;
      case 'neighbour-says': {
        const load = { load: this.#targets[n] ?? '', archive: null, agent: null };
        const now = clock.now();
        await this.#hear(statement(load, mac, '192.0.2.200', now, now));
        await this.#hear(statement(load, macOf(200), this.#addressOf(n), now, now));
        return;
      }
      case 'other-server':
        clock.advance(ELSEWHERE_MS);
        this.#phones[n]?.flashElsewhere(load);
        return;
      case 'enrols-again':
        this.#bench.enrol(mac, this.#targets[n] ?? '');
        return;
      case 'other-target': {
        const { target, instead = '' } = this.#options.phones[n] ?? {};
        this.#targets[n] = this.#targets[n] === instead ? (target ?? null) : instead;
        this.#bench.enrol(mac, this.#targets[n] ?? '');
        return;
      }
      case 'package-gone':
        this.#bench.firmware.packages = this.#bench.firmware.packages.filter((one) => one.load !== this.#targets[0]);
        fleet.syncEnrolments();
        return;
      case 'package-back':
        this.#bench.firmware.packages = PACKAGES;
        fleet.syncEnrolments();
        return;
      default:
        await this.#world.happen({ phone, what: deed as What, seconds: 1, name: '' });
    }
  }

  /** It says what it runs, now. */
  async #say(n: number): Promise<void> {
    const phone = this.#phones[n];
    const said = phone === undefined ? null : saidBy(phone.runs);
    if (phone === undefined || said === null) return;
    const since = this.#bench.clock.now();
    phone.spoke = { load: phone.runs.load, installed: phone.installed };
    phone.sayings = [...phone.sayings.slice(0, 1), { said, since }];
    phone.isIdle = false;
    await this.#hear(statement(said, phone.mac, this.#addressOf(n), since, since));
  }

  async #hear(one: Statement): Promise<void> {
    await this.#bench.fleet.witnesses.hear(one);
  }

  #addressOf(n: number): string {
    return this.#world.seats[n]?.address() ?? '';
  }

  /** What was decided is durable; the answer never leaves. */
  async #dieAnswering(n: number): Promise<void> {
    const seat = this.#world.seats[n];
    if (seat?.boot === null || seat?.next == null)
      return this.#world.happen({ phone: n, what: 'server-restarts', seconds: 0, name: '' });
    await this.#bench.ask(seat.next, seat.address());
    await this.#bench.restart(0);
    this.#bench.fleet.onEvent((event) => this.#look(event));
  }

  #look(event: {
    readonly event: string;
    readonly mac?: MacAddress | undefined;
    readonly target?: string | undefined;
  }): void {
    if (event.event !== 'phone.landed') return;
    const n = this.#phones.findIndex(({ mac }) => mac === event.mac);
    const phone = this.#phones[n];
    if (phone === undefined) return;
    const { load, installed } = phone.spoke ?? { load: 'nothing', installed: 'nothing' };
    if (load === event.target || installed === event.target) return;
    this.#blame(
      'landed means that the target runs',
      `landed on ${event.target}, and ${load} ran when it was heard last`,
    );
  }

  /** Its last question bore its name, and was answered now. */
  #noteName(n: number): void {
    const phone = this.#phones[n];
    if (phone?.hasSaidName) {
      phone.saidAt = this.#bench.clock.now();
      phone.hasSaidName = false;
    }
  }

  #blame(property: string, message: string): void {
    this.#fault ??= { property, message };
  }
}

/** A record without what no rule asks of a phone in this state. */
function folded({ mac, enrolment, snapshot, evidence, memory }: PhoneRecord): object {
  // What was told already, and whose turn it is among many, leads one phone nowhere else.
  const { told: _, vain: __, ...remembered } = (memory ?? {}) as { readonly told?: unknown; readonly vain?: unknown };
  const context = (snapshot?.context ?? {}) as Partial<PhoneContext>;
  const road = context.plan?.hops.map(({ kind, load }) => `${kind} ${load}`) ?? null;
  const now =
    snapshot?.value === 'landed'
      ? { hop: context.hop, target: context.target }
      : { ...context, hold: context.hold && { code: context.hold.code, isResumable: context.hold.isResumable } };
  return { mac, enrolment, evidence, remembered, state: snapshot?.value ?? null, context: { ...now, plan: road } };
}

function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
