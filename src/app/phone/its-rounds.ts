import { triggerFileOf } from '../../core/answer/answer.ts';
import type { GatePhone } from '../../core/batch/gate.ts';
import { type Observation, observe } from '../../core/identify/evidence.ts';
import type { AskedName } from '../../core/names/asked-name.ts';
import { isUnderWay } from '../../core/phone-states.ts';
import { beginsBoot } from '../../core/power/power-record.ts';
import { noteBooted } from '../memory/memory.ts';
import type { AddressDoubt } from './address-doubt.ts';
import type { BehaviourWatch } from './behaviour-watch.ts';
import { givenOnce } from './holds.ts';
import type { HopJudge } from './hop-judge.ts';
import type { ItsTurn } from './its-turn.ts';
import { hasRefused } from './never-asked.ts';
import { isAskedFirst } from './offers.ts';
import type { SessionState } from './session-state.ts';
import type { SilentBoots } from './silent-boots.ts';

/** A nameless request that was refused, since nobody could tell whose it was. */
export interface RefusedAsk {
  readonly asked: AskedName;
  readonly at: number;
  readonly reason: string;
  /** What a person can do when that happens again and again. */
  readonly advice: string;
}

interface RoundParts {
  readonly doubt: AddressDoubt;
  readonly turn: ItsTurn;
  readonly behaviour: BehaviourWatch;
  readonly judge: HopJudge;
  readonly silent: SilentBoots;
}

/** Its place among the others that are to be converted. */
interface Place {
  readonly gatePhone: (at: number) => GatePhone;
  readonly isWaiting: (at: number) => boolean;
}

/** Takes what one phone asks into what is known of it, and ends a round of its questions where another one begins. */
export class ItsRounds {
  readonly #state: SessionState;
  readonly #doubt: AddressDoubt;
  readonly #turn: ItsTurn;
  readonly #behaviour: BehaviourWatch;
  readonly #judge: HopJudge;
  readonly #silent: SilentBoots;
  readonly #place: Place;

  constructor(state: SessionState, parts: RoundParts, place: Place) {
    this.#state = state;
    this.#doubt = parts.doubt;
    this.#turn = parts.turn;
    this.#behaviour = parts.behaviour;
    this.#judge = parts.judge;
    this.#silent = parts.silent;
    this.#place = place;
  }

  /** What it asked before anybody could tell that it was this phone; a round in which its trigger was refused so is not counted. */
  learnRefused({ asked, at, reason, advice }: RefusedAsk, isElsewhere: boolean): Observation {
    const seen = this.learn(asked, at, isElsewhere);
    const { hop, context } = this.#state;
    const present = hop?.triggers[context.trigger]?.file;
    const isNeeded = present !== undefined && triggerFileOf(asked.kind) === present;
    const help = isNeeded ? { advice } : {};
    this.#state.record({ event: 'file.refused', at, ...this.#state.where(), file: asked.name, reason, ...help });
    if (isNeeded) this.#turn.noteTurnedAway();
    return seen;
  }

  /** It asked for this: what is known of it since, and whether that began another round. */
  learn(asked: AskedName, at: number, isElsewhere: boolean): Observation {
    const before = this.#state.evidence.trace;
    const { hearing } = this.#state.aids;
    const isGap = hearing.isGapSince(before.steps.at(-1)?.at ?? at);
    const { isByNamesOnly } = this.#doubt;
    const aids = { ...this.#state.aids, isElsewhere, isGap, isByNamesOnly, heardSince: hearing.since };
    const seen = this.#doubt.believed(observe(this.#state.evidence, asked, at, aids), asked);
    this.#state.evidence = seen.evidence;
    if (beginsBoot(asked.kind)) this.#state.memory = noteBooted(this.#state.memory);
    if (seen.isContradiction) this.#state.forget('contradicted');
    for (const { finding, reason } of seen.findings) {
      const isSurprise = isUnderWay(this.#state.phone) && this.#state.context.hasTaken;
      const code = finding !== 'contradiction' ? {} : { code: isSurprise ? 'P_UNEXPECTED_LOAD' : 'P_CONTRADICTION' };
      this.#state.record({ event: 'phone.finding', at, ...this.#state.where(), finding, ...code, reason });
    }
    this.#behaviour.notice(asked, at, seen.isNewRound, before);
    if (seen.isNewRound) {
      // What it asked before it got another address is a part of a boot, of which nobody knows the rest.
      if (isElsewhere) this.#turn.noteTurnedAway();
      this.#behaviour.endRound(before, at);
      this.#judge.endRound(before, at);
      this.#silent.endRound(before);
      this.#doubt.endRound(before, this.#turn.wasTurnedAway);
      this.#beginRound(at);
    }
    return seen;
  }

  /** Each round of a boot loader that refuses its manifest is a boot, in which it may be shown something else, or nothing; `before` is when it asked last. */
  endRefused(asked: AskedName, at: number, before: number | null): void {
    if (!hasRefused(this.#state, asked, at, before)) return;
    this.#state.apply({ type: 'round.begun', at, usable: [] });
    this.#turn.beginRound();
  }

  #beginRound(at: number): void {
    const { hop } = this.#state;
    const isOffered = this.#state.phone.state === 'offered';
    const { hasSlot, keepsPlace } = this.#place.gatePhone(at);
    const isWaiting = this.#place.isWaiting(at);
    if (isOffered && (hasSlot || (keepsPlace === true && !isWaiting))) this.#state.passTurn();
    if (isWaiting) this.#state.noteWait(at);
    // A round in which the phone could not be shown anything says nothing about its trigger; one in which it took files all the same ends them.
    if (this.#state.isBusy || (!this.#turn.wasTurnedAway && !isWaiting)) {
      if (isOffered) this.#state.passOver();
      const usable = hop === null ? [] : this.#state.road.rungsFromHere(hop);
      const file = hop?.triggers[this.#state.context.trigger]?.file ?? '';
      const known =
        this.#doubt.isGivenOnce && isAskedFirst(file) ? { hold: givenOnce(file) } : this.#behaviour.hold(false);
      this.#state.apply({ type: 'round.begun', at, usable, ...known });
    }
    this.#turn.beginRound();
  }
}
