import { BoundedMap } from '../bounded-map.ts';
import type { Heard } from '../heard/heard.ts';
import type { SteadyMs } from '../moment.ts';
import { type AskedName, classifyName } from '../names/asked-name.ts';
import { type MacAddress, parseMac } from '../names/mac-address.ts';
import { normalizeAddress } from '../who/address.ts';
import { BINDING_LIMITS, emptyBindings, learn, type Who, whoIs } from '../who/bindings.ts';
import { PhoneLog } from './phone-log.ts';

/**
 * Requests that are kept of all phones together (invented; some 300 bytes each): phones that were silent longest are dropped beyond
 * it, and counted.
 */
const MOST_STEPS = 120_000;
/** What a phone weighs beside its requests. */
const PHONE_WEIGHT = 8;
const MOST_NAMES = 20_000;
const MOST_NAME = 256;
const MOST_WORDS = 1_000;
/** A lease is told once and holds for hours; a day is invented. */
const LEASE_MS = 86_400_000;
/** A line without an address is of the phone before it, where no other was heard for so long (invented). */
const ALONE_MS = 60_000;
/** Events without a time come one after the other (invented). */
const NEXT_MS = 1_000;
/** An address that named its phone so short a time ago need not be learnt again. */
const FRESH_MS = 5_000;

/** Where a phone named itself last, and when. */
type LastNamed = { readonly address: string; readonly mac: string; readonly at: number };

/** All phones that some logs and captures tell of: who asked what, bounded whatever the sources hold. */
export class BenchLog {
  readonly #phones = new BoundedMap<string, PhoneLog>(MOST_STEPS, (phone) => phone.steps + PHONE_WEIGHT);
  readonly #bindings = emptyBindings({ ...BINDING_LIMITS, ageMs: { ...BINDING_LIMITS.ageMs, lease: LEASE_MS } });
  readonly #names = new BoundedMap<string, AskedName>(MOST_NAMES);
  #lastName: AskedName | null = null;
  #lastNamed: LastNamed | null = null;
  readonly #named = new BoundedMap<string, LastNamed>(MOST_NAMES);
  readonly #who = new BoundedMap<string, { readonly who: Who; readonly at: number }>(MOST_NAMES);
  readonly #leases = new BoundedMap<string, MacAddress>(MOST_NAMES);
  readonly #words = new BoundedMap<string, string>(MOST_WORDS);
  #clock = 0;
  #lastTime: number | null = null;
  /** The phone that was heard last, and when any other was. */
  #last: { phone: PhoneLog; at: number } | null = null;
  #otherAt = Number.NEGATIVE_INFINITY;
  #events = 0;
  #heardOf: PhoneLog | null = null;
  #requests = 0;
  #nobodys = 0;
  #made = 0;

  /** Events that were heard in all. */
  get events(): number {
    return this.#events;
  }

  /** The phone that the last event was of; null where nobody can say whose it was. */
  get heardOf(): PhoneLog | null {
    return this.#heardOf;
  }

  /** Requests that were heard in all, with those of which a server logs the end alone. */
  get requests(): number {
    return this.#requests;
  }

  /** Requests of which nobody can say who made them. */
  get nobodys(): number {
    return this.#nobodys;
  }

