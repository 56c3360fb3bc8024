import { presentHop } from '../../../machines/phone-context.ts';
import type { Phone } from '../../../machines/step.ts';
import type { Evidence } from '../../core/identify/evidence.ts';
import { areCompatible } from '../../core/identify/shared-software.ts';
import { softwareOfLoad } from '../../core/identify/software-of-load.ts';
import type { SteadyMs } from '../../core/moment.ts';
import type { LoadName } from '../../core/names/load-name.ts';
import { isSameLoad } from '../../core/names/same-load.ts';
import type { PhoneState } from '../../core/phone-states.ts';
import { isAllOf } from '../../core/plan/hop-progress.ts';
import type { Enrolment } from '../../ports/store.ts';
import type { ObeyedWord, PhoneMemory } from '../memory/memory.ts';

/**
 * What the operator's word means for a phone that stands like this and obeyed another one before; `isKnown` when the load that it names is known
 * to run without it.
 */
export function meaningOf(
  word: Enrolment,
  was: Enrolment,
  standing: PhoneState,
  isKnown = false,
): 'nothing' | 'retried' | 'anew' {
  if (word.revision === was.revision) return 'nothing';
  // One that was let go meanwhile has to show its load again, whether anybody heard of that or not.
  if (wasLetGo(word, was) || !isSameLoad(word.target, was.target) || standing === 'cancelled') return 'anew';
  // Only the label changed, and a run under way has nothing to do with it.
  const isSameFrom = isKnown || isSameLoad(was.from, word.from);
  const isRenamed = isSameFrom && was.model === word.model && was.enrolledAt !== word.enrolledAt;
  return isRenamed && standing !== 'held' ? 'nothing' : 'retried';
}

/**
 * Whether the load that is said to run was proven to run already, or is the one that the phone has whole from us and is about to show: somebody has
 * read the display, and what the phone shows goes on being the witness.
 */
export function isProvenAnyway(said: LoadName | null, phone: Phone, evidence: Evidence): boolean {
  if (said === null) return false;
  const { context } = phone;
  const { software, stated } = evidence;
  if (!isSameLoad(stated.from, said) && software.length > 0 && software.every(({ load }) => isSameLoad(load, said)))
    return true;
  const hop = presentHop(context);
  return isToBeShown(phone) && hop !== null && isSameLoad(hop.load, said) && isAllOf(hop, context.taken);
}

/** Whether what it took has yet to show; one that was held since it has not shown it goes on at its next boot. */
function isToBeShown({ state, context: { hold } }: Phone): boolean {
  return state === 'confirming' || (state === 'held' && hold?.code === 'P_UNPROVEN' && hold.isResumable);
}

/** Whether an image of the hop under way was given to it. */
export function hasBegun({ context: { begun, taken, unacked } }: Phone): boolean {
  return begun.length + taken.length + unacked.length > 0;
}

/** Whether what is said to run is what ran before the hop under way: no more than what is known, as long as the phone takes or writes that. */
export function isOfBefore(said: LoadName | null, { context }: Phone): boolean {
  const hop = presentHop(context);
  if (said === null || hop === null) return false;
  return softwareOfLoad(said).some((one) => hop.from.some((before) => areCompatible(one, before)));
}

/** Whether a phone of which nothing was heard since its time passed stays held for that, although another word waits for it. */
export function staysSilent(word: Enrolment, was: Enrolment, { state: standing, context: { hold } }: Phone): boolean {
  if (standing !== 'held' || hold?.isResumable !== true) return false;
  return hold.code === 'P_SILENT_AFTER_FLASH' || meaningOf(word, was, standing) === 'anew';
}

/** What tells of a phone whether a boot of it is under way. */
interface Heard {
  readonly phone: Phone;
  readonly evidence: Evidence;
  readonly memory: PhoneMemory;
}

/**
 * Whether a boot of the phone may still be under way, or it fell silent in one: then silence from now on has to be told. One that landed,
 * or is held for something else than its silence, has nothing under way; of one that was let go, how it stood then and its last question tell.
 */
export function isInBoot({ phone, evidence, memory }: Heard, at: SteadyMs): boolean {
  const { deadlineAt, hold, target, budgets, since } = phone.context;
  if (phone.state === 'held') return hold?.isResumable === true;
  if (phone.state !== 'cancelled') return deadlineAt !== null;
  if (memory.obeyed?.wasInBoot === true && at - since < budgets.identifying) return true;
  const heardAt = evidence.trace.steps.at(-1)?.at ?? Number.NEGATIVE_INFINITY;
  const hadLanded = evidence.software.length > 0 && evidence.software.every(({ load }) => isSameLoad(load, target));
  return !hadLanded && at - heardAt < budgets.identifying;
}

/** Whether the phone was off the list between two words. */
export function wasLetGo(word: Enrolment, was: Enrolment): boolean {
  return (word.beganWith ?? 0) > was.revision;
}

/** The word that a phone had obeyed when its record was written; the enrolment holds the newest. */
export function wordObeyed(enrolment: Enrolment, { state: standing, context }: Phone, memory: PhoneMemory): Enrolment {
  const { target } = context;
  const isGone = standing === 'cancelled';
  const isCurrent = isSameLoad(target, enrolment.target) && enrolment.status === 'enrolled' && !isGone;
  // A memory without a word that was obeyed: what the snapshot does not confirm is still to be obeyed.
  const guessed = { ...obeyedWord(enrolment), revision: enrolment.revision - (isCurrent ? 0 : 1) };
  return { ...enrolment, ...(memory.obeyed ?? guessed), target, status: isGone ? 'released' : 'enrolled' };
}

/** The operator's word as the memory keeps it. */
export function obeyedWord({ revision, enrolledAt, from, model }: Enrolment): ObeyedWord {
  return { revision, enrolledAt, from, model };
}
