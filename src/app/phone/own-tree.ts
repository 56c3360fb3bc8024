import type { Answer, Question } from '../../core/answer/answer.ts';
import { triggerFileOf } from '../../core/answer/answer.ts';
import { answerFromTree, type InTree, type OwnAnswer } from '../../core/answer/own-file.ts';
import { has, isHeadless } from '../../core/identify/trace.ts';
import type { AskedName } from '../../core/names/asked-name.ts';
import { noteWithheld } from '../memory/memory.ts';
import { HEADLESS } from './refusals.ts';
import type { SessionState } from './session-state.ts';

/** What a configuration in the tree is known as that a landed phone is not given, in the record, in `status` and to `explain`. */
export const OWN_FILE_WITHHELD = 'P_OWN_FILE_WITHHELD';

/** Gives a landed phone its own configuration out of the operator's tree, where that names no other load, and tells where it does. */
export class OwnTree {
  readonly #state: SessionState;
  #inTree: InTree = null;
  /** What came of the question that is being answered; null where the tree had no say. */
  #last: { readonly asked: AskedName; readonly own: OwnAnswer } | null = null;

  constructor(state: SessionState) {
    this.#state = state;
  }

  /** A question begins; `inTree` is what the tree holds under its name. */
  begin(inTree: InTree): void {
    this.#inTree = inTree;
    this.#last = null;
  }

  /** The answer out of the tree; null where our own stays: always before the landing, and while what runs is in doubt. */
  answer(asked: AskedName, { offer, isAllowed }: Pick<Question, 'offer' | 'isAllowed'>): Answer | null {
    this.#last = null;
    const { phone, evidence, aids } = this.#state;
    if (phone.state !== 'landed' || offer === null) return null;
    if (!isAllowed) {
      if (isHeadless(evidence.trace) && this.#inTree !== null && triggerFileOf(asked.kind) !== null) {
        this.#last = { asked, own: { answer: null, withheld: HEADLESS } };
      }
      return null;
    }
    const isStarted = has(evidence.trace, 'manifest');
    const own = answerFromTree({ asked, inTree: this.#inTree, offer, isStarted, index: aids.index() });
    this.#last = { asked, own };
    return own.answer;
  }

  /** Records what is not given and why, once for as long as that stays so. */
  record(at: number): void {
    if (this.#last === null) return;
    const { asked, own } = this.#last;
    const { memory, context } = this.#state;
    const file = (triggerFileOf(asked.kind) ?? '').replace('<MAC>', context.mac);
    const known = memory.withheld.find((one) => one.file === file && one.isShared !== true);
    this.#state.memory = noteWithheld(memory, file, own.withheld);
    if (own.withheld === null || known?.reason === own.withheld.reason) return;
    this.#state.record({
      event: 'phone.finding',
      at,
      ...this.#state.where(),
      finding: 'own-file-withheld',
      code: OWN_FILE_WITHHELD,
      file,
      reason: `${file} in the tree of --root is not given: ${own.withheld.reason}`,
      advice: own.withheld.advice,
    });
  }
}
