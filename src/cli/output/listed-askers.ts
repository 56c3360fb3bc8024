import type { LiveEvent } from '../../app/record/live-event.ts';
import type { PhoneStatus } from '../../app/told/phone-status.ts';
import { BoundedMap } from '../../core/bounded-map.ts';
import type { MacAddress } from '../../core/names/mac-address.ts';
import { slipBetween } from '../../core/names/mac-likeness.ts';
import { isBusy, isOver } from '../../core/phone-states.ts';
import { hopText, stateText } from './event-text.ts';
import { printable } from './printable.ts';

export interface ListedAskersOptions {
  readonly wanted: MacAddress;
  /** Where another phone stands, as the record has it. */
  readonly statusOf: (mac: MacAddress) => PhoneStatus | null;
  /** Whether this command answers the phones: then whatever else it converts is told, beside another server only what may have been meant. */
  readonly isOwnServer: boolean;
  /** The lines to type when another phone was meant. */
  readonly commands: (mac: MacAddress) => readonly string[];
  readonly say: (text: string) => void;
}

/** So many are followed of those that may have been meant, and of others: a list may be long, and one person looks for one phone (invented). */
const MOST_TOLD = 4;
/** So many are followed at most, those that were warned of included (invented). */
const MOST_FOLLOWED = 64;
/** States that are said of such a phone: those in which its power matters, and the ends. */
const TOLD: ReadonlySet<string> = new Set(['downloading', 'flashing', 'landed', 'held']);

/** Phones that are on the list already and ask while another one is waited for: they are converted meanwhile, and one of them may have been meant. */
export class ListedAskers {
  readonly #options: ListedAskersOptions;
  /** What was said last of each, as a key. */
  readonly #followed = new BoundedMap<MacAddress, string>(MOST_FOLLOWED);
  readonly #counts = { near: 0, other: 0 };

  constructor(options: ListedAskersOptions) {
    this.#options = options;
  }

  /**
   * Takes an event of a phone that is not the one waited for. `isNew` allows to tell of one that was not told of before.
   * Returns whether it is one on the list that asks.
   */
  note(event: Extract<LiveEvent, { readonly mac: MacAddress }>, isNew: boolean): boolean {
    const { mac } = event;
    const isFollowed = this.#followed.has(mac);
    if (event.event === 'file.progress' || (!isFollowed && (!isNew || !event.event.startsWith('file.')))) return false;
    const status = this.#options.statusOf(mac);
    if (status === null) return false;
    if (!isFollowed && !this.#begin(status)) return false;
    this.#goOn(status);
    return status.isEnrolled && !isOver(status);
  }

  /** That somebody was told not to unplug these: when that ends is told, too. */
  warned(busy: readonly MacAddress[]): void {
    for (const mac of busy) if (!this.#followed.has(mac)) this.#followed.set(mac, '');
  }

  #begin(status: PhoneStatus): boolean {
    const { wanted, isOwnServer, commands, say } = this.#options;
    const { mac, isEnrolled, state } = status;
    if (!isEnrolled || (isOver(status) && state !== 'held')) return false;
    const slip = slipBetween(wanted, mac);
    const kind = slip === null ? 'other' : 'near';
    if ((slip === null && !isOwnServer) || this.#counts[kind] >= MOST_TOLD) return false;
    this.#counts[kind] += 1;
    this.#followed.set(mac, '');
    const where = `on the list for ${printable(status.target ?? '')} already, and is ${state === 'held' ? 'held' : 'being converted'}.`;
    if (slip === null) say(`${mac} asks, too: it is ${where}`);
    else {
      const first = `${mac} asks, ${slip}: did you mean it? It is ${where} If it is your phone, stop this with Ctrl-C and type:`;
      say([first, ...commands(mac).map((line) => `  ${line}`)].join('\n'));
    }
    return true;
  }

  #goOn(status: PhoneStatus): void {
    const { mac, state } = status;
    const last = this.#followed.get(mac);
    const isOff = !status.isEnrolled && !isBusy(status);
    const key = isOff ? 'off' : `${state} ${status.hop}`;
    if (last === key) return;
    this.#followed.set(mac, key);
    if (isOff) this.#options.say(`${mac} is off the list: nothing is being written to it any more.`);
    else if (TOLD.has(state)) this.#options.say(stepText(status));
  }
}

function stepText(status: PhoneStatus): string {
  const { mac, state } = status;
  if (state === 'landed')
    return `${mac} has landed on ${printable(status.target ?? '')}: nothing is being written to it any more.`;
  if (state === 'held') return `${mac} is held: ${printable(status.reason ?? 'it needs a person')}`;
  const words = [hopText(status), stateText(state, status.load ?? undefined)].filter((part) => part !== '');
  return `${mac}  ${printable(words.join(', '))}`;
}
