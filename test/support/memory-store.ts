import type { HistoryEvent } from '../../src/core/history/event.ts';
import type { MacAddress } from '../../src/core/names/mac-address.ts';
import type { AddressBinding, Change, Enrolment, EnrolmentWish, PhoneRecord, Store } from '../../src/ports/store.ts';

interface Kept {
  phones: [MacAddress, PhoneRecord][];
  changed: MacAddress[];
  history: HistoryEvent[];
  bindings: AddressBinding[];
}

/** A store that lives in memory and keeps nothing but JSON, as one on a disk does. */
export class MemoryStore implements Store {
  readonly #phones = new Map<MacAddress, PhoneRecord>();
  /** Phones in the order in which their enrolments changed; the sequence number is the length. */
  readonly #changed: MacAddress[] = [];
  readonly #history: HistoryEvent[] = [];
  #boot: string | null = null;
  #bindings: AddressBinding[] = [];
  /** Called when a change has become durable, before anybody is told. */
  onCommit: (change: Change) => void = () => {};
  /** False keeps what it is given as it is: quick, and sound for who changes no object once made. */
  isCopying = true;
  /** Thrown by the next commits while it is set. */
  failure: Error | null = null;

  commit(change: Change): Promise<void> {
    if (this.failure !== null) return Promise.reject(this.failure);
    const { mac, seenAt, events, ...rest } = this.#copy(change);
    const old = this.#record(mac);
    const seen = seenAt === undefined ? {} : { firstSeenAt: old.firstSeenAt ?? seenAt, lastSeenAt: seenAt };
    this.#phones.set(mac, { ...old, ...seen, ...rest });
    this.#history.push(...events);
    this.onCommit(change);
    return Promise.resolve();
  }

  enrol(wish: EnrolmentWish): Enrolment {
    const was = this.#record(wish.mac).enrolment;
    const revision = (was?.revision ?? 0) + 1;
    const fresh = { batch: 'default', port: null, serial: null };
    const beganWith = was?.status === 'released' ? revision : was?.beganWith;
    const stay = beganWith === undefined ? {} : { beganWith };
    const enrolment: Enrolment = { ...fresh, ...wish, ...stay, revision, status: 'enrolled' };
    this.#change(enrolment, { event: 'phone.enrolled', at: wish.enrolledAt, mac: wish.mac, target: wish.target });
    return enrolment;
  }

  release(mac: MacAddress, at: number, isCancelled = false): boolean {
    const was = this.#record(mac).enrolment;
    if (was?.status !== 'enrolled') return false;
    this.#change(
      { ...was, status: 'released', isCancelled, revision: was.revision + 1 },
      { event: 'phone.released', at, mac },
    );
    return true;
  }

  retry(mac: MacAddress, at: number): boolean {
    const was = this.#record(mac).enrolment;
    if (was?.status !== 'enrolled') return false;
    this.#change({ ...was, revision: was.revision + 1 }, { event: 'phone.decision', at, mac });
    return true;
  }

  phones(): readonly PhoneRecord[] {
    return this.#copy([...this.#phones.values()]);
  }

  phone(mac: MacAddress): PhoneRecord | null {
    return this.#copy(this.#phones.get(mac) ?? null);
  }

  enrolmentsChangedSince(sequence: number): { readonly sequence: number; readonly enrolments: readonly Enrolment[] } {
    const macs = [...new Set(this.#changed.slice(sequence))];
    const enrolments = macs.flatMap((mac) => this.#phones.get(mac)?.enrolment ?? []);
    return { sequence: this.#changed.length, enrolments: this.#copy(enrolments) };
  }

  /** In the order in which they were recorded; with a limit the newest, in the order of time. */
  *history(query: { readonly mac?: MacAddress; readonly limit?: number } = {}): Iterable<HistoryEvent> {
    const rows = this.#history.filter((row) => query.mac === undefined || row.mac === query.mac);
    const found = query.limit === undefined ? rows : rows.sort((a, b) => a.at - b.at).slice(-query.limit);
    for (const row of found) yield this.#copy(row);
  }

  saveBinding(binding: AddressBinding): void {
    const isSame = (one: AddressBinding) =>
      one.address === binding.address && one.mac === binding.mac && one.source === binding.source;
    this.#bindings = [...this.#bindings.filter((one) => !isSame(one)), this.#copy(binding)];
  }

  bindings(): readonly AddressBinding[] {
    return this.#copy(this.#bindings);
  }

  lastBoot(): string | null {
    return this.#boot;
  }

  keepBoot(boot: string): void {
    this.#boot = boot;
  }

  close(): void {}

  /** Another store with everything that was durable in this one, as after the end of a process. */
  reopened(): MemoryStore {
    const kept: Kept = this.#copy({
      phones: [...this.#phones],
      changed: this.#changed,
      history: this.#history,
      bindings: this.#bindings,
    });
    const next = new MemoryStore();
    next.#boot = this.#boot;
    next.isCopying = this.isCopying;
    for (const [mac, record] of kept.phones) next.#phones.set(mac, record);
    next.#changed.push(...kept.changed);
    next.#history.push(...kept.history);
    next.#bindings = kept.bindings;
    return next;
  }

  #copy<T>(value: T): T {
    return this.isCopying ? copy(value) : value;
  }

  #record(mac: MacAddress): PhoneRecord {
    const nothing = {
      enrolment: null,
      snapshot: null,
      evidence: null,
      memory: null,
      firstSeenAt: null,
      lastSeenAt: null,
    };
    return this.#phones.get(mac) ?? { mac, ...nothing };
  }

  #change(enrolment: Enrolment, row: HistoryEvent): void {
    this.#phones.set(enrolment.mac, { ...this.#record(enrolment.mac), enrolment: this.#copy(enrolment) });
    this.#changed.push(enrolment.mac);
    this.#history.push(row);
  }
}

function copy<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T;
}
