import { BoundedMap } from '../../core/bounded-map.ts';
import type { SteadyMs, WallMs } from '../../core/moment.ts';
import type { AskedKind, AskedName } from '../../core/names/asked-name.ts';
import type { MacAddress } from '../../core/names/mac-address.ts';
import { Seldom } from '../../core/seldom.ts';
import { type BindingChange, type BindingTable, heard, learn, type Who, whoIs } from '../../core/who/bindings.ts';
import { VENDOR_CLASS_PREFIX } from '../../core/who/vendor-class.ts';
import type { AddressBook } from '../../ports/address-book.ts';
import { type Clock, wallOf } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import type { Store } from '../../ports/store.ts';
import { OWN_ADDRESS } from '../phone/refusals.ts';
import { type Asker, NOBODY } from './asker.ts';
import { NamelessRequests } from './nameless-requests.ts';
import { Posers } from './posers.ts';
import { SharedAddress } from './shared-address.ts';

/** Names that carry no MAC and yet could change a load: who asks them and is known by nothing is said. */
const GENERIC: ReadonlySet<AskedKind> = new Set<AskedKind>([
  'os79xx',
  'xml-default',
  'sip-default',
  'sep-default',
  'mgc-default',
  'term-default',
  'manifest',
  'image',
]);
/** That a lease or the neighbour table had a phone at an address where it named itself: it ties nothing after a restart. */
const TOLD = 'told';
/** A binding that is merely confirmed is written this often: enough to be fresh after a restart. */
const SAVE_EVERY_MS = 60_000;
/** Addresses of which something is remembered here (invented). */
const MOST_ADDRESSES = 4096;

/** What it takes to tell who asks. */
export interface WhoAsksDesk {
  readonly book: AddressBook;
  readonly store: Store;
  readonly log: Log;
  readonly clock: Clock;
  /** For how long nameless requests are kept until a name comes. */
  readonly anonymousMs: number;
  /** Whether the operator has put this MAC on the list: then it is a phone's. */
  readonly isListed: (mac: MacAddress) => boolean;
  /** Whether it has landed: such a phone may be silent for as long as nobody restarts it. */
  readonly isLanded: (mac: MacAddress) => boolean;
}

/** Ties requests to phones: by name, then by address with an age, never by a guess. */
export class WhoAsks {
  readonly #table: BindingTable;
  readonly #book: AddressBook;
  readonly #store: Store;
  readonly #log: Log;
  readonly #seldom = new Seldom();
  readonly #clock: Clock;
  readonly #isListed: (mac: MacAddress) => boolean;
  readonly #shared: SharedAddress;
  readonly #nameless: NamelessRequests;
  readonly #posers: Posers;
  readonly #said = new BoundedMap<string, SteadyMs>(MOST_ADDRESSES);
  readonly #saved = new BoundedMap<string, { readonly mac: MacAddress; readonly at: SteadyMs }>(MOST_ADDRESSES);
  /** What was learnt later must not look older than what stands in the record, or an address goes back to its last owner. */
  #keptAt: WallMs = Number.NEGATIVE_INFINITY;

  constructor(table: BindingTable, { book, store, log, clock, anonymousMs, isListed, isLanded }: WhoAsksDesk) {
    this.#table = table;
    this.#shared = new SharedAddress(table);
    this.#posers = new Posers(book, this.#shared, table.limits, isLanded);
    this.#book = book;
    this.#store = store;
    this.#log = log;
    this.#nameless = new NamelessRequests(anonymousMs);
    this.#clock = clock;
    this.#isListed = isListed;
    for (const { address, mac, learntAt, source } of store.bindings()) {
      this.#keptAt = Math.max(this.#keptAt, learntAt);
      if (source === TOLD) this.#shared.noteTold(mac, address);
    }
  }

