import { restore } from '../../../machines/snapshot.ts';
import { faultIn } from '../../../machines/snapshot-schema.ts';
import type { Phone } from '../../../machines/step.ts';
import { type Evidence, NO_EVIDENCE } from '../../core/identify/evidence.ts';
import { isSameLoad } from '../../core/names/same-load.ts';
import { isBusy } from '../../core/phone-states.ts';
import { err, ok, type Result } from '../../core/result.ts';
import type { PhoneRecord } from '../../ports/store.ts';
import { evidenceSchema, memorySchema, oldMemorySchema } from './kept-schema.ts';
import { MEMORY_VERSION, NO_MEMORY, noteTold, type PhoneMemory, type Ran, type Told } from './memory.ts';
import type { Tried } from './tried.ts';

/** What a record holds of one phone. */
export interface KeptPhone {
  /** Null until its first event. */
  readonly phone: Phone | null;
  readonly evidence: Evidence;
  readonly memory: PhoneMemory;
}

/** What a phone is held for whose record this version cannot read. */
export const UNREADABLE = 'P_SNAPSHOT_UNREADABLE';

const read = new WeakMap<PhoneRecord, Result<KeptPhone, string>>();

/**
 * Reads a record: snapshot, evidence and memory, each brought to the present form and checked whole. One that cannot be read is an
 * error in words, for this phone alone: it is held and its rows stay as they are, for it may be writing flash.
 */
export function readKept(record: PhoneRecord): Result<KeptPhone, string> {
  const known = read.get(record);
  if (known !== undefined) return known;
  const kept = keptIn(record);
  read.set(record, kept);
  return kept;
}

/** A record with what this process has just learnt of a phone: nothing of it has to be checked. */
export function recordOfOwn(
  record: Omit<PhoneRecord, 'snapshot' | 'evidence' | 'memory'>,
  evidence: Evidence,
): PhoneRecord {
  const own: PhoneRecord = { ...record, snapshot: null, evidence, memory: NO_MEMORY };
  read.set(own, ok({ phone: null, evidence, memory: NO_MEMORY }));
  return own;
}

function keptIn({ snapshot, evidence, memory }: PhoneRecord): Result<KeptPhone, string> {
  const phone = snapshot === null ? ok(null) : restore(snapshot);
  if (!phone.ok) return phone;
  const fault = evidence === null ? null : faultIn(evidenceSchema, evidence);
  if (fault !== null) return err(`what is known of it is damaged: ${fault}`);
  const remembered = memoryOf({ evidence, memory });
  if (!remembered.ok) return remembered;
  const known = evidence === null ? NO_EVIDENCE : evidenceFrom(evidence as Evidence);
  const isOlder = (memory as Partial<PhoneMemory> | null)?.ran === undefined;
  const ran = isOlder ? ranBefore(phone.value, known) : remembered.value.ran;
  return ok({ phone: phone.value, evidence: known, memory: { ...remembered.value, ran: ran ?? null } });
}

/** What a phone runs that landed before that was remembered by itself. */
function ranBefore(phone: Phone | null, { software }: Evidence): Ran | null {
  const [load] = software.map((one) => one.load);
  if (phone?.state !== 'landed' || load == null || software.some((one) => !isSameLoad(one.load, load))) return null;
  return { load, ...(phone.context.hasTaken ? { isByBytes: true as const } : {}) };
}

/** What is remembered of a phone, whatever else of its record cannot be read: its operator's word must not be obeyed twice. */
export function memoryOf({ evidence, memory }: Pick<PhoneRecord, 'evidence' | 'memory'>): Result<PhoneMemory, string> {
  if (memory !== null) return memoryFrom(memory);
  return evidence === null ? ok(NO_MEMORY) : oldMemory(evidence);
}

/** Without the parts that older versions kept there. */
function evidenceFrom({ trace, stated, vendorModel, software, pattern }: Evidence): Evidence {
  return { trace, stated, vendorModel, software, pattern };
}

function memoryFrom(stored: unknown): Result<PhoneMemory, string> {
  const { version } = (stored ?? {}) as { readonly version?: unknown };
  if (typeof version === 'number' && version > MEMORY_VERSION)
    return err(`what is remembered of it is of version ${version}, newer than this program`);
  const fault = faultIn(memorySchema, stored);
  return fault === null
    ? ok({ ...NO_MEMORY, ...(stored as PhoneMemory) })
    : err(`what is remembered of it is damaged: ${fault}`);
}

/** Records without a memory of their own kept it among the evidence, its keys made of text. */
function oldMemory(evidence: unknown): Result<PhoneMemory, string> {
  const old = oldMemorySchema.safeParse(evidence ?? {});
  if (!old.success) return err(`what is remembered of it is damaged: ${faultIn(oldMemorySchema, evidence)}`);
  const { obeyed = null, movedAt = null, told, vainly, ...same } = old.data;
  const tries = Object.entries(vainly).flatMap(([text, times]) => {
    const tried = triedIn(text);
    return tried === null ? [] : [{ tried, times }];
  });
  const memory: PhoneMemory = { ...NO_MEMORY, ...same, obeyed, movedAt, tries };
  return ok(told.map(toldIn).reduce((now, one) => (one === null ? now : noteTold(now, one)), memory));
}

function toldIn(text: string): Told | null {
  const [, word, hop] = /^(\S+) (\d+)$/.exec(text) ?? [];
  if (word === undefined) return null;
  return word === 'waits' ? { what: 'waits', hop: Number(hop) } : { what: 'behaviour', code: word, hop: Number(hop) };
}

function triedIn(text: string): Tried | null {
  if (text === 'had it whole and came back as it was') return { what: 'came-back-unchanged' };
  const [, code] = /^came back from (.+)$/.exec(text) ?? [];
  if (code !== undefined) return { what: 'came-back', code };
  const [, missed] = /^missed (.+)$/.exec(text) ?? [];
  if (missed !== undefined) return { what: 'missed-file', load: missed };
  const [, stalled] = /^stalled (.+)$/.exec(text) ?? [];
  if (stalled !== undefined) return { what: 'stalled', load: stalled };
  const [, taken] = /^had (.+) whole$/.exec(text) ?? [];
  if (taken !== undefined) return { what: 'taken-whole', file: taken };
  const [, hop, file] = /^passed over (\S+) (.+)$/.exec(text) ?? [];
  return hop === undefined || file === undefined ? null : { what: 'passed-over', hop, file };
}

/** Whether a phone that was released is still kept, since it may be writing flash. */
export function isLeaving(record: PhoneRecord): boolean {
  if (record.enrolment?.status !== 'released') return false;
  const kept = readKept(record);
  return kept.ok && kept.value.phone !== null && isBusy(kept.value.phone);
}
