import { CANCELLED, type HistoryEvent, RETRIED } from '../../core/history/event.ts';
import type { MacAddress } from '../../core/names/mac-address.ts';
import { DEFAULT_BATCH, type Enrolment, type Store } from '../../ports/store.ts';
import type { PhoneRecords } from './phone-records.ts';
import type { RecordWriter } from './record-writer.ts';
import type { Transactions } from './transactions.ts';

/** What operators ask for: each call is durable on return, power loss included, and stands in the record. */
export function enrolmentDesk(
  { now }: Transactions,
  writer: RecordWriter,
  records: PhoneRecords,
): Pick<Store, 'enrol' | 'release' | 'retry'> {
  /** Reads and writes in one transaction: two commands at a time may not take the same revision. */
  function change(
    mac: MacAddress,
    next: (was: Enrolment | null) => [Enrolment, HistoryEvent] | null,
    isLasting = true,
  ) {
    return now(() => {
      const was = records.enrolment(mac);
      const then = next(was);
      if (then === null) return null;
      const enrolment = { ...then[0], revision: (was?.revision ?? 0) + 1 };
      writer.enrolment(enrolment);
      // A server's clock may be ahead of the machine's for a while: what was asked last stands last.
      const event = then[1];
      writer.event({ ...event, at: Math.max(event.at, records.lastAt(mac) ?? event.at) });
      return enrolment;
    }, isLasting);
  }

  function changeEnrolled(mac: MacAddress, next: (was: Enrolment) => [Enrolment, HistoryEvent]): boolean {
    return change(mac, (was) => (was?.status === 'enrolled' ? next(was) : null)) !== null;
  }

  return {
    enrol(wish, isLasting = true) {
      const { mac, target, from, model, enrolledAt } = wish;
      const fresh = {
        batch: DEFAULT_BATCH,
        port: null,
        serial: null,
        extension: null,
        revision: 0,
        status: 'enrolled',
      } as const;
      const enrolment: Enrolment = { ...fresh, ...wish };
      const stated = [from === null ? [] : [`runs ${from}`], model === null ? [] : [`is a ${model}`]].flat();
      const reason = stated.length === 0 ? {} : { reason: `the operator says that it ${stated.join(' and ')}` };
      const event: HistoryEvent = {
        event: 'phone.enrolled',
        at: enrolledAt,
        mac,
        target,
        ...reason,
        ...(enrolment.batch === DEFAULT_BATCH ? {} : { batch: enrolment.batch }),
      };
      return change(mac, () => [enrolment, event], isLasting) ?? enrolment;
    },
    release(mac, at, isCancelled = false) {
      const why = isCancelled
        ? { finding: CANCELLED, reason: 'the operator cancelled it' }
        : { reason: 'the operator released it' };
      return changeEnrolled(mac, (was) => [
        { ...was, status: 'released', isCancelled },
        { event: 'phone.released', at, mac, target: was.target, ...why },
      ]);
    },
    retry(mac, at) {
      const why = { finding: RETRIED, reason: 'operator asked for a retry' };
      return changeEnrolled(mac, (was) => [was, { event: 'phone.decision', at, mac, target: was.target, ...why }]);
    },
  };
}
