import type { HistoryEvent } from '../../src/core/history/event.ts';
import type { LoadName } from '../../src/core/names/load-name.ts';
import type { MacAddress } from '../../src/core/names/mac-address.ts';
import type { Change, EnrolmentWish, StoredSnapshot } from '../../src/ports/store.ts';

export const ALICE = '0018B9C0FFEE' as MacAddress;
export const BOB = '001A2B3C4D5E' as MacAddress;
export const NOON = Date.UTC(2026, 2, 1, 12);

/** A request of a phone, the n-th. */
export function requested(mac: MacAddress, at: number, file = 'OS79XX.TXT'): HistoryEvent {
  return { event: 'file.requested', at, mac, file, peer: '10.0.0.7:51234' };
}

/** A machine's snapshot that says which change wrote it. */
export function snapshotAt(count: number): StoredSnapshot {
  return { machine: 'phone', version: 1, value: 'offered', context: { count, hops: [{ load: 'P0S3-08-11-00' }] } };
}

/** A change that moves the machine and leaves two rows; `count` stands in all three. */
export function step(mac: MacAddress, count: number, at = NOON + count): Change {
  return {
    mac,
    snapshot: snapshotAt(count),
    seenAt: at,
    events: [
      {
        event: 'file.requested',
        at,
        mac,
        file: `SIP${mac}.cnf`,
        peer: `10.0.0.7:${49_152 + (count % 1_000)}`,
        hop: count,
      },
      { event: 'phone.state', at, mac, state: 'offered', previous: 'identifying', hop: count },
    ],
  };
}

/** What an operator asks for. */
export function wish(mac: MacAddress, target = 'P0S3-08-11-00'): EnrolmentWish {
  return { mac, target: target as LoadName, from: null, model: null, label: null, enrolledAt: NOON };
}
