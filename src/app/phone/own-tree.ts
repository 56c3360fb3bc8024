import type { Answer, Question } from '../../core/answer/answer.ts';
import { triggerFileOf } from '../../core/answer/answer.ts';
import { answerFromOwn, FROM_TREE, isXml, type OwnAnswer, type OwnSource } from '../../core/answer/own-file.ts';
import { has, isHeadless } from '../../core/identify/trace.ts';
import type { AskedName } from '../../core/names/asked-name.ts';
import type { NoConfiguration } from '../../ports/configurations.ts';
import { noteWithheld, type Withheld } from '../memory/memory.ts';
import { HEADLESS_LANDED } from './refusals.ts';
import type { SessionState } from './session-state.ts';

/** What a configuration in the tree is known as that a landed phone is not given, in the record, in `status` and to `explain`. */
export const OWN_FILE_WITHHELD = 'P_OWN_FILE_WITHHELD';

/** That a landed phone is not given one of its files, and why. */
export function withheldText({ file, reason, whence, isShared }: Omit<Withheld, 'advice'>, who = ''): string {
  if (isShared === true) return `${file} is not given${who}: ${reason}`;
  if (whence === 'nowhere') return `${file} ${reason}`;
  return `${whence === 'made' ? `its configuration (${file})` : `${file} in the tree of --root`} is not given${who}: ${reason}`;
}

/**
 * Gives a landed phone its own configuration, out of the operator's tree or as it was made for the phone, where that names no other
 * load, and tells where it does.
 */
export class OwnTree {
  readonly #state: SessionState;
  #source: OwnSource | NoConfiguration | null = null;
  /** What came of the question that is being answered; null where the tree had no say. */
  #last: { readonly asked: AskedName; readonly own: OwnAnswer; readonly whence?: 'made' | 'nowhere' } | null = null;

  constructor(state: SessionState) {
    this.#state = state;
  }

  /** A question begins; `source` is what is kept for the phone under its name. */
  begin(source: OwnSource | NoConfiguration | null): void {
    this.#source = source;
    this.#last = null;
  }

  /** The answer out of what is kept; null where our own stays: always before the landing, and while what runs is in doubt. */
  answer(asked: AskedName, { offer, isAllowed }: Pick<Question, 'offer' | 'isAllowed'>): Answer | null {
    this.#last = null;
    const { phone, evidence, aids } = this.#state;
    const source = this.#source;
    if (phone.state !== 'landed' || offer === null) return null;
    // A file that only names its load would take a Java phone's lines away. One that reads `.cnf` keeps what a file does not say
    // (after-landing 1.1), and its loader needs the load.
    if (source !== null && 'reason' in source) return this.#without(asked, source);
    const isOfTree = source?.origin === FROM_TREE;
    const whence = isOfTree ? {} : ({ whence: 'made' } as const);
    if (!isAllowed) {
      if (source !== null && isHeadless(evidence.trace) && triggerFileOf(asked.kind) !== null) {
        this.#last = { asked, own: { answer: null, withheld: HEADLESS_LANDED }, ...whence };
      }
      return null;
    }
    const isStarted = has(evidence.trace, 'manifest');
    const own = answerFromOwn({ asked, source, offer, isStarted, index: aids.index() });
    // Only the operator can mend a file of the tree: that is told until it is mended or gone.
    this.#last = { asked, own: isOfTree ? own : { ...own, withheld: null }, ...whence };
    if (isOfTree || own.withheld === null) return own.answer;
    const { reason, advice } = own.withheld;
    return { kind: 'not-found', reason, advice };
  }

  /** It has no configuration here, or is given none. */
  #without(asked: AskedName, { reason, advice, fault }: NoConfiguration): Answer | null {
    const whence = fault === 'missing' ? 'nowhere' : 'made';
    this.#last = { asked, own: { answer: null, withheld: fault === undefined ? null : { reason, advice } }, whence };
    return fault !== 'missing' && isXml(asked.kind) ? { kind: 'not-found', reason, advice } : null;
  }

  /** Records what is not given and why, once for as long as that stays so. */
  record(at: number): void {
    if (this.#last === null) return;
    const { asked, own, whence } = this.#last;
    const { memory, context } = this.#state;
    const file = (triggerFileOf(asked.kind) ?? '').replace('<MAC>', context.mac);
    const known = memory.withheld.find((one) => one.file === file && one.isShared !== true);
    const why = own.withheld === null || whence === undefined ? own.withheld : { ...own.withheld, whence };
    this.#state.memory = noteWithheld(memory, file, why);
    if (own.withheld === null || known?.reason === own.withheld.reason) return;
    this.#state.record({
      event: 'phone.finding',
      at,
      ...this.#state.where(),
      finding: 'own-file-withheld',
      ...(whence === undefined ? { code: OWN_FILE_WITHHELD } : {}),
      file,
      reason: withheldText({ file, reason: own.withheld.reason, ...(whence === undefined ? {} : { whence }) }),
      advice: own.withheld.advice,
    });
  }
}
