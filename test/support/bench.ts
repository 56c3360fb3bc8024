import { createFleet, type Fleet } from '../../src/app/fleet.ts';
import type { FleetOptions } from '../../src/app/fleet-options.ts';
import { AppError } from '../../src/core/errors.ts';
import type { FirmwareIndex, FirmwarePackage } from '../../src/core/firmware/package.ts';
import type { SteadyMs, WallMs } from '../../src/core/moment.ts';
import type { LoadName } from '../../src/core/names/load-name.ts';
import type { MacAddress } from '../../src/core/names/mac-address.ts';
import type { AddressBook, AddressEntry, LeasedPlace } from '../../src/ports/address-book.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type { FirmwareFiles } from '../../src/ports/firmware-files.ts';
import type { Log, LogFields } from '../../src/ports/log.ts';
import type { StaticRoot } from '../../src/ports/static-root.ts';
import type { EnrolmentWish } from '../../src/ports/store.ts';
import type { TftpAnswer, TftpRequest } from '../../src/ports/tftp.ts';
import { matrix } from '../plan/store.ts';
import { FakeClock } from './clock.ts';
import { heldBytes } from './held-bytes.ts';
import { MemoryStore } from './memory-store.ts';

/** For so long the fleet of a bench waits for a question that may come after another phone's; less than in life, so that boots follow each other as tests have them. */
export const AFTER_MS = 3_000;

/** A MAC as phones write it. */
export function macOf(number: number): MacAddress {
  return `0018B9${number.toString(16).toUpperCase().padStart(6, '0')}` as MacAddress;
}

/** Firmware whose every file says from which package it comes. */
export class TaggedFirmware implements FirmwareFiles {
  packages: readonly FirmwarePackage[];
  /** Files that are not what they were when they were verified: `<package>/<name>`. */
  readonly damaged = new Set<string>();

  constructor(packages: readonly FirmwarePackage[]) {
    this.packages = packages;
  }

  index(): FirmwareIndex {
    return { packages: this.packages };
  }

  async read(packageId: string, name: string): Promise<Uint8Array> {
    if (this.damaged.has(`${packageId}/${name}`)) throw new AppError('E_FIRMWARE_CHANGED', `${name} has changed`);
    return new TextEncoder().encode(`FIRMWARE ${packageId} ${name}`);
  }
}

/** What a neighbour table and a lease file would say, set by the test. */
export class ToldAddresses implements AddressBook {
  readonly entries = new Map<string, readonly AddressEntry[]>();
  /** Addresses of the server's machine. */
  readonly own = new Set<string>();
  /** Other leases of a phone, with their times. */
  readonly leased = new Map<MacAddress, readonly LeasedPlace[]>();
  async start(): Promise<void> {}
  async stop(): Promise<void> {}
  async refresh(): Promise<void> {}
  async weigh(): Promise<void> {}
  lookup(address: string): readonly AddressEntry[] {
    return this.entries.get(address) ?? [];
  }
  leasesOf(mac: MacAddress): readonly LeasedPlace[] {
    return this.leased.get(mac) ?? [];
  }
  isOfThisMachine(address: string): boolean {
    return this.own.has(address);
  }
  /** Phone and server are on one network: the neighbour table knows who asks from there. */
  tell(address: string, mac: MacAddress): void {
    this.entries.set(address, [{ mac, source: 'neighbour' }]);
  }
}

/** A tree of an operator that holds every name, each saying so. */
export const EVERYTHING_ROOT: StaticRoot = {
  start: async () => {},
  stop: async () => {},
  read: async (name) => new TextEncoder().encode(`STATIC ${name}`),
  has: async () => true,
  survey: async () => ({ loads: [], unreadable: [] }),
};

/** A log that keeps its lines. */
export class KeptLog implements Log {
  readonly lines: (LogFields & { readonly level: string })[] = [];
  error = (fields: LogFields) => void this.lines.push({ ...fields, level: 'error' });
  warn = (fields: LogFields) => void this.lines.push({ ...fields, level: 'warn' });
  info = (fields: LogFields) => void this.lines.push({ ...fields, level: 'info' });
  debug = (fields: LogFields) => void this.lines.push({ ...fields, level: 'debug' });
}

/** A clock of one process: what it was asked to wake dies with the process. */
class LifeClock implements Clock {
  #isOver = false;
  readonly #clock: FakeClock;

  constructor(clock: FakeClock) {
    this.#clock = clock;
  }

  now(): SteadyMs {
    return this.#clock.now();
  }

  wall(): WallMs {
    return this.#clock.wall();
  }

  wakeAt(at: SteadyMs, wake: () => void): () => void {
    return this.#clock.wakeAt(at, () => {
      if (!this.#isOver) wake();
    });
  }

  awakeSince(): SteadyMs | null {
    return this.#clock.awakeSince();
  }

  lostMs(): number {
    return this.#clock.lostMs();
  }

  boot(): string | null {
    return this.#clock.boot();
  }

  notBefore(at: SteadyMs): void {
    this.#clock.notBefore(at);
  }

  end(): void {
    this.#isOver = true;
  }
}

