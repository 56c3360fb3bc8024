import type { HistoryEvent } from '../../core/history/event.ts';
import type { MacAddress } from '../../core/names/mac-address.ts';
import { spanText } from '../../core/text/amounts.ts';
import { BINDING_LIMITS } from '../../core/who/bindings.ts';
import type { Store } from '../../ports/store.ts';

/**
 * Which other phone named itself last at the address of this one, and how long ago; null where none did within the age of a name. When
 * it counts no more is not told: names that came in turn tell nobody apart for a day (docs/decisions/0004).
 */
export function whoShares(
  store: Pick<Store, 'bindings' | 'phone'>,
  mac: MacAddress,
  rows: readonly HistoryEvent[],
  now: number,
): string | null {
  const address = rows.findLast(({ peer }) => peer !== undefined)?.peer?.replace(/:\d+$/, '');
  const others = store.bindings().filter((one) => one.address === address && one.mac !== mac);
  const last = others.toSorted((a, b) => a.learntAt - b.learntAt).at(-1);
  const ago = last === undefined ? Number.POSITIVE_INFINITY : now - last.learntAt;
  if (last === undefined || ago > BINDING_LIMITS.ageMs.name) return null;
  const label = store.phone(last.mac)?.enrolment?.label ?? null;
  const who = label === null ? last.mac : `${label} (${last.mac})`;
  return `${who} named itself at ${last.address} ${spanText(Math.max(0, ago))} ago`;
}
