import { CANCELLED, type HistoryEvent, RETRIED } from '../core/history/event.ts';
import { DEFAULT_BATCH, type Enrolment, type EnrolmentWish } from '../ports/store.ts';

/** What an operator's word makes of an enrolment, whose revision the store counts, and the row that it leaves in the record. */
export type Enlisting = readonly [Enrolment, HistoryEvent];

/** A phone that is put on the list, or is on it for something else now; `was` is what stood there before. */
export function enlist(wish: EnrolmentWish, was: Enrolment | null): Enlisting {
  const { mac, target, from, model, enrolledAt } = wish;
  const fresh = {
    batch: DEFAULT_BATCH,
    port: null,
    serial: null,
    extension: null,
    revision: 0,
    status: 'enrolled',
  } as const;
  const enrolment: Enrolment = { ...fresh, ...wish, ...stayOf(was) };
  const stated = [from === null ? [] : [`runs ${from}`], model === null ? [] : [`is a ${model}`]].flat();
  const reason = stated.length === 0 ? {} : { reason: `the operator says that it ${stated.join(' and ')}` };
  const batch = enrolment.batch === DEFAULT_BATCH ? {} : { batch: enrolment.batch };
  return [enrolment, { event: 'phone.enrolled', at: enrolledAt, mac, target, ...reason, ...batch }];
}

/** One that was let go in between begins anew, also for a server that has not heard of either. */
function stayOf(was: Enrolment | null): Pick<Enrolment, 'beganWith'> {
  if (was?.status === 'released') return { beganWith: was.revision + 1 };
  return was?.beganWith === undefined ? {} : { beganWith: was.beganWith };
}

/** A phone that is taken off the list, or whose conversion is cancelled. */
export function letGo(was: Enrolment, at: number, isCancelled: boolean): Enlisting {
  const { mac, target } = was;
  const why = isCancelled
    ? { finding: CANCELLED, reason: 'the operator cancelled it' }
    : { reason: 'the operator released it' };
  return [
    { ...was, status: 'released', isCancelled },
    { event: 'phone.released', at, mac, target, ...why },
  ];
}

/** A phone that starts anew. */
export function startAgain(was: Enrolment, at: number): Enlisting {
  const { mac, target } = was;
  return [was, { event: 'phone.decision', at, mac, target, finding: RETRIED, reason: 'operator asked for a retry' }];
}
