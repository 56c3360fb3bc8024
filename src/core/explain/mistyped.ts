import type { MacAddress } from '../names/mac-address.ts';
import { slipBetween } from '../names/mac-likeness.ts';
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
  /** The phone that asks. */
  readonly asks: MacAddress;
  /** The one on the list. */
  readonly listed: MacAddress;
  /** `one digit differs`. */
  readonly how: string;
  /** Its address, where it was not heard to ask and lease files or the neighbour table tell of it; absent otherwise. */
  readonly address?: string;
}

/**
 * Phones that ask and are on no list, each with the one on the list that never asked and looks most like it; only where that is so from
 * both sides, since the phones of a pallet often differ in one digit.
 */
export function mistypedAmong(never: readonly MacAddress[], asking: readonly MacAddress[]): readonly Mistyped[] {
  const closest = (mac: MacAddress, others: readonly MacAddress[]) => {
    const slips = others.flatMap((other) => {
      const how = slipBetween(mac, other);
      return how === null ? [] : [{ other, how }];
    });
    const best = slips.filter(({ how }) => how === 'one digit differs');
    const [one, two] = best.length > 0 ? best : slips;
    return two === undefined ? (one ?? null) : null;
  };
  return never.flatMap((listed) => {
    const found = closest(listed, asking);
    if (found === null || closest(found.other, never)?.other !== listed) return [];
    return [{ listed, asks: found.other, how: found.how }];
  });
}

/** Which of the two phones asks, for who looks for the one on the list. */
export function mistypedReason({ asks, how, address }: Mistyped): string {
  const does = address === undefined ? 'asks' : `has an address here (${address})`;
  return `it has not asked this server yet, but ${asks} ${does}, which is not on the list: ${how}`;
}

/** The commands that put the phone that asks in the place of the one on the list. */
export function mistypedAdvice({ asks, listed }: Mistyped, as: AsListed): string {
  const flags = (['model', 'label', 'port', 'serial', 'batch'] as const).flatMap((key) => {
    const value = as[key];
    return value === null ? [] : [` --${key} ${shellWord(value)}`];
  });
  return (
    `read the MAC on its label; if it is ${asks}, run: loadstep enroll --mac ${asks} --target ${as.target}${flags.join('')}; ` +
    `and: loadstep release --mac ${listed}`
  );
}
