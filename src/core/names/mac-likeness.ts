import type { MacAddress } from './mac-address.ts';

/** More digits than this are no slip of the finger: two phones of one pallet often differ in as many (invented). */
const MOST_DIGITS = 2;

/** In what a MAC address differs from the one that was meant, when that looks like a mistake in typing; null otherwise. */
export function slipBetween(meant: MacAddress, other: MacAddress): string | null {
  const places: number[] = [];
  for (let at = 0; at < meant.length && places.length <= MOST_DIGITS; at++)
    if (meant[at] !== other[at]) places.push(at);
  const [first = 0, second = 0] = places;
  if (places.length === 0 || places.length > MOST_DIGITS) return null;
  if (places.length === 1) return 'one digit differs';
  const isSwapped = meant[first] === other[second] && meant[second] === other[first];
  return isSwapped ? 'two digits are exchanged' : 'two digits differ';
}

/** A phone whose MAC looks like another one, and in what the two differ. */
export interface Near {
  readonly mac: MacAddress;
  /** `one digit differs`. */
  readonly how: string;
  /** Its address, where it was not heard to ask and lease files or the neighbour table tell of it; absent otherwise. */
  readonly address?: string;
}

/** So many are named beside one phone; what looks like more than these is one of a pallet, and none of them is named (invented). */
export const MOST_NEAR = 4;

/**
 * The phones whose MACs are near to this one, nearest first: those in which two digits differ only where nothing is nearer, and only a few do, since
 * an office has many such.
 */
export function nearTo(mac: MacAddress, others: Iterable<MacAddress>): readonly Near[] {
  const slips = [...others].flatMap((other) => {
    const how = slipBetween(mac, other);
    return how === null ? [] : [{ mac: other, how }];
  });
  const like = (slip: string) => slips.filter(({ how }) => how === slip);
  const near = [...like('one digit differs'), ...like('two digits are exchanged')];
  return near.length > 0 ? near : slips.length <= MOST_NEAR ? slips : [];
}
