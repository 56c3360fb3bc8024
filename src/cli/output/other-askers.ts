import { BoundedMap } from '../../core/bounded-map.ts';
import type { MacAddress } from '../../core/names/mac-address.ts';
import { slipBetween } from '../../core/names/mac-likeness.ts';

/** A request of a phone that is on nobody's list. */
export interface OtherAsks {
  /** Null where neither the name nor the address tells it. */
  readonly mac: MacAddress | null;
  readonly address: string | null;
  /** The file that it asked for; null where that is not known. */
  readonly name: string | null;
  /** When, on the clock of the one who follows. */
  readonly at: number;
}

export interface OtherAskersOptions {
  readonly wanted: MacAddress;
  /** The lines to type when another phone was meant. */
  readonly commands: (mac: MacAddress) => readonly string[];
  readonly say: (text: string) => void;
}

/** So many are told one by one: an office has many phones, and one person looks for one of them (invented). */
const MOST_TOLD = 4;
/** So many are remembered: their MACs are whatever somebody on the network wrote (invented). */
const MOST_KNOWN = 256;
/** A boot asks nameless files for some seconds before it says who it is (invented). */
const NAMES_ITSELF_MS = 15_000;
/** Who was silent for this long is not asking: a loader without a load goes round in about a minute (invented). */
const ASKING_MS = 150_000;

/** Who asks while another phone is waited for: a MAC that was typed wrong looks just like that. */
export class OtherAskers {
  readonly #options: OtherAskersOptions;
  readonly #last = new BoundedMap<MacAddress, OtherAsks>(MOST_KNOWN);
  readonly #nameless = new BoundedMap<string, OtherAsks & { readonly firstAt: number }>(MOST_KNOWN);
  readonly #told = new BoundedMap<string, true>(2 * MOST_KNOWN);
  #count = 0;
  #hasToldOfMore = false;

  constructor(options: OtherAskersOptions) {
    this.#options = options;
  }

  /** Takes a request, and tells of it when it is the first of its phone. */
  note(asks: OtherAsks): void {
    const { mac, address } = asks;
    if (mac === null) {
      if (address === null) return;
      const { firstAt } = this.#nameless.get(address) ?? { firstAt: asks.at };
      this.#nameless.set(address, { ...asks, firstAt });
      if (asks.at - firstAt >= NAMES_ITSELF_MS) this.#once(address, () => namelessText(asks, address));
      return;
    }
    this.#last.set(mac, asks);
    if (address !== null) this.#nameless.delete(address);
    this.#once(mac, (isRoom) => this.#text(mac, asks, isRoom));
  }

  /** Takes that a phone of the list asks, of which it is told elsewhere. */
  asksOfList(mac: MacAddress, at: number): void {
    this.#last.set(mac, { mac, address: null, name: null, at });
  }

  /** Those who ask just now, in a sentence; null when nobody does. */
  asking(now: number): string | null {
    const fresh = [...this.#last].filter(([, { at }]) => now - at <= ASKING_MS).map(([, one]) => one);
    const nameless = [...this.#nameless].filter(([, { at }]) => now - at <= ASKING_MS).map(([, one]) => one);
    const all = [...fresh, ...nameless].reverse();
    if (all.length === 0) return null;
    const named = all.slice(0, MOST_TOLD - 1).map((one) => one.mac ?? 'a phone without a name');
    const places = all.slice(0, MOST_TOLD - 1).map(({ address }) => (address === null ? '' : ` (${address})`));
    const more = all.length - named.length;
    const list = named.map((name, at) => `${name}${places[at]}`);
    if (more > 0) list.push(`${more} more`);
    const last = list.pop();
    return list.length === 0 ? `${last} asks` : `${list.join(', ')} and ${last} ask`;
  }

  #once(key: string, text: (isRoom: boolean) => string | null): void {
    if (this.#told.has(key)) return;
    const said = text(this.#count < MOST_TOLD);
    if (said !== null) {
      this.#count += 1;
      this.#told.set(key, true);
      this.#options.say(said);
    } else if (!this.#hasToldOfMore) {
      this.#hasToldOfMore = true;
      this.#options.say('More phones ask that are not on the list: "loadstep status" shows them.');
    }
  }

  #text(mac: MacAddress, asks: OtherAsks, isRoom: boolean): string | null {
    const { wanted, commands } = this.#options;
    const slip = slipBetween(wanted, mac);
    if (slip === null && !isRoom) return null;
    const where = asks.address === null ? '' : ` from ${asks.address}`;
    const first =
      slip === null
        ? `${mac} asks${where} and is not on the list. If that is your phone, stop this with Ctrl-C and type:`
        : `${mac} asks${where}, ${slip}: did you mean it? Then stop this with Ctrl-C and type:`;
    return [first, ...commands(mac).map((line) => `  ${line}`)].join('\n');
  }
}

function namelessText({ name }: OtherAsks, address: string): string {
  const file = name === null ? '' : ` for ${name}`;
  return (
    `A phone at ${address} asks${file} without saying who it is, and neither a lease nor the neighbour table tells: it is shown no load. ` +
    'Put phone and server on one network, or name the lease file of the DHCP server with --leases.'
  );
}
