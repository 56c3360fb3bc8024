import { isBusy } from '../../../machines/phone-states.ts';
import { restore } from '../../../machines/snapshot.ts';
import type { Phone } from '../../../machines/step.ts';
import type { BatchState } from '../../core/batch/batch-state.ts';
import { gateRulesOf } from '../../core/batch/batch-state.ts';
import { type GatePhone, gate, isOpen } from '../../core/batch/gate.ts';
import { failedOf, type Standing, standingOf } from '../../core/batch/outcome.ts';
import type { Evidence } from '../../core/identify/evidence.ts';
import type { MacAddress } from '../../core/names/mac-address.ts';
import type { PhoneRecord } from '../../ports/store.ts';
import { gatePhoneOf, waitText } from './turn.ts';

/** The phone that a record holds; null when nothing of it can be read. */
function phoneIn(record: PhoneRecord): Phone | null {
  if (record.snapshot === null) return null;
  const read = restore(record.snapshot);
  return read.ok ? read.value : null;
}

/** How the phones on the list stand, from their records. */
export function standingsIn(records: readonly PhoneRecord[]): Standing[] {
  return records
    .filter((record) => record.enrolment?.status === 'enrolled')
    .map((record): Standing => {
      const phone = phoneIn(record);
      const isUnreadable = record.snapshot !== null && phone === null;
      const hold = phone?.context.hold ?? null;
      return { mac: record.mac, kind: isUnreadable ? 'failed' : standingOf(phone?.state ?? 'waiting', hold) };
    });
}

/** Phones that have failed by now: what a resumed batch does not stop for again. */
export function failedIn(records: readonly PhoneRecord[]): MacAddress[] {
  return failedOf(standingsIn(records));
}

/** Whether a phone may be writing flash, from its record. */
export function mayBeWriting(record: PhoneRecord): boolean {
  const phone = phoneIn(record);
  return phone !== null && isBusy(phone);
}

/** Why each phone that waits for others does so; those that wait for nobody are not in it. */
export function waitsIn(
  records: readonly PhoneRecord[],
  batch: BatchState,
  now: number,
): ReadonlyMap<MacAddress, string> {
  const { limits } = batch;
  const rules = gateRulesOf(batch);
  const waits = new Map<MacAddress, string>();
  if (isOpen(rules)) return waits;
  const phones: GatePhone[] = [];
  for (const record of records) {
    const { enrolment, lastSeenAt } = record;
    const phone = enrolment?.status === 'enrolled' ? phoneIn(record) : null;
    if (phone === null || enrolment === null) continue;
    const evidence = record.evidence as Evidence | null;
    const facts = { phone, evidence, enrolledAt: enrolment.enrolledAt, askedAt: lastSeenAt, wasShown: false };
    phones.push(gatePhoneOf(facts, now));
  }
  for (const { mac, isWaiting } of phones) {
    const why = isWaiting ? waitText(gate(mac, phones, rules), limits) : null;
    if (why !== null) waits.set(mac, why);
  }
  return waits;
}

/** That the batch is paused. */
export interface BatchPause {
  /** Milliseconds since the epoch; null where an older version paused it. */
  readonly since: number | null;
  readonly reason: string;
}

/** The pause that stands; null while the batch goes on. */
export function pauseOf({ isPaused, turnedAt, reason }: BatchState): BatchPause | null {
  return isPaused ? { since: turnedAt, reason: reason ?? 'no reason was given' } : null;
}
