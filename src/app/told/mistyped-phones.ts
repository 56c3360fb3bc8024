import {
  atAddresses,
  type Mistyped,
  mistypedAdvice,
  mistypedAmong,
  mistypedReason,
} from '../../core/explain/mistyped.ts';
import type { MacAddress } from '../../core/names/mac-address.ts';
import type { PhoneRecord } from '../../ports/store.ts';
import { asListed } from '../phone/as-listed.ts';

/** So many phones on nobody's list are compared, those seen last, and only when that was not long ago (both invented). */
const MOST_ASKING = 50;
const ASKING_MS = 86_400_000;

/** What is said of a phone on the list for which another one seems to ask. */
export interface SeemsMistyped {
  readonly reason: string;
  readonly advice: string;
  readonly seems: Mistyped;
}

/**
 * The phones on the list that never asked, and for which one that is on no list seems to ask, or has an address by `leased`: beside another
 * server such a phone is not heard.
 */
export function mistypedPhones(
  records: readonly PhoneRecord[],
  now: number,
  leased: ReadonlyMap<MacAddress, string> = new Map(),
): ReadonlyMap<MacAddress, SeemsMistyped> {
  const never = records.filter(({ enrolment, lastSeenAt }) => enrolment?.status === 'enrolled' && lastSeenAt === null);
  if (never.length === 0) return new Map();
  const asking = records
    .filter(({ enrolment, lastSeenAt }) => enrolment === null && now - (lastSeenAt ?? 0) < ASKING_MS)
    .toSorted((a, b) => (b.lastSeenAt ?? 0) - (a.lastSeenAt ?? 0))
    .slice(0, MOST_ASKING);
  const macsOf = (phones: readonly PhoneRecord[]) => phones.map(({ mac }) => mac);
  const enrolments = new Map(never.map(({ mac, enrolment }) => [mac, enrolment]));
  const heard = mistypedAmong(macsOf(never), macsOf(asking));
  const found = new Set(heard.map(({ listed }) => listed));
  const known = new Set(macsOf(records.filter(({ enrolment }) => enrolment !== null)));
  const left = macsOf(never).filter((mac) => !found.has(mac));
  const present = [...leased.keys()].filter((mac) => !known.has(mac));
  const seen = mistypedAmong(left, present).map((one) => atAddresses(one, (mac) => leased.get(mac) ?? ''));
  return new Map(
    [...heard, ...seen].flatMap((seems) => {
      const enrolment = enrolments.get(seems.listed) ?? null;
      if (enrolment === null) return [];
      const said = { reason: mistypedReason(seems), advice: mistypedAdvice(seems, asListed(enrolment)), seems };
      return [[seems.listed, said]];
    }),
  );
}
