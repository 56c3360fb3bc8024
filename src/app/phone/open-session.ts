import { freshContext, type StateBudgets } from '../../../machines/phone-context.ts';
import { isBusy } from '../../../machines/phone-states.ts';
import { restore } from '../../../machines/snapshot.ts';
import { begin, type Phone } from '../../../machines/step.ts';
import { type Evidence, NO_EVIDENCE, state } from '../../core/identify/evidence.ts';
import type { Log } from '../../ports/log.ts';
import type { Enrolment, PhoneRecord } from '../../ports/store.ts';
import { obeyedWord } from './operator-word.ts';
import { PhoneSession } from './phone-session.ts';
import type { SessionAids } from './session-aids.ts';

/**
 * The session of an enrolled phone, where its record left it; held when this version cannot read the record. It has taken
 * over what the operator asked before that record: whoever opens it gives it the enrolment with `instruct`.
 */
export function openSession(
  enrolment: Enrolment,
  record: PhoneRecord | null,
  aids: SessionAids,
  at: number,
  log: Log,
): PhoneSession {
  const kept = (record?.evidence as Evidence | null | undefined) ?? NO_EVIDENCE;
  const { mac, target: wanted, model } = enrolment;
  const budgets = aids.budgets({ load: null, target: wanted, model });
  const fresh = begin(freshContext(mac, wanted, at, budgets, aids.timing.patience));
  const phone = timedAnew(restored(fresh, record, log), at);
  if (record === null || record.snapshot === null || phone === fresh) {
    const { from, model } = enrolment;
    return new PhoneSession(enrolment, phone, { ...state(kept, { from, model }), obeyed: obeyedWord(enrolment) }, aids);
  }
  const isGone = phone.state === 'cancelled';
  const isCurrent = phone.context.target === enrolment.target && enrolment.status === 'enrolled' && !isGone;
  // Evidence of before words were counted: what the snapshot does not bear out is still to be obeyed.
  const guessed = { ...obeyedWord(enrolment), revision: enrolment.revision - (isCurrent ? 0 : 1) };
  const { target } = phone.context;
  const before: Enrolment = {
    ...enrolment,
    ...(kept.obeyed ?? guessed),
    target,
    status: isGone ? 'released' : 'enrolled',
  };
  return new PhoneSession(before, phone, kept, aids);
}

/** Nobody listened since the record was written, for however long: the phone has its time once more, whatever the clock says. */
function timedAnew(phone: Phone, at: number): Phone {
  const { context } = phone;
  const since = Math.min(context.since, at);
  if (context.deadlineAt === null)
    return since === context.since ? phone : { ...phone, context: { ...context, since } };
  const budget = context.budgets[phone.state as keyof StateBudgets] ?? 0;
  return { ...phone, context: { ...context, since, deadlineAt: at + budget } };
}

function restored(fresh: Phone, record: PhoneRecord | null, log: Log): Phone {
  const stored = record?.snapshot ?? null;
  if (stored === null) return fresh;
  const read = restore(stored);
  if (read.ok) return read.value;
  log.error({ event: 'snapshot.unreadable', mac: fresh.context.mac, reason: read.error });
  const hold = {
    code: 'P_SNAPSHOT_UNREADABLE',
    reason: `its record cannot be read by this version: ${read.error}`,
    advice: 'look at its screen; when it is not upgrading, run: loadstep retry',
    isResumable: false,
  };
  return { state: 'held', context: { ...fresh.context, hold } };
}

/** Whether a phone that was released is still kept, since it may be writing flash. */
export function isLeaving(record: PhoneRecord): boolean {
  if (record.enrolment?.status !== 'released' || record.snapshot === null) return false;
  const phone = restore(record.snapshot);
  return phone.ok && isBusy(phone.value);
}
