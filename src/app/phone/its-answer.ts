import { type Answer, answerFor, PROBE_LOAD, triggerFileOf } from '../../core/answer/answer.ts';
import type { OwnSource } from '../../core/answer/own-file.ts';
import { has, isHeadless, isTorn } from '../../core/identify/trace.ts';
import type { AskedName } from '../../core/names/asked-name.ts';
import type { NoConfiguration } from '../../ports/configurations.ts';
import { wasTold } from '../memory/memory.ts';
import type { AddressDoubt } from './address-doubt.ts';
import type { BehaviourWatch } from './behaviour-watch.ts';
import type { ItsTurn } from './its-turn.ts';
import { offersFor, rowsOfAnswer } from './offers.ts';
import type { OnePackage } from './one-package.ts';
import type { OwnTree } from './own-tree.ts';
import { ELSEWHERE, headless, notAllowed, type Refusal } from './refusals.ts';
import type { SessionState } from './session-state.ts';

/** What an answer depends on beside the name that is asked. */
export interface HowAnswered {
  /** It is asked for in netascii. */
  readonly isText: boolean;
  /** What is kept for the phone under this name, `ended` where it is not given any longer; null where that does not matter. */
  readonly own: OwnSource | NoConfiguration | null;
}

interface AnswerParts {
  readonly doubt: AddressDoubt;
  readonly turn: ItsTurn;
  readonly pack: OnePackage;
  readonly tree: OwnTree;
  readonly behaviour: BehaviourWatch;
}

/** Decides what one phone gets for a request, of what was learnt of it, and records that. */
export class ItsAnswer {
  readonly #state: SessionState;
  readonly #doubt: AddressDoubt;
  readonly #turn: ItsTurn;
  readonly #package: OnePackage;
  readonly #tree: OwnTree;
  readonly #behaviour: BehaviourWatch;
  /** Whether the request that is being answered came in netascii. */
  #isText = false;
  /** What the phone is given for `syncinfo.xml`, which makes it restart; null: what the operator's tree has. */
  syncInfo: string | null = null;

  constructor(state: SessionState, parts: AnswerParts) {
    this.#state = state;
    this.#doubt = parts.doubt;
    this.#turn = parts.turn;
    this.#package = parts.pack;
    this.#tree = parts.tree;
    this.#behaviour = parts.behaviour;
  }

  /** A request comes. */
  begin({ isText, own }: HowAnswered): void {
    this.#isText = isText;
    this.#tree.begin(own);
  }

  /** What it is given; its rows are recorded. */
  give(asked: AskedName, at: number): Answer {
    const answer = this.#guarded(this.look(asked, at));
    this.#record(answer, asked, at);
    return answer;
  }

  /** What it would be given, before anything of it is recorded. */
  look(asked: AskedName, at: number): Answer {
    if (this.syncInfo !== null && asked.name.toLowerCase() === SYNC_INFO) {
      const content = new TextEncoder().encode(this.syncInfo);
      return { kind: 'own-file', content, load: null, origin: 'made for its check-sync, so that it restarts' };
    }
    const { matrix, turns, index } = this.#state.aids;
    const offers = offersFor(this.#state.phone, this.#state.evidence, matrix, turns.isPaused);
    const ours = answerFor({ asked, ...offers, index: index(), isText: this.#isText });
    const answer = this.#tree.answer(asked, offers) ?? ours;
    if (answer.kind === 'not-found' && offers.offer !== null && !offers.isAllowed) {
      const isTrigger = triggerFileOf(asked.kind) !== null;
      const isBeheaded = isHeadless(this.#state.evidence.trace);
      const why = isBeheaded ? this.#headless() : notAllowed(answer.reason, this.#state.context);
      // It was refused what it might have come for: the round says nothing about its trigger.
      if (isTrigger && isBeheaded) this.#turn.noteTurnedAway();
      return isTrigger ? { kind: 'not-found', ...why } : answer;
    }
    if (!namesOrIsLoad(answer)) return answer;
    if (answer.kind === 'file' && answer.role === 'image' && isTorn(this.#state.evidence.trace))
      return { kind: 'not-found', ...ELSEWHERE };
    const doubt = this.#doubt.refusal(asked, answer.kind === 'file' ? null : triggerFileOf(asked.kind));
    if (doubt !== null) return { kind: 'not-found', ...doubt };
    const why = (answer.kind === 'file' ? this.#package.refusal(answer) : null) ?? this.#turn.refusal(at);
    return why === null ? answer : { kind: 'not-found', ...why };
  }

  #headless(): Refusal {
    const { evidence, memory, context } = this.#state;
    return headless(evidence.trace, wasTold(memory, { what: 'waits', hop: context.hop }));
  }

  /** No image goes to a phone whose state does not say that it may be writing flash: nobody would know to leave it alone. */
  #guarded(answer: Answer): Answer {
    if (answer.kind !== 'file' || answer.role !== 'image' || this.#state.isBusy) return answer;
    return { kind: 'not-found', reason: `no image is given to a phone that is ${this.#state.phone.state}` };
  }

  #record(answer: Answer, asked: AskedName, at: number): void {
    this.#tree.record(at);
    if (answer.kind === 'trigger' || (answer.kind === 'file' && answer.isTrigger)) this.#turn.noteShown(answer.hop);
    const isProbe = asked.stem === PROBE_LOAD && asked.kind === 'image';
    if (isProbe && has(this.#state.evidence.trace, 'sip-phone')) this.#state.noteProbed();
    for (const row of rowsOfAnswer(answer, asked, { at, ...this.#state.where() })) this.#state.record(row);
    this.#behaviour.noticeAnswer(answer, asked, at);
  }
}

/** What a 7940 or 7960 asks after a check-sync (after-landing 5.2). */
const SYNC_INFO = 'syncinfo.xml';

function namesOrIsLoad(answer: Answer): answer is Exclude<Answer, { kind: 'probe' | 'static' | 'not-found' }> {
  return answer.kind === 'trigger' || answer.kind === 'file' || (answer.kind === 'own-file' && answer.load !== null);
}
