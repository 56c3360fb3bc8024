import type { MacAddress } from '../../core/names/mac-address.ts';
import { MOST_NEAR, nearTo } from '../../core/names/mac-likeness.ts';
import { countText } from '../../core/text/amounts.ts';
import { joined } from '../../core/text/joined.ts';
import type { AccountShelf } from '../../ports/account-book.ts';
import type { PhoneRecord } from '../../ports/store.ts';
import { statusOf } from './phone-status.ts';

/** So many phones are named; the rest is counted (invented). */
const MOST_NAMED = 4;

/** Which accounts phones will be given, and which they will not. */
export interface AccountsTold {
  readonly kept: number;
  /** Phones on the list for which no account is kept. */
  readonly parked: readonly MacAddress[];
  /** Accounts of phones that are neither on the list nor ever asked, each as a sentence without its end. */
  readonly lost: readonly string[];
}

/** Compares the accounts that are kept with the phones of the record. */
export function accountsTold(
  shelf: Pick<AccountShelf, 'sealedAccounts'>,
  records: readonly PhoneRecord[],
): AccountsTold {
  const kept = shelf.sealedAccounts().map(({ mac }) => mac);
  const have = new Set(kept);
  const listed = records.filter((record) => statusOf(record).isEnrolled).map(({ mac }) => mac);
  return {
    kept: kept.length,
    parked: listed.filter((mac) => !have.has(mac)),
    lost: lostAccounts(kept, records),
  };
}

/** Of these MACs those that belong to no phone of the record, as sentences; nothing while the record has no phone at all. */
export function lostAccounts(
  macs: readonly MacAddress[],
  records: readonly Pick<PhoneRecord, 'mac'>[],
): readonly string[] {
  if (records.length === 0) return [];
  const known = new Set(records.map(({ mac }) => mac));
  const lost = macs.filter((mac) => !known.has(mac));
  const more = lost.length - MOST_NAMED;
  const told = lost.slice(0, MOST_NAMED).map((mac) => {
    const near = nearestTo(mac, known);
    return `no phone with the MAC ${mac} is on the list or has asked here${near === null ? '' : `, but ${near}`}`;
  });
  if (more <= 0) return told;
  return [...told, `so it is with ${countText(more, 'more account')}`];
}

/** The phones that may have been meant; null where none looks like it, or a whole pallet does. */
function nearestTo(mac: MacAddress, known: ReadonlySet<MacAddress>): string | null {
  const near = nearTo(mac, known);
  const [first] = near;
  if (first === undefined || near.length > MOST_NEAR) return null;
  const same = near.filter(({ how }) => how === first.how).map((one) => one.mac);
  return `${joined(same, 'and')} ${same.length === 1 ? 'is' : 'are'}: ${first.how}`;
}

/** What becomes of phones without an account, as a sentence without its end; null where there are none. */
export function parkedText(parked: readonly MacAddress[]): string | null {
  if (parked.length === 0) return null;
  const more = parked.length > MOST_NAMED ? ` and ${parked.length - MOST_NAMED} more` : '';
  return `${parked.slice(0, MOST_NAMED).join(', ')}${more} ${parked.length === 1 ? 'has' : 'have'} no account, and will be parked: without a line`;
}