/** The parts around a fleet, and the fleet: no socket, no file, and time that only the test moves. */
export class Bench {
  readonly clock: FakeClock;
  readonly firmware: TaggedFirmware;
  readonly addresses = new ToldAddresses();
  readonly log = new KeptLog();
  store = new MemoryStore();
  fleet: Fleet;
  #life: LifeClock;
  readonly #options: Partial<FleetOptions>;

  constructor(packages: readonly FirmwarePackage[], options: Partial<FleetOptions> = {}, clock = new FakeClock()) {
    this.clock = clock;
    this.firmware = new TaggedFirmware(packages);
    this.#options = options;
    this.#life = new LifeClock(this.clock);
    this.fleet = this.#build();
  }

  /** Starts the fleet; a boot that begins six seconds later is seen from its first request. */
  async start(): Promise<this> {
    await this.fleet.start();
    this.clock.advance(6_000);
    return this;
  }

  /** The process ends without a word; what it was to be woken for is forgotten. */
  kill(): void {
    this.#life.end();
  }

  /** The process ends without a word and another one starts from what was durable. */
  async restart(awayMs = 0, changes: Partial<FleetOptions> = {}): Promise<void> {
    this.store = this.store.reopened();
    this.kill();
    this.#life = new LifeClock(this.clock);
    this.clock.advance(awayMs);
    this.fleet = this.#build(changes);
    await this.fleet.start();
  }

  enrol(mac: MacAddress, target: string, said: Partial<EnrolmentWish> = {}): void {
    const nothing = { from: null, model: null, label: null };
    const enrolledAt = this.clock.wall();
    this.store.enrol({ ...nothing, ...said, mac, target: target as LoadName, enrolledAt });
    this.fleet.syncEnrolments();
  }

  ask(name: string, peerAddress: string, peerPort = 50_000, mode: TftpRequest['mode'] = 'octet'): Promise<TftpAnswer> {
    const request: TftpRequest = { at: this.clock.now(), peerAddress, peerPort, name, mode };
    return this.fleet.handle(request);
  }

  /** These names asked by one address, a second apart, each answer taken whole; the answers. */
  async asks(peer: string, ...names: readonly string[]): Promise<(string | null)[]> {
    const answers: (string | null)[] = [];
    for (const name of names) {
      this.clock.advance(1_000);
      answers.push(await this.take(name, peer));
    }
    this.clock.advance(AFTER_MS);
    return answers;
  }

  /** Asks and takes whatever is given whole; what it says as text, or null for "file not found". */
  async take(name: string, peerAddress: string): Promise<string | null> {
    const answer = await this.ask(name, peerAddress);
    if (answer.kind !== 'content') return null;
    await this.sent(answer);
    return textOf(answer);
  }

  /** The last block of an answer was acknowledged. */
  async sent(answer: TftpAnswer): Promise<void> {
    if (answer.kind !== 'content') return;
    const bytes = answer.content.length;
    answer.watcher?.sent({ at: this.clock.now(), bytes, tookMs: 0 });
    await settled();
  }

  /** The transfer of an answer ended before its end. */
  async lost(answer: TftpAnswer): Promise<void> {
    if (answer.kind !== 'content') return;
    const outcome = { at: this.clock.now(), bytes: 0, tookMs: 0, reason: 'silent', message: 'no answer' } as const;
    answer.watcher?.failed(outcome);
    await settled();
  }

  /** Every block was sent, and the acknowledgement of the last one was lost: the phone may have it whole. */
  async unacked(answer: TftpAnswer): Promise<void> {
    if (answer.kind !== 'content') return;
    const outcome = { at: this.clock.now(), bytes: answer.content.length - 1, tookMs: 0, reason: 'silent' } as const;
    answer.watcher?.failed({ ...outcome, message: 'no answer', isUnacked: true });
    await settled();
  }

  state(mac: MacAddress): string | null {
    return this.store.phone(mac)?.snapshot?.value ?? null;
  }

  #build(changes: Partial<FleetOptions> = {}): Fleet {
    return createFleet({
      clock: this.#life,
      store: this.store,
      firmware: this.firmware,
      log: this.log,
      matrix,
      enroll: 'listed',
      targets: [],
      staticRoot: null,
      addresses: this.addresses,
      serverAddress: () => '192.0.2.1',
      // The tests hand changes of the list over themselves.
      timing: { enrolmentPollMs: 24 * 3_600_000, asksForLoadMs: AFTER_MS },
      ...this.#options,
      ...changes,
    });
  }
}

/** What an answer holds, as text; null for an error. */
export function textOf(answer: TftpAnswer): string | null {
  return answer.kind !== 'content' ? null : new TextDecoder().decode(heldBytes(answer.content));
}

/** Lets everything that was decided become durable. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
