import type { MacAddress } from '../../core/names/mac-address.ts';
import type { Enrolment, EnrolmentWish, Store } from '../../ports/store.ts';
import { type Enlisting, enlist, letGo, startAgain } from '../enlisting.ts';
import type { PhoneRecords } from './phone-records.ts';
import type { RecordWriter } from './record-writer.ts';
import type { Transactions } from './transactions.ts';

/** What operators ask for: each call is durable on return, power loss included, and stands in the record. */
export function enrolmentDesk(
  { now, join }: Transactions,
  writer: RecordWriter,
  records: PhoneRecords,
): Pick<Store, 'enrol' | 'release' | 'retry'> {
  /** Reads and writes in one transaction: two commands at a time may not take the same revision. */
  function change(mac: MacAddress, next: (was: Enrolment | null) => Enlisting | null) {
    return now(() => write(mac, next));
  }

  /** The same in a transaction that the caller has opened. */
  function write(mac: MacAddress, next: (was: Enrolment | null) => Enlisting | null): Enrolment | null {
    const was = records.enrolment(mac);
    const then = next(was);
    if (then === null) return null;
    const enrolment = revised(then[0], was);
    writer.enrolment(enrolment);
    // A server's clock may be ahead of the machine's for a while: what was asked last stands last.
    const event = then[1];
    writer.event({ ...event, at: Math.max(event.at, records.lastAt(mac) ?? event.at) });
    return enrolment;
  }

  /**
   * In the transaction of the changes of this turn. Where another process is faster, the revision is one more than what is returned: the
   * server finds that like every change of the list that others make.
   */
  function enrolWithNext(wish: EnrolmentWish): Enrolment {
    const enlisted = (was: Enrolment | null) => enlist(wish, was);
    const was = records.enrolment(wish.mac);
    // Where it cannot be written, what its phone does cannot be, either, and that is told.
    const ends = { done: () => {}, failed: () => {} };
    join({ write: () => void write(wish.mac, enlisted), isPrecious: false, ...ends });
    return revised(enlisted(was)[0], was);
  }

  function changeEnrolled(mac: MacAddress, next: (was: Enrolment) => Enlisting): boolean {
    return change(mac, (was) => (was?.status === 'enrolled' ? next(was) : null)) !== null;
  }

  return {
    enrol(wish, isLasting = true) {
      if (!isLasting) return enrolWithNext(wish);
      return change(wish.mac, (was) => enlist(wish, was)) as Enrolment;
    },
    release: (mac, at, isCancelled = false) => changeEnrolled(mac, (was) => letGo(was, at, isCancelled)),
    retry: (mac, at) => changeEnrolled(mac, (was) => startAgain(was, at)),
  };
}

/** The enrolment after the one that was. */
function revised(next: Enrolment, was: Enrolment | null): Enrolment {
  return { ...next, revision: (was?.revision ?? 0) + 1 };
}
