import { freshContext, type StateBudgets } from '../../../machines/phone-context.ts';
import { loseSight } from '../../../machines/rules.ts';
import { begin, type Phone } from '../../../machines/step.ts';
import { NO_EVIDENCE } from '../../core/identify/evidence.ts';
import { state } from '../../core/identify/stated-word.ts';
import { imageUnderWay, traceOfImage } from '../../core/identify/trace.ts';
import { parseLoadName } from '../../core/names/load-name.ts';
import type { Log } from '../../ports/log.ts';
import type { Enrolment, PhoneRecord } from '../../ports/store.ts';
import { NOTHING_UNLISTED, type Unlisted } from '../memory/asked-unlisted.ts';
import { type KeptPhone, memoryOf, readKept } from '../memory/kept-phone.ts';
import { NO_MEMORY, type PhoneMemory } from '../memory/memory.ts';
import { tellingFound } from '../memory/told-to-restart.ts';
import { timesTried, tryAgain, withWord } from '../memory/tried.ts';
import { unreadable } from './holds.ts';
import { PhoneSession } from './phone-session.ts';
import type { SessionAids } from './session-aids.ts';
import { obeyedWord, wordObeyed } from './word-obeyed.ts';

/** Whether a phone comes onto the list, for the first time or again: what it did before, nobody remembers but the record. */
export function comesOntoList(record: PhoneRecord | null): boolean {
  if (record === null) return true;
  const kept = readKept(record);
  return kept.ok && (kept.value.phone === null || kept.value.phone.state === 'cancelled');
}

/**
 * The session of an enrolled phone, where its record left it; held when this version cannot read the record. It has taken
 * over what the operator asked before that record: anybody who opens it gives it the enrolment with `instruct`. `unlisted` is what a phone that
 * comes onto the list was seen to do while it was on none.
 */
export function openSession(
  enrolment: Enrolment,
  record: PhoneRecord | null,
  aids: SessionAids,
  at: number,
  log: Log,
  { unlisted = NOTHING_UNLISTED }: { readonly unlisted?: Unlisted } = {},
): PhoneSession {
  const { mac, target: wanted, model } = enrolment;
  const budgets = aids.budgets({ load: null, target: wanted, model });
  const fresh = begin(freshContext(mac, wanted, at, budgets, aids.timing.patience));
  const found = withImage(keptOrHeld(fresh, record, log), unlisted);
  const kept = { ...found, memory: tellingFound(found.memory, at, aids.withheld.isSwitched(mac)) };
  if (kept.phone === null) {
    const { from, model } = enrolment;
    const evidence = state(kept.evidence, { from, model }, aids);
    const memory = { ...withWord(withTried(kept.memory, unlisted), from), obeyed: obeyedWord(enrolment) };
    return new PhoneSession(enrolment, { phone: fresh, evidence, memory }, aids);
  }
  const phone = timedAnew({ ...kept.phone, context: loseSight(kept.phone.context) }, at);
  // How long it may go on asking without getting further begins anew, too.
  const again = phone.context.deadlineAt === null ? kept.memory : { ...kept.memory, movedAt: at };
  const memory = withTried(again, unlisted);
  return new PhoneSession(wordObeyed(enrolment, phone, memory), { ...kept, memory, phone }, aids);
}

/** What it was given out of the tree before it came onto the list goes on, whoever put it there. */
function withImage(kept: KeptPhone, { image }: Unlisted): KeptPhone {
  const { evidence } = kept;
  if (image === null || imageUnderWay(evidence.trace) !== null) return kept;
  return { ...kept, evidence: { ...evidence, trace: traceOfImage(image.file, image.at) } };
}

function withTried(memory: PhoneMemory, { tried, hasTaken, protocols }: Unlisted): PhoneMemory {
  const ran = memory.ran == null ? null : parseLoadName(memory.ran.load);
  const isOther = ran?.ok === true && protocols.some((protocol) => protocol !== ran.value.protocol);
  const before = hasTaken || isOther ? { ...memory, ran: null } : memory;
  return tried.reduce((now, one) => (timesTried(now, one) === 0 ? tryAgain(now, one) : now), before);
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

/** What the record holds; a phone whose record cannot be read is held, and nothing is known of it. */
function keptOrHeld(fresh: Phone, record: PhoneRecord | null, log: Log): KeptPhone {
  if (record === null) return { evidence: NO_EVIDENCE, memory: NO_MEMORY, phone: null };
  const kept = readKept(record);
  if (kept.ok) return kept.value;
  log.error({ event: 'snapshot.unreadable', mac: fresh.context.mac, reason: kept.error });
  const memory = memoryOf(record);
  const obeyed = memory.ok ? memory.value.obeyed : null;
  return {
    evidence: NO_EVIDENCE,
    memory: { ...NO_MEMORY, obeyed },
    phone: { state: 'held', context: { ...fresh.context, hold: unreadable(kept.error) } },
  };
}
