import type { PhoneStatus } from '../app/status.ts';
import type { ModelId } from '../core/names/family.ts';
import type { LoadName } from '../core/names/load-name.ts';
import type { MacAddress } from '../core/names/mac-address.ts';
import type { Store } from '../ports/store.ts';

/** What the operator wants for one phone. Null parts were not said, and what was said before stays. */
export interface Wish {
  readonly mac: MacAddress;
  readonly target: LoadName;
  readonly from: LoadName | null;
  readonly model: ModelId | null;
  readonly label: string | null;
}

/** What became of a wish: `going-on` left a run under way alone, `landed` found nothing left to do. */
export type Enrolled = 'new' | 'changed' | 'again' | 'going-on' | 'landed';

/**
 * Puts a phone on the list without disturbing a run that already leads where the wish leads: asking twice is the same as
 * asking once. A held phone starts anew.
 */
export function enrolFor(store: Store, wish: Wish, now: number, status: PhoneStatus | null): Enrolled {
  const known = store.phone(wish.mac)?.enrolment ?? null;
  const isListed = known !== null && known.status === 'enrolled';
  const from = wish.from ?? (isListed ? known.from : null);
  const model = wish.model ?? (isListed ? known.model : null);
  const label = wish.label ?? known?.label ?? null;
  const isSame = isListed && known.target === wish.target && known.from === from && known.model === model;
  if (isSame && known.label === label) {
    if (status?.state === 'landed') return 'landed';
    if (status?.state !== 'held') return 'going-on';
    store.retry(wish.mac, now);
    return 'again';
  }
  store.enrol({ mac: wish.mac, target: wish.target, from, model, label, enrolledAt: now });
  return isListed ? 'changed' : 'new';
}