  /** Phones that were heard and are not kept, since there were too many. */
  get dropped(): number {
    return Math.max(0, this.#made - this.#phones.size);
  }

  get phones(): readonly PhoneLog[] {
    return [...this.#phones].map(([, phone]) => phone);
  }

  hear(heard: Heard): void {
    this.#events++;
    this.#heardOf = null;
    this.#tick(heard.time);
    if (heard.kind === 'tftp.asked') this.#ask(this.#nameOf(heard.asked), heard);
    else if (heard.kind === 'tftp.ended') this.#end(heard);
    else if (heard.kind === 'dhcp') this.#lease(heard);
    else this.#tellLoad(heard);
  }

  #ask(asked: AskedName, heard: Heard, isEnded = false): void {
    this.#requests++;
    const phone = this.#phoneOf(asked, heard);
    if (phone === null) {
      this.#nobodys++;
      return;
    }
    const { address } = heard.peer;
    const at = { source: heard.source, line: heard.line, time: heard.time };
    const isNew = isEnded ? phone.askEnded(asked, at, address) : phone.ask(asked, at, address);
    phone.noteAddress(address);
    this.#heardOf = phone;
    // Its weight has changed.
    if (isNew) this.#phones.set(keyOf(phone), phone);
    this.#noteHeard(phone);
  }

  #end(heard: Extract<Heard, { kind: 'tftp.ended' }>): void {
    const asked = heard.asked === null ? null : this.#nameOf(heard.asked);
    const phone = this.#phoneOf(asked, heard);
    if (phone === null) {
      this.#nobodys++;
      return;
    }
    this.#heardOf = phone;
    const end = { ...heard, words: this.#wordsOf(heard.words) };
    if (phone.end(asked, heard.outcome, end) || asked === null) return;
    // Servers that log a transfer at its end only: the request is what it tells of.
    this.#ask(asked, heard, true);
    this.#phoneOf(asked, heard)?.end(asked, heard.outcome, end);
  }

  /** Servers say the same few words of every end. */
  #wordsOf(text: string): string {
    const words = text.length > MOST_NAME ? text.slice(0, MOST_NAME) : text;
    const known = this.#words.get(words);
    if (known !== undefined) return known;
    const own = flat(words);
    this.#words.set(own, own);
    return own;
  }

