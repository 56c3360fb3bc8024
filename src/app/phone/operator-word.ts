import { freshContext, nextHop, presentHop } from '../../../machines/phone-context.ts';
import { begin } from '../../../machines/step.ts';
import { unproven, withOldTrace } from '../../core/identify/evidence.ts';
import { state } from '../../core/identify/stated-word.ts';
import type { ModelId } from '../../core/names/family.ts';
import { isSameLoad } from '../../core/names/same-load.ts';
import type { Enrolment } from '../../ports/store.ts';
import { withoutWord } from '../memory/memory.ts';
import { withRefusals, withWord } from '../memory/tried.ts';
import { noteAway } from './long-silence.ts';
import { isInDoubt, isOpen } from './refused-hops.ts';
import type { SessionState } from './session-state.ts';
import {
  hasBegun,
  isInBoot,
  isOfBefore,
  isProvenAnyway,
  meaningOf,
  obeyedWord,
  staysSilent,
  wasLetGo,
} from './word-obeyed.ts';

/** What obeying came to. A phone that begins anew is planned for when it is heard; one that is tried again, at once. */
type Obeyed = 'nothing' | 'released' | 'retried' | 'anew';

/** What the operator asked for one phone: obeyed at once, or at its next boot when the phone may be writing flash. */
export class OperatorWord {
  readonly #state: SessionState;
  #enrolment: Enrolment;
  #waiting: Enrolment | null = null;
  /** Whether the word that waits says no more than what ran before the load that the phone takes; lost with the process. */
  #isOfBefore = false;

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
    const { isBusy, phone, hop } = this.#state;
    // Who has the manifest alone, and is said to run that load, is said to run it now.
    const mayBeNow = hop !== null && isSameLoad(enrolment.from, hop.load) && !hasBegun(phone);
    this.#isOfBefore = isBusy && !mayBeNow && isOfBefore(enrolment.from, phone);
  }

  /**
   * Obeys what may be obeyed now, and says what that came to. A phone that fell silent with a whole image obeys nothing
   * but a release until it is heard, and one that fell silent on its road begins no new one: that it is silent is what has to be told.
   */
  obey(at: number, isHeard = true): Obeyed {
    const word = this.#waiting;
    if (word === null || this.#state.isBusy) return 'nothing';
    const was = this.#enrolment;
    if (!isHeard && word.status !== 'released' && staysSilent(word, was, this.#state.phone)) return 'nothing';
    const { from, model } = word;
    this.#waiting = null;
    this.#enrolment = word;
    const mayBeBooting = isInBoot(this.#state, at);
    const isRelease = word.status === 'released';
    const isOld = this.#state.memory.obeyed?.isOfBefore === true;
    // Who has it tried again, or says what ran before the application that it takes, has not read its display since.
    const isSaidAnew =
      (word.enrolledAt !== was.enrolledAt || !isSameLoad(from, was.from)) && !(isOld && this.#isOfBefore);
    const obeyed = {
      ...obeyedWord(word),
      ...(isRelease && mayBeBooting ? { wasInBoot: true as const } : {}),
      ...(isOld && !isSaidAnew ? { isOfBefore: true as const } : {}),
    };
    this.#state.memory = { ...this.#state.memory, obeyed };
    if (isRelease) {
      const { phone, memory } = this.#state;
      const { state: standing, context } = phone;
      const hop = presentHop(context);
      // That it fetched its manifest again and again is a refusal, too, and outlives the release.
      if (standing === 'held' && context.hold?.code === 'P_MANIFEST_LOOP' && hop !== null)
        this.#state.countVain({
          what: 'denied',
          load: hop.load,
          code: context.hold.code,
          ...(isInDoubt(context, memory) || isOpen(context, memory) ? { isOpen: true as const } : {}),
        });
      this.#state.apply({ type: 'operator.released', at });
      return 'released';
    }
    const standing = this.#state.phone.state;
    const isUnsaid = isOld && from === null;
    const isKnown = this.#isOfBefore || isUnsaid || isProvenAnyway(from, this.#state.phone, this.#state.evidence);
    const means = meaningOf(word, was, standing, isKnown);
    if (means === 'nothing') {
      if (isOld) this.#state.memory = { ...this.#state.memory, obeyed: { ...obeyed, isOfBefore: true } };
      return 'nothing';
    }
    if (isSaidAnew) this.#state.memory = withWord(this.#state.memory, from);
    // What was said before the phone was flashed, or overruled by what it showed, is not said again by a retry.
    const isLetGo = standing === 'cancelled' || wasLetGo(word, was);
    const isSameFrom = isKnown || isSameLoad(was.from, from);
    // What was known is not known any more of one that was on no list.
    const isTyped = isSaidAnew && from !== null && (isLetGo || !isKnown);
    const said = isTyped || !isSameFrom ? from : this.#state.evidence.stated.from;
    this.#state.evidence = state(this.#state.evidence, { from: said, model }, this.#state.aids);
    // Nobody heard what became of a phone that was on no list.
    if (isLetGo) {
      this.#state.evidence = unproven(this.#state.evidence);
      this.#state.memory = withoutWord(this.#state.memory);
    }
    noteAway(this.#state, this.#state.evidence.trace.steps.at(-1)?.at ?? at, at);
    const { memory: before, context } = this.#state;
    if (means === 'anew') this.#startOver(word, at);
    // A phone that is plugged in later has all the time it wants for its first question; one that was booting has not.
    // On its way the word that it runs what it took leads on; nothing else may show that.
    const isSaidToHave = isTyped && nextHop(context) !== null && isSameLoad(from, presentHop(context)?.load);
    const isSame =
      means === 'retried' && isSameFrom && !isSaidToHave && this.#isSameFamily(was.model, model)
        ? { isSame: true as const }
        : {};
    if (means === 'retried' || mayBeBooting) this.#state.apply({ type: 'operator.retried', at, ...isSame });
    if (means === 'anew') this.#state.memory = withRefusals(this.#state.memory, before, from);
    return means;
  }

  /** Another model of the same family takes the same loads: what the phone has of one it has. */
  #isSameFamily(was: ModelId | null, model: ModelId | null): boolean {
    const { modelFamily } = this.#state.aids;
    return was === model || (was !== null && model !== null && modelFamily(was) === modelFamily(model));
  }

  /** Another target, or a phone that was released before: the road begins anew; what was learnt of the phone stays. */
  #startOver({ mac, target }: Enrolment, at: number): void {
    const budgets = this.#state.budgets(null, target);
    this.#state.phone = begin(freshContext(mac, target, at, budgets, this.#state.aids.timing.patience));
    this.#state.evidence = withOldTrace(this.#state.evidence);
    this.#state.forget('other-target');
  }
}
