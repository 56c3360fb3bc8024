import type { Phone } from '../../../machines/step.ts';
import type { BatchState } from '../../core/batch/batch-state.ts';
import { gateRulesOf } from '../../core/batch/batch-state.ts';
import { type GatePhone, gate, isOpen } from '../../core/batch/gate.ts';
import { failedOf, type Standing, standingOf } from '../../core/batch/outcome.ts';
import { imageMaybeUnderWay } from '../../core/identify/trace.ts';
import type { MacAddress } from '../../core/names/mac-address.ts';
import { isBusy } from '../../core/phone-states.ts';
import type { PhoneRecord } from '../../ports/store.ts';
import { isLeaving, readKept } from '../memory/kept-phone.ts';
import { roundsInVain } from '../memory/memory.ts';
import { gatePhoneOf, needsRestart, type Turn, turnOf } from './turn.ts';

/** The phone that a record holds; null when it holds none, or cannot be read. */
function phoneIn(record: PhoneRecord): Phone | null {
  const kept = readKept(record);
  return kept.ok ? kept.value.phone : null;
}

/** How the phones on the list stand, from their records. */
function standingsIn(records: readonly PhoneRecord[]): Standing[] {
  return records
    .filter((record) => record.enrolment?.status === 'enrolled')
    .map((record): Standing => {
      const phone = phoneIn(record);
      const isUnreadable = !readKept(record).ok;
      const hold = phone?.context.hold ?? null;
      return { mac: record.mac, kind: isUnreadable ? 'failed' : standingOf(phone?.state ?? 'waiting', hold) };
    });
}

/** Phones that have failed by now: what a resumed batch does not stop for again. */
export function failedIn(records: readonly PhoneRecord[]): MacAddress[] {
  return failedOf(standingsIn(records));
}

/** Whether a phone takes or writes a load by its state, so that orders wait for it. */
export function isBusyIn(record: PhoneRecord): boolean {
  const phone = phoneIn(record);
  return phone !== null && isBusy(phone);
}

/** Whether a phone may be writing flash, from its record: by its state, or since nothing of its own was heard after its image. */
export function mayBeWriting(record: PhoneRecord): boolean {
  const kept = readKept(record);
  if (!kept.ok || kept.value.phone === null) return false;
  const { phone, evidence } = kept.value;
  return isBusy(phone) || (phone.state !== 'landed' && imageMaybeUnderWay(evidence.trace) !== null);
}

/** Where each phone stands that waits for others; those that wait for nobody are not in it. */
export function waitsIn(
  records: readonly PhoneRecord[],
  batch: BatchState,
  now: number,
): ReadonlyMap<MacAddress, Turn> {
  const { limits } = batch;
  const rules = gateRulesOf(batch);
  const waits = new Map<MacAddress, Turn>();
  if (isOpen(rules)) return waits;
  const phones: GatePhone[] = [];
  for (const record of records) {
    const { enrolment, lastSeenAt } = record;
    const kept = readKept(record);
    // One that was let go while it writes its flash keeps its place until its next boot.
    const isThere = enrolment?.status === 'enrolled' || isLeaving(record);
    if (enrolment === null || !isThere || !kept.ok || kept.value.phone === null) continue;
    const { phone, memory, evidence } = kept.value;
    const vain = roundsInVain(memory, phone.context.hop);
    const asker = { enrolledAt: enrolment.enrolledAt, askedAt: lastSeenAt, wasShown: false };
    phones.push(
      gatePhoneOf({ phone, roundsInVain: vain, ...asker, needsRestart: needsRestart(phone, evidence.trace) }, now),
    );
  }
  const canaries: ReadonlySet<MacAddress> = new Set(rules.isCanaryOver ? [] : rules.canaries);
  const line = phones
    .flatMap(({ mac, isWaiting, isAsking }) => {
      const turn = isWaiting ? turnOf(gate(mac, phones, rules), limits) : null;
      return turn === null ? [] : [{ mac, turn, isAsking, isFirst: canaries.has(mac) }];
    })
    .sort(
      (a, b) =>
        Number(b.isFirst) - Number(a.isFirst) || Number(b.isAsking) - Number(a.isAsking) || a.turn.place - b.turn.place,
    );
  // One line for who looks at all of them: those that do not ask now stand at its end, since nobody waits for them.
  for (const [at, { mac, turn }] of line.entries()) waits.set(mac, { ...turn, place: at + 1, of: line.length });
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
