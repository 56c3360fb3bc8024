import { hasAll } from '../../../machines/rules.ts';
import { type Answer, triggerFileOf } from '../../core/answer/answer.ts';
import { given, imageEnded } from '../../core/identify/evidence.ts';
import { isUnderWay } from '../../core/phone-states.ts';
import type { Hop } from '../../core/plan/plan.ts';
import type { BehaviourWatch } from './behaviour-watch.ts';
import type { HopJudge } from './hop-judge.ts';
import type { ImageDoubt } from './image-doubt.ts';
import type { OnePackage } from './one-package.ts';
import { neverStarts } from './refused-hops.ts';
import type { SessionState } from './session-state.ts';

type FileAnswer = Extract<Answer, { kind: 'file' }>;

interface NewsParts {
  readonly judge: HopJudge;
  readonly behaviour: BehaviourWatch;
  readonly pack: OnePackage;
  readonly images: ImageDoubt;
}

/** What became of the files that one phone was given. */
export class TransferNews {
  readonly #state: SessionState;
  readonly #judge: HopJudge;
  readonly #behaviour: BehaviourWatch;
  readonly #package: OnePackage;
  readonly #images: ImageDoubt;
  /** When a block of an image was acknowledged last; lost with the process, as transfers are. */
  #progressAt = Number.NEGATIVE_INFINITY;

  constructor(state: SessionState, parts: NewsParts) {
    this.#state = state;
    this.#judge = parts.judge;
    this.#behaviour = parts.behaviour;
    this.#package = parts.pack;
    this.#images = parts.images;
  }

  /** A file of the phone's hop, or a text that names its load, reached it whole. */
  sent(answer: Answer, at: number): void {
    if (answer.kind === 'file') this.#images.ended(answer);
    if (answer.kind === 'trigger') {
      if (this.#state.isPresent(answer.hop)) {
        const { file } = answer.trigger;
        const step = this.#state.evidence.trace.steps.findLast(({ kind }) => triggerFileOf(kind) === file);
        if (step !== undefined) this.#state.evidence = given(this.#state.evidence, step.name);
        this.#state.apply({ type: 'trigger.shown', at, file });
      }
    }
    if (answer.kind === 'file' && answer.role === 'manifest') {
      this.#state.evidence = given(this.#state.evidence, answer.name);
      if (this.#state.isPresent(answer.hop)) this.#countManifest(answer.hop, answer.name, at);
    }
    if (
      answer.kind === 'file' &&
      answer.role === 'image' &&
      this.#state.isPresent(answer.hop) &&
      this.#package.counts(answer)
    ) {
      this.#state.evidence = imageEnded(this.#state.evidence, answer.name, at);
      const isLast = this.#judge.isLastImage(answer.hop, answer.name);
      // One archive of five may be fetched again and again for the sake of the others.
      if (isLast) this.#behaviour.countWhole(answer.name);
      this.#state.apply({ type: 'image.sent', at, file: answer.name, isLast });
      this.#images.arrived(answer);
    }
  }

  /** A file of the hop is given. */
  begun(answer: FileAnswer): void {
    if (answer.role === 'image') this.#images.begun(answer);
  }

  /** Only the acknowledgement of its last block is missing. */
  lastSent(answer: Answer): void {
    if (answer.kind === 'file' && answer.role === 'image') this.#images.lastSent(answer);
  }

  /** A phone that has everything and takes its manifest in boot after boot may have as many of them as starts of an image. */
  #countManifest(hop: Hop, file: string, at: number): void {
    const { context, phone } = this.#state;
    // One that has landed takes it at each boot.
    if (
      !isUnderWay(phone) ||
      !hasAll(context) ||
      this.#state.countVain({ what: 'taken-whole', file }) < context.patience.imageStarts
    )
      return;
    this.#state.apply({ type: 'hop.refused', at, hold: neverStarts(hop, context), isFinal: true });
  }

  /** Blocks of a file were acknowledged: a phone that takes its image slowly is not silent. */
  progressed(answer: Answer, at: number): void {
    if (answer.kind === 'file' && answer.role === 'image' && this.#state.isPresent(answer.hop)) this.#progressAt = at;
  }

  /** A transfer ended before its end; `isUnacked` when only the acknowledgement of its last block is missing. */
  failed(answer: Answer, at: number, isUnacked: boolean): void {
    if (answer.kind === 'file') this.#images.ended(answer);
    if (answer.kind !== 'file' || !this.#state.isPresent(answer.hop)) return;
    if (answer.role === 'manifest') this.#state.apply({ type: 'manifest.failed', at, file: answer.name });
    if (answer.role === 'image') {
      this.#state.apply({ type: 'image.failed', at, file: answer.name, isUnacked });
      if (isUnacked) {
        this.#images.arrived(answer);
        this.#judge.reconsider(at);
      }
    }
  }

  /** Until when the image that the phone is taking counts as a sign of life; in the past where it takes none. */
  get movesUntil(): number {
    const { state, context } = this.#state.phone;
    return state === 'downloading' ? this.#progressAt + context.budgets.downloading : Number.NEGATIVE_INFINITY;
  }
}
