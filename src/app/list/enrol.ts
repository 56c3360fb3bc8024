import type { ModelId } from '../../core/names/family.ts';
import type { LoadName } from '../../core/names/load-name.ts';
import type { MacAddress } from '../../core/names/mac-address.ts';
import { isSameLoad } from '../../core/names/same-load.ts';
import { DEFAULT_BATCH, type Store } from '../../ports/store.ts';
import { readKept } from '../memory/kept-phone.ts';
import type { PhoneStatus } from '../told/phone-status.ts';

/** What the operator wants for one phone. Null parts were not said, and what was said before stays. */
export interface Wish {
  readonly mac: MacAddress;
  readonly target: LoadName;
  readonly from: LoadName | null;
  readonly model: ModelId | null;
  readonly label: string | null;
  /** Absent where it was not said, as those below. */
  readonly batch?: string;
  /** Switch port. */
  readonly port?: string;
  readonly serial?: string;
  readonly extension?: string;
}

/** What became of a wish: `going-on` left a run under way alone, `landed` found nothing left to do. */
export type Enrolled = 'new' | 'changed' | 'again' | 'going-on' | 'landed';

/** An empty word takes away what was said before: a phone without a label is named by its MAC. */
function said(word: string | null | undefined): string | null {
  return word === undefined || word === null || word.trim() === '' ? null : word;
}

/**
 * Puts a phone on the list without disturbing a run that already leads where the wish leads: asking twice is the same as
 * asking once. A held phone starts anew.
 */
export function enrolFor(store: Store, wish: Wish, now: number, status: PhoneStatus | null): Enrolled {
  const known = store.phone(wish.mac)?.enrolment ?? null;
  const isListed = known !== null && known.status === 'enrolled';
  const from = wish.from ?? (isListed ? known.from : null);
  // What it is stays what it is; what it runs may have changed while it was off the list.
  const model = wish.model ?? known?.model ?? null;
  const label = said(wish.label ?? known?.label);
  // A batch that a phone was released from is over for it; one that was cancelled in the middle goes on. Port and serial are read off the
  // phone's place and its back.
  const batch = wish.batch ?? (isListed || known?.isCancelled === true ? known.batch : DEFAULT_BATCH);
  const port = said(wish.port ?? known?.port);
  const serial = said(wish.serial ?? known?.serial);
  const extension = said(wish.extension ?? known?.extension);
  const isSamePlace = known?.port === port && known.serial === serial && (known.extension ?? null) === extension;
  const isSameName = known?.label === label && known.batch === batch && isSamePlace;
  // As it is written on the list: the phone is told the spelling of the store either way.
  const target = isListed && isSameLoad(known.target, wish.target) ? known.target : wish.target;
  const isSame = isListed && known.target === target && isSameLoad(known.from, from) && known.model === model;
  const isHeld = status?.state === 'held';
  if (isSame && isSameName) {
    if (status?.state === 'landed') return 'landed';
    if (!isHeld) return 'going-on';
    if (wish.from === null) {
      store.retry(wish.mac, now);
      return 'again';
    }
  }
  // What was said before the phone was given something is not said again by another order.
  const isOld = wish.from === null && (!isSame || isHeld) && isWordOfBefore(store, wish.mac);
  const place = { label, batch, port, serial, extension };
  store.enrol({ mac: wish.mac, target, from: isOld ? null : from, model, ...place, enrolledAt: now });
  if (isSame && isSameName) return 'again';
  return isListed ? 'changed' : 'new';
}

/** Whether the phone was given an application or an image since its operator said last what it runs. */
function isWordOfBefore(store: Store, mac: MacAddress): boolean {
  const record = store.phone(mac);
  const kept = record === null ? null : readKept(record);
  return kept?.ok === true && kept.value.memory.obeyed?.isOfBefore === true;
}
