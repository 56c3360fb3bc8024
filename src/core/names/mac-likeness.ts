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
