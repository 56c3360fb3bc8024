import { freshContext } from '../../../machines/phone-context.ts';
import { begin, type Phone } from '../../../machines/step.ts';
import { state, unproven, withOldTrace } from '../../core/identify/evidence.ts';
import type { PhoneState } from '../../core/phone-states.ts';
import type { Enrolment } from '../../ports/store.ts';
import type { ObeyedWord, PhoneMemory } from '../memory/memory.ts';
import type { SessionState } from './session-state.ts';

/** What the operator asked for one phone: obeyed at once, or at its next boot when the phone may be writing flash. */
export class OperatorWord {
  readonly #state: SessionState;
  #enrolment: Enrolment;
  #waiting: Enrolment | null = null;

  constructor(enrolment: Enrolment, state: SessionState) {
    this.#enrolment = enrolment;
    this.#state = state;
  }

  /** What the operator asked, as far as it was obeyed. */
  get enrolment(): Enrolment {
    return this.#enrolment;
  }

  /** Takes a new word; the newest replaces those that still wait. */
  take(enrolment: Enrolment): void {
    this.#waiting = enrolment;
  }

  /**
   * Obeys what may be obeyed now; true when it changed something for the phone. A phone that fell silent with a whole image obeys nothing
   * but a release until it is heard, and one that fell silent on its road begins no new one: that it is silent is what has to be told.
   */
  obey(at: number, isHeard = true): boolean {
    const word = this.#waiting;
    if (word === null || this.#state.isBusy) return false;
    const was = this.#enrolment;
    if (!isHeard && word.status !== 'released' && staysSilent(word, was, this.#state.phone)) return false;
    const { from, model } = word;
    this.#waiting = null;
    this.#enrolment = word;
    this.#state.memory = { ...this.#state.memory, obeyed: obeyedWord(word) };
    if (word.status === 'released') {
      this.#state.apply({ type: 'operator.released', at });
      return true;
    }
    const standing = this.#state.phone.state;
    const means = meaningOf(word, was, standing);
    if (means === 'nothing') return false;
    // What was said before the phone was flashed, or overruled by what it showed, is not said again by a retry.
    const said = was.from === from ? this.#state.evidence.stated.from : from;
    this.#state.evidence = state(this.#state.evidence, { from: said, model });
    // Nobody heard what became of a phone that was on no list.
    if (standing === 'cancelled' || wasLetGo(word, was)) this.#state.evidence = unproven(this.#state.evidence);
    if (means === 'anew') this.#startOver(word, at);
    else this.#state.apply({ type: 'operator.retried', at });
    return true;
  }

  /** Another target, or a phone that was released before: the road begins anew; what was learnt of the phone stays. */
  #startOver({ mac, target }: Enrolment, at: number): void {
    const budgets = this.#state.budgets(null, target);
    this.#state.phone = begin(freshContext(mac, target, at, budgets, this.#state.aids.timing.patience));
    this.#state.evidence = withOldTrace(this.#state.evidence);
    this.#state.forget('other-target');
    this.#state.answered = null;
  }
}

/** What the operator's word means for a phone that stands like this and obeyed another one before. */
export function meaningOf(word: Enrolment, was: Enrolment, standing: PhoneState): 'nothing' | 'retried' | 'anew' {
  if (word.revision === was.revision) return 'nothing';
  // One that was let go meanwhile has to show its load again, whether anybody heard of that or not.
  if (wasLetGo(word, was) || word.target !== was.target || standing === 'cancelled') return 'anew';
  // Only the label changed, and a run under way has nothing to do with it.
  const isRenamed = was.from === word.from && was.model === word.model && was.enrolledAt !== word.enrolledAt;
  return isRenamed && standing !== 'held' ? 'nothing' : 'retried';
}

/** Whether a phone of which nothing was heard since its time passed stays held for that, although another word waits for it. */
export function staysSilent(word: Enrolment, was: Enrolment, { state: standing, context: { hold } }: Phone): boolean {
  if (standing !== 'held' || hold?.isResumable !== true) return false;
  return hold.code === 'P_SILENT_AFTER_FLASH' || meaningOf(word, was, standing) === 'anew';
}

/** Whether the phone was off the list between two words. */
function wasLetGo(word: Enrolment, was: Enrolment): boolean {
  return (word.beganWith ?? 0) > was.revision;
}

/** The word that a phone had obeyed when its record was written; the enrolment holds the newest. */
export function wordObeyed(enrolment: Enrolment, { state: standing, context }: Phone, memory: PhoneMemory): Enrolment {
  const { target } = context;
  const isGone = standing === 'cancelled';
  const isCurrent = target === enrolment.target && enrolment.status === 'enrolled' && !isGone;
  // A memory without a word that was obeyed: what the snapshot does not confirm is still to be obeyed.
  const guessed = { ...obeyedWord(enrolment), revision: enrolment.revision - (isCurrent ? 0 : 1) };
  return { ...enrolment, ...(memory.obeyed ?? guessed), target, status: isGone ? 'released' : 'enrolled' };
}

/** The operator's word as the memory keeps it. */
export function obeyedWord({ revision, enrolledAt, from, model }: Enrolment): ObeyedWord {
  return { revision, enrolledAt, from, model };
}