  /** `told` is who asks by the word of another server, which looked it up itself when it was asked. */
  async identify(asked: AskedName, address: string, at: SteadyMs, told?: MacAddress): Promise<Asker> {
    if (told !== undefined) {
      this.#tell(learn(this.#table, { address, mac: told, at, source: 'neighbour', freshAt: at }), at);
      if (asked.mac === told) this.#bind(address, told, at);
      this.#shared.meet(told, address, at);
      const others = this.#shared.othersAt(address, told, at);
      return { ...NOBODY, mac: told, tie: 'told', isPhone: this.#isPhone(told, address), others };
    }
    if (asked.mac !== null) {
      const posing = this.#isListed(asked.mac) ? await this.#posers.look(asked.mac, address, at) : null;
      if (posing !== null) return { ...NOBODY, posing };
      this.#bind(address, asked.mac, at);
      const kept = this.#nameless.take(address, at);
      // Where somebody else is still believed to be, what came before the name may have been theirs.
      const isAlone = whoIs(this.#table, address, at).kind === 'mac';
      // A boot loader that found nothing does not go on to what says its name (java-phones 4.3): that was another phone.
      const earlier = isAlone ? kept.filter((one) => one.asked.kind !== 'term-default') : [];
      const others = this.#shared.othersAt(address, asked.mac, at);
      return { ...NOBODY, mac: asked.mac, tie: 'named', earlier, isPhone: true, others };
    }
    // Services count, too: they show what runs.
    await this.#consult(address, at);
    const who = this.#phoneAt(address, at);
    this.alive(address, at);
    if (who.kind === 'mac') {
      const isRecent = who.ageMs <= this.#table.limits.continuityMs;
      const tie = who.isTold ? 'told' : isRecent ? 'recent-name' : 'old-name';
      if (who.isTold) this.#shared.meet(who.mac, address, at);
      const others = this.#shared.othersAt(address, who.mac, at);
      const earlier = this.#nameless.take(address, at);
      return { ...NOBODY, mac: who.mac, tie, earlier, isPhone: this.#isPhone(who.mac, address), others };
    }
    const router = who.kind === 'ambiguous' ? null : this.#routerAt(address, at);
    const reason =
      who.kind === 'ambiguous'
        ? sharedReason(address, who.macs, (mac) => this.#shared.hasSaidItsName(mac))
        : unknownReason(address, router);
    if (who.kind === 'ambiguous') this.#tellShared(address, who.macs, asked, reason, at);
    else if (GENERIC.has(asked.kind)) {
      const fields = { event: 'address.unknown', address, asked: { name: asked.name } };
      this.#seldom.say(fields.event, at, (more) => this.#log.info({ ...fields, ...more }));
    }
    const advice = who.kind === 'ambiguous' ? OWN_ADDRESS : UNKNOWN_ADDRESS;
    this.#nameless.keep(address, { asked, at, reason, advice });
    return { ...NOBODY, sharing: who.kind === 'ambiguous' ? who.macs : [] };
  }

  /** The one phone that has this address now, for words that came from there: they bind nothing, and are no sign of life. */
  async boundTo(address: string, at: SteadyMs): Promise<MacAddress | null> {
    const known = this.#phoneAt(address, at);
    if (known.kind === 'mac') return known.mac;
    if (known.kind === 'ambiguous') return null;
    await this.#consult(address, at);
    const who = this.#phoneAt(address, at);
    return who.kind === 'mac' ? who.mac : null;
  }

  /** Who is behind an address; nobody where a lease or the neighbour table tells the MAC of a router. */
  #phoneAt(address: string, at: SteadyMs): Who {
    const who = whoIs(this.#table, address, at);
    return who.kind === 'mac' && who.mac === this.#routerAt(address, at) ? { kind: 'unknown' } : who;
  }

  /** The MAC that a lease or the neighbour table has there, where it is that of no phone, as far as anybody can tell. */
  #routerAt(address: string, at: SteadyMs): MacAddress | null {
    const mac = this.ownerOf(address);
    if (mac === null || this.#isListed(mac) || this.#isPhone(mac, address)) return null;
    return this.#shared.isRouter(mac, address, at) ? mac : null;
  }

  #isPhone(mac: MacAddress, address: string): boolean {
    const isLeased = this.vendorClass(address, mac)?.startsWith(VENDOR_CLASS_PREFIX) === true;
    return isLeased || this.#shared.hasSaidItsName(mac);
  }

  /** Whether a phone was heard within a day at another address, which is nobody else's: then it is not behind this one. */
  isElsewhere(mac: MacAddress, address: string, at: SteadyMs): boolean {
    const other = this.#shared.elsewhere(mac, address, at);
    const owners = other === null ? [] : this.#book.lookup(other);
    return other !== null && (owners.length === 0 || owners.some((owner) => owner.mac === mac));
  }

  /** Once for an address and the age of a name: a phone that goes round asks there again and again. */
  #tellShared(address: string, macs: readonly MacAddress[], asked: AskedName, reason: string, at: SteadyMs): void {
    const saidAt = this.#said.get(address);
    if (saidAt !== undefined && at - saidAt <= this.#table.limits.ageMs.name) return;
    this.#said.set(address, at);
    const fields = {
      event: 'address.ambiguous',
      address,
      macs,
      asked: { name: asked.name },
      reason,
      advice: OWN_ADDRESS,
    };
    this.#seldom.say(fields.event, at, (more) => this.#log.warn({ ...fields, ...more }));
  }

  /** Whose address it is as a lease or the neighbour table has it; null where neither tells, or they tell of several. */
  ownerOf(address: string): MacAddress | null {
    const macs = new Set(this.#book.lookup(address).map(({ mac }) => mac));
    return macs.size === 1 ? ([...macs][0] ?? null) : null;
  }

  /** Whether neither a lease nor the neighbour table, looked at now, says that another machine has the address. */
  async mayBeAt(address: string, mac: MacAddress): Promise<boolean> {
    await this.#book.refresh();
    const owners = this.#book.lookup(address);
    return owners.length === 0 || owners.some((owner) => owner.mac === mac);
  }

  /** Where a phone was heard last; null when that is not known. */
  addressOf(mac: MacAddress): string | null {
    return this.#table.homes.get(mac)?.address ?? null;
  }

  /** Something that has no name came from an address: its phone is still there. */
  alive(address: string, at: SteadyMs): void {
    const sighting = heard(this.#table, address, at);
    if (sighting !== null) this.#save(address, sighting.mac, at);
  }

  #bind(address: string, mac: MacAddress, at: SteadyMs): void {
    this.#tell(learn(this.#table, { address, mac, at, source: 'name' }), at);
    this.#shared.meet(mac, address, at);
    if (this.#book.lookup(address).some((entry) => entry.mac === mac)) this.#shared.noteTold(mac, address);
    this.#save(address, mac, at);
  }

  #save(address: string, mac: MacAddress, at: SteadyMs): void {
    const saved = this.#saved.get(address);
    if (saved?.mac === mac && at - saved.at < SAVE_EVERY_MS) return;
    this.#saved.set(address, { mac, at });
    this.#keptAt = Math.max(this.#keptAt, wallOf(this.#clock, at));
    const binding = { address, mac, learntAt: this.#keptAt };
    this.#store.saveBinding({ ...binding, source: 'name' });
    if (this.#shared.wasToldAt(mac, address)) this.#store.saveBinding({ ...binding, source: TOLD });
  }

  async #consult(address: string, at: SteadyMs): Promise<void> {
    await this.#book.refresh();
    this.#lookUp(address, at);
    if (whoIs(this.#table, address, at).kind === 'mac') return;
    await this.#book.weigh(address);
    this.#lookUp(address, at);
  }

  #lookUp(address: string, at: number): void {
    for (const { mac, source, freshAt } of this.#book.lookup(address)) {
      const fresh = freshAt === undefined ? {} : { freshAt };
      this.#shared.noteTold(mac, address);
      this.#tell(learn(this.#table, { address, mac, at, source, ...fresh }), at);
      if (source === 'lease') this.#lookElsewhere(mac, address, at);
    }
  }

  /** A lease may be what is left of a place where the phone was, whose next one another lease tells. */
  #lookElsewhere(mac: MacAddress, address: string, at: number): void {
    for (const { address: other, freshAt } of this.#book.leasesOf(mac)) {
      if (other === address) continue;
      this.#tell(learn(this.#table, { address: other, mac, at, source: 'lease', freshAt }), at);
    }
  }

  #tell(changes: readonly BindingChange[], at: SteadyMs): void {
    for (const change of changes) {
      if (change.kind === 'bound') continue;
      const event = `address.${change.kind}`;
      this.#seldom.say(event, at, (more) => this.#log.warn({ event, ...change, ...more }));
    }
  }

  /** The DHCP vendor class that a lease recorded for this phone at this address; null when none did. */
  vendorClass(address: string, mac: MacAddress): string | null {
    const entry = this.#book.lookup(address).find((one) => one.mac === mac && one.vendorClass !== undefined);
    return entry?.vendorClass ?? null;
  }
}

const UNKNOWN_ADDRESS =
  'nothing as long as the phone keeps this address: what it asks by its name tells for its next boot; when it comes from another one each time, name the lease file of the DHCP server with --leases';

function sharedReason(
  address: string,
  macs: readonly MacAddress[],
  hasSaidItsName: (mac: MacAddress) => boolean,
): string {
  const [named, silent] = [macs.filter(hasSaidItsName), macs.filter((mac) => !hasSaidItsName(mac))];
  if (named.length > 0 && silent.length > 0)
    return `${silent.join(' and ')}, which never said its name, has ${address} as a lease or the neighbour table has it, and ${named.join(' and ')} named itself there, so nobody can tell whose file it would be`;
  return `${macs.join(' and ')} named themselves at ${address} lately (within a quarter of an hour, or in turn within a day), so nobody can tell whose file it would be`;
}

function unknownReason(address: string, router: MacAddress | null): string {
  if (router !== null)
    return `nobody could tell who asks from ${address}: ${router}, which a lease or the neighbour table has there, never said its name, and is taken for a router or a bridge`;
  return `nobody could tell who asks from ${address}: neither a name, nor a lease, nor the neighbour table knows that address yet`;
}
