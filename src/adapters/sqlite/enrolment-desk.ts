import type { MacAddress } from '../../core/names/mac-address.ts';
import type { Enrolment, Store } from '../../ports/store.ts';
import { type Enlisting, enlist, letGo, startAgain } from '../enlisting.ts';
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
  function change(mac: MacAddress, next: (was: Enrolment | null) => Enlisting | null, isLasting = true) {
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

  function changeEnrolled(mac: MacAddress, next: (was: Enrolment) => Enlisting): boolean {
    return change(mac, (was) => (was?.status === 'enrolled' ? next(was) : null)) !== null;
  }

  return {
    enrol(wish, isLasting = true) {
      return change(wish.mac, (was) => enlist(wish, was), isLasting) as Enrolment;
    },
    release: (mac, at, isCancelled = false) => changeEnrolled(mac, (was) => letGo(was, at, isCancelled)),
    retry: (mac, at) => changeEnrolled(mac, (was) => startAgain(was, at)),
  };
}
