import type { MacAddress } from '../names/mac-address.ts';
import { MOST_NEAR, type Near, nearTo } from '../names/mac-likeness.ts';
import { joined } from '../text/joined.ts';
import { shellWord } from '../text/shell-word.ts';

/** A phone as its list describes it; null parts are not said there. */
export interface AsListed {
  readonly mac: MacAddress;
  readonly target: string;
  readonly model: string | null;
  readonly label: string | null;
  readonly port: string | null;
  readonly serial: string | null;
  /** Null for the batch of those that were enrolled without one. */
  readonly batch: string | null;
}

/** What a list may have meant: a phone asks that is not on it, and one that is on it never did. */
export interface Mistyped {
  /** The phone that asks; of several the nearest. */
  readonly asks: MacAddress;
  /** The one on the list. */
  readonly listed: MacAddress;
  /** `one digit differs`. */
  readonly how: string;
  /** As that of `Near`. */
  readonly address?: string;
  /** Others that may be meant by it as well, the nearest first; absent where there is none. */
  readonly others?: readonly Near[];
  /** Others on the list that never asked and that the phone which asks may be as well; absent where there is none. */
  readonly asWell?: readonly MacAddress[];
}

/**
 * Phones on the list that never asked, each with those that ask, are on no list and look most like it. The phones of a pallet often differ in one
 * digit, so nobody can say which of them is meant: a person reads the label.
 */
export function mistypedAmong(never: readonly MacAddress[], asking: readonly MacAddress[]): readonly Mistyped[] {
  const meant = new Map<MacAddress, readonly MacAddress[]>();
  const meantBy = (asks: MacAddress) => {
    const found = meant.get(asks) ?? nearTo(asks, never).map(({ mac }) => mac);
    meant.set(asks, found);
    return found;
  };
  return never.flatMap((listed) => {
    const mayBe = nearTo(listed, asking).filter(({ mac }) => {
      const all = meantBy(mac);
      return all.length <= MOST_NEAR && all.includes(listed);
    });
    const [first, ...others] = mayBe.slice(0, MOST_NEAR);
    if (first === undefined) return [];
    const asWell = others.length > 0 ? [] : meantBy(first.mac).filter((mac) => mac !== listed);
    return [
      {
        listed,
        asks: first.mac,
        how: first.how,
        ...(others.length === 0 ? {} : { others }),
        ...(asWell.length === 0 ? {} : { asWell }),
      },
    ];
  });
}

/** The same with the addresses that these phones have. */
export function atAddresses(one: Mistyped, addressOf: (mac: MacAddress) => string): Mistyped {
  const others = one.others?.map((near) => ({ ...near, address: addressOf(near.mac) }));
  return { ...one, address: addressOf(one.asks), ...(others === undefined ? {} : { others }) };
}

/** Every phone that may be meant, the nearest first. */
export function nearIn({ asks, how, address, others = [] }: Mistyped): readonly Near[] {
  return [{ mac: asks, how, ...(address === undefined ? {} : { address }) }, ...others];
}

const NOT_ASKED = 'it has not asked this server yet, but';

/** Which phone asks instead, for who looks for the one on the list. */
export function mistypedReason(seems: Mistyped): string {
  const { asks, how, address, asWell = [] } = seems;
  const all = nearIn(seems);
  if (all.length > 1) {
    const does = address === undefined ? 'phones ask' : 'phones have addresses here';
    const named = all.map((one) => `${one.mac}${one.address === undefined ? '' : ` at ${one.address}`} (${one.how})`);
    return `${NOT_ASKED} ${does} that are not on the list: ${named.join(', ')}`;
  }
  const does = address === undefined ? 'asks' : `has an address here (${address})`;
  const too = asWell.length === 0 ? '' : `; it may be ${joined(asWell, 'or')} of the list as well, which never asked`;
  return `${NOT_ASKED} ${asks} ${does}, which is not on the list: ${how}${too}`;
}

/** The commands that put the phone that asks in the place of the one on the list. */
export function mistypedAdvice(seems: Mistyped, as: AsListed): string {
  const { asks, listed } = seems;
  const flags = (['model', 'label', 'port', 'serial', 'batch'] as const).flatMap((key) => {
    const value = as[key];
    return value === null ? [] : [` --${key} ${shellWord(value)}`];
  });
  const isOne = nearIn(seems).length === 1;
  const [which, mac] = isOne ? [asks, asks] : ['one of these', '<that MAC>'];
  return (
    `read the MAC on its label; if it is ${which}, run: loadstep enroll --mac ${mac} --target ${as.target}${flags.join('')}; ` +
    `and: loadstep release --mac ${listed}`
  );
}