  #lease(heard: Extract<Heard, { kind: 'dhcp' }>): void {
    const mac = parseMac(heard.mac);
    if (!mac.ok) return;
    if (heard.message === 'ack' && heard.address !== null) this.#acknowledge(heard.address, mac.value);
    // Every computer of the network asks for an address; only what else is heard of it makes it a phone.
    const known = this.#phones.get(mac.value);
    const isCisco = heard.vendorClass?.startsWith('Cisco Systems, Inc. IP Phone') === true;
    const phone = known ?? this.#phone(mac.value);
    this.#heardOf = phone;
    phone.noteDhcp(heard);
    if (heard.message === 'ack') phone.noteAddress(heard.address);
    if (isCisco) this.#noteHeard(phone);
  }

  /** The server has given the address: whoever had it before has it no more. */
  #acknowledge(address: string, mac: MacAddress): void {
    const key = normalizeAddress(address);
    if (key !== null && this.#leases.get(key) !== mac) this.#bindings.addresses.delete(key);
    if (key !== null) this.#leases.set(key, mac);
    this.#bind(address, mac, 'lease');
  }

  #tellLoad(heard: Extract<Heard, { kind: 'load-told' }>): void {
    const written = heard.mac ?? heard.peer.mac ?? '';
    const mac = parseMac(written);
    const phone = mac.ok ? this.#phone(mac.value) : this.#byAddress(heard.peer.address);
    if (phone === null) {
      this.#nobodys++;
      return;
    }
    this.#heardOf = phone;
    phone.noteTold(heard);
    phone.noteAddress(heard.peer.address);
    if (mac.ok && heard.peer.address !== null) this.#bind(heard.peer.address, mac.value, 'name');
  }

  /** Who asked: by the name, else by who has the address; never a guess. Null where nothing tells. */
  #phoneOf(asked: AskedName | null, heard: Heard): PhoneLog | null {
    const { address, mac: wire } = heard.peer;
    const mac = asked?.mac ?? (wire === null ? null : macIn(wire));
    if (mac !== null) {
      if (address !== null) this.#bind(address, mac, 'name');
      return this.#phone(mac);
    }
    if (address !== null) return this.#byAddress(address);
    const isAlone =
      this.#last !== null && this.#clock - this.#last.at <= ALONE_MS && this.#clock - this.#otherAt > ALONE_MS;
    return isAlone ? (this.#last?.phone ?? null) : null;
  }

  #byAddress(address: string | null): PhoneLog | null {
    if (address === null) return null;
    const who = this.#whoIs(address);
    if (who.kind === 'mac') return this.#phone(who.mac);
    const phone = this.#anonymous(address);
    if (who.kind === 'ambiguous') phone.sharedBy = who.macs;
    return phone;
  }

  /** Asked often in the same second; nothing but what is learnt changes it that fast. */
  #whoIs(address: string): Who {
    const known = this.#who.get(address);
    if (known !== undefined && this.#clock - known.at <= NEXT_MS) return known.who;
    const who = whoIs(this.#bindings, address, this.#clock as SteadyMs);
    this.#who.set(address, { who, at: this.#clock });
    return who;
  }

  #anonymous(address: string): PhoneLog {
    const key = `@${address}`;
    const known = this.#phones.get(key);
    if (known !== undefined) return known;
    const phone = new PhoneLog(null);
    phone.noteAddress(address);
    this.#made++;
    this.#phones.set(key, phone);
    return phone;
  }

  #phone(mac: string): PhoneLog {
    const known = this.#phones.get(mac);
    if (known !== undefined) return known;
    const phone = new PhoneLog(mac);
    this.#made++;
    this.#phones.set(mac, phone);
    return phone;
  }

  #bind(address: string, mac: MacAddress, source: 'name' | 'lease'): void {
    if (source === 'name') {
      // Questions and answers of one phone follow each other.
      if (this.#lastNamed?.address !== address) this.#lastNamed = this.#named.get(address) ?? null;
      const last = this.#lastNamed;
      if (last?.mac === mac && this.#clock - last.at < FRESH_MS) return;
    }
    const at = this.#clock as SteadyMs;
    const changes = learn(this.#bindings, { address, mac, at, source, freshAt: at });
    // A phone that has moved is no more where it was.
    if (changes.some(({ kind }) => kind === 'moved')) this.#who.clear();
    else this.#who.delete(address);
    if (source === 'name') {
      this.#lastNamed = { address, mac, at: this.#clock };
      this.#named.set(address, this.#lastNamed);
    }
    this.#adopt(address, mac, source);
  }

  /** What the address asked just before it named its phone was of that phone, unless several ask from it. */
  #adopt(address: string, mac: string, source: 'name' | 'lease'): void {
    const key = `@${address}`;
    const before = this.#phones.get(key);
    if (before === undefined || source === 'lease' || before.sharedBy.length > 0) return;
    if (whoIs(this.#bindings, address, this.#clock as SteadyMs).kind !== 'mac') return;
    const lastAt = before.rounds.at(-1)?.until.time ?? null;
    const isLong = lastAt !== null && this.#lastTime !== null && this.#lastTime - lastAt > BINDING_LIMITS.ageMs.name;
    if (isLong) return;
    this.#phones.delete(key);
    this.#made--;
    const known = this.#phones.get(mac);
    if (known !== undefined) known.adopt(before);
    else {
      before.mac = mac;
      this.#made++;
      this.#phones.set(mac, before);
    }
    if (this.#last?.phone === before && known !== undefined) this.#last = { phone: known, at: this.#last.at };
  }

  #noteHeard(phone: PhoneLog): void {
    if (this.#last !== null && this.#last.phone !== phone) this.#otherAt = this.#last.at;
    this.#last = { phone, at: this.#clock };
  }

  #nameOf(raw: string): AskedName {
    const name = raw.length > MOST_NAME ? raw.slice(0, MOST_NAME) : raw;
    // An answer has the very name of its question.
    if (name === this.#lastName?.raw) return this.#lastName;
    const known = this.#names.get(name);
    this.#lastName = known ?? classifyName(flat(name));
    if (known === undefined) this.#names.set(this.#lastName.raw, this.#lastName);
    return this.#lastName;
  }

  #tick(time: number | null): void {
    const gap = time === null || this.#lastTime === null ? NEXT_MS : time - this.#lastTime;
    this.#clock += gap < 0 ? NEXT_MS : gap;
    if (time !== null) this.#lastTime = time;
  }
}

/** A copy of its own: a piece of a text keeps all of it in memory, here a whole piece of a log. */
function flat(text: string): string {
  return Array.from(text).join('');
}

function keyOf(phone: PhoneLog): string {
  return phone.mac ?? `@${phone.addresses[0] ?? ''}`;
}

function macIn(text: string): MacAddress | null {
  const mac = parseMac(text);
  return mac.ok ? mac.value : null;
}
