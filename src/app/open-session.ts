import { freshContext } from '../../machines/phone-context.ts';
import { restore } from '../../machines/snapshot.ts';
import { begin, type Phone } from '../../machines/step.ts';
import { type Evidence, NO_EVIDENCE, state } from '../core/identify/evidence.ts';
import type { Log } from '../ports/log.ts';
import type { Enrolment, PhoneRecord } from '../ports/store.ts';
import { PhoneSession } from './phone-session.ts';
import type { SessionAids } from './session-aids.ts';

/** The session of an enrolled phone, where its record left it; held when this version cannot read the record. */
export function openSession(
  enrolment: Enrolment,
  record: PhoneRecord | null,
  aids: SessionAids,
  at: number,
  log: Log,
): PhoneSession {
  const kept = (record?.evidence as Evidence | null | undefined) ?? NO_EVIDENCE;
  const evidence = state(kept, { from: enrolment.from, model: enrolment.model });
  const { patience } = aids.timing;
  const fresh = begin(freshContext(enrolment.mac, enrolment.target, at, aids.budgets(), patience));
  return new PhoneSession(enrolment, restored(fresh, enrolment, record, log), evidence, aids);
}

/** Another target, or a phone that was released before, begins anew; what was learnt about the phone stays. */
function restored(fresh: Phone, enrolment: Enrolment, record: PhoneRecord | null, log: Log): Phone {
  const stored = record?.snapshot ?? null;
  if (stored === null) return fresh;
  const read = restore(stored);
  if (read.ok) {
    const goesOn = read.value.context.target === enrolment.target && read.value.state !== 'cancelled';
    return goesOn ? read.value : fresh;
  }
  log.error({ event: 'snapshot.unreadable', mac: enrolment.mac, reason: read.error });
  const hold = {
    code: 'P_SNAPSHOT_UNREADABLE',
    reason: `its record cannot be read by this version: ${read.error}`,
    advice: 'look at its screen; when it is not upgrading, run: loadstep retry',
    isResumable: false,
  };
  return { state: 'held', context: { ...fresh.context, hold } };
}
