import { isUnprovenStep } from '../../../machines/rules.ts';
import { waitsForPlan } from '../../core/batch/retry-class.ts';
import { hasEnded } from '../../core/identify/behaviour.ts';
import type { Observation } from '../../core/identify/evidence.ts';
import { goesOn } from '../../core/identify/proceedings.ts';
import type { AskedName } from '../../core/names/asked-name.ts';
import { isSameLoad } from '../../core/names/same-load.ts';
import type { Software } from '../../core/software.ts';
import { cameUpOtherwise, fellBehind, kindsInTurn } from './holds.ts';
import type { SessionState } from './session-state.ts';

/** A phone may come up with something unexpected once; a second time, what runs is not what we gave it (invented). */
const MOST_SURPRISES = 2;
/** It may show so often, by the same names, that it runs something else than before, without taking a load (invented). */
const MOST_TURNS = 3;
/** It may come up so often with what ran before a hop that was proven already (invented; power may go in the middle of a download). */
const MOST_BEHIND = 12;
/** A phone that shows something new may go on so often, only to do what it was held for again (invented). */
const MOST_RETURNS = 5;

/** Counts how often one phone comes back with something else than before, and lets a held one go on when it shows something new. */
export class ComeBacks {
  readonly #state: SessionState;
  readonly #forget: () => void;

  /** `forget` is called when a hold is lifted: what the phone was known as then is over. */
  constructor(state: SessionState, forget: () => void) {
    this.#state = state;
    this.#forget = forget;
  }

  /**
   * The phone shows that it runs something else than `before`: once, that is planned from; a second time, the hop is given up. One that
   * shows the same few kinds in turn and takes nothing is no one phone.
   */
  contradict(at: number, before: readonly Software[]): void {
    const { hop, evidence, context } = this.#state;
    const surprises = this.#state.memory.surprises + 1;
    const code = this.heldFor();
    // Nothing that the phone does makes a file whole.
    if (code !== null && (isAboutFile(code) || code === 'P_CONTRADICTION')) return;
    // What a held phone shows may be what it was held for.
    if (code !== null && (this.#state.road.hasFallenTooOften || !this.#mayReturn(code))) return;
    if (this.#comesInTurn()) {
      this.#state.apply({ type: 'evidence.contradicted', at });
      this.#state.apply({ type: 'plan.refused', at, hold: kindsInTurn(context.mac, before, evidence.software) });
      return;
    }
    if (this.#fellBehind()) {
      this.#state.apply({ type: 'evidence.contradicted', at });
      this.#state.apply({ type: 'plan.refused', at, hold: fellBehind(context, MOST_BEHIND) });
      return;
    }
    if (this.#state.phone.state !== 'confirming' || hop === null) {
      this.#state.apply({ type: 'evidence.contradicted', at });
      return;
    }
    this.#state.memory = { ...this.#state.memory, surprises };
    if (surprises < MOST_SURPRISES) {
      this.#state.apply({ type: 'evidence.contradicted', at });
      return;
    }
    this.#state.apply({ type: 'hop.refused', at, hold: cameUpOtherwise(hop) });
  }

  /** A held phone that shows something new is worth another try; refusals still count. */
  comeBack(asked: AskedName, at: number, seen: Observation): void {
    const code = this.heldFor();
    if (code === null || isAboutFile(code)) return;
    if (hasEnded(code, asked)) {
      if (this.#mayReturn(code)) this.lift(`the phone asks ${asked.name} now`, at, { isAnew: true });
    } else if (seen.isChanged && (waitsForPlan(code) || code === 'P_UNPROVEN')) {
      const isSame = this.#leadsToSameStep();
      // What it reads, and is silent about, leads it where it was: what an application goes on to may show more when its load is named again.
      if (this.#state.road.ahead(null).kind !== 'plan' || (isSame && !goesOn(asked)) || !this.#mayReturn(code)) return;
      this.lift('the phone shows more of what it runs', at, isSame ? { isSame } : {});
    }
  }

  /** Whether it is held on its way, for what it does not show, and what is known of it leads to the load that it took whole again. */
  #leadsToSameStep(): boolean {
    const { context, hop } = this.#state;
    const road = this.#state.road.ahead(null);
    return isUnprovenStep(context) && road.kind === 'plan' && isSameLoad(road.plan.hops[0]?.load, hop?.load);
  }

  /** A held phone has said itself more of what it runs: it goes on where that opens a road. */
  hearMore(at: number): void {
    const code = this.heldFor();
    if (code === null || !(waitsForPlan(code) || code === 'P_UNPROVEN')) return;
    if (this.#state.road.ahead(null).kind === 'plan' && this.#mayReturn(code))
      this.lift('the phone says more of what it runs', at, {});
  }

  /** Whether a held phone may go on once more. */
  mayLift(): boolean {
    const code = this.heldFor();
    return code !== null && this.#mayReturn(code);
  }

  /** Whether it has come back to this kind too often; a phone that has landed is counted by how often it falls. */
  #comesInTurn(): boolean {
    const { phone, evidence } = this.#state;
    if (phone.state === 'landed' || phone.state === 'flashing' || evidence.pattern === null) return false;
    return this.#state.countVain({ what: 'showed-otherwise', pattern: evidence.pattern }) >= MOST_TURNS;
  }

  /** Whether it has come up too often with what ran before a hop that it had done. */
  #fellBehind(): boolean {
    const { phone, context } = this.#state;
    if (phone.state === 'landed' || context.hop < 2) return false;
    return this.#state.countVain({ what: 'fell-behind' }) >= MOST_BEHIND;
  }

  #mayReturn(code: string): boolean {
    return this.#state.countVain({ what: 'came-back', code }) <= MOST_RETURNS;
  }

  /** The code a phone is held for; null when it is not, or when its record must be left alone. */
  heldFor(): string | null {
    const { state, context } = this.#state.phone;
    const code = context.hold?.code ?? null;
    return state === 'held' && code !== 'P_SNAPSHOT_UNREADABLE' ? code : null;
  }

  /** The hold ends, and the road goes on or is planned anew. */
  lift(reason: string, at: number, how: { readonly isAnew?: true; readonly isSame?: true }): void {
    this.#forget();
    this.#state.apply({ type: 'hold.lifted', at, reason, isAnew: false, ...how });
    this.#state.road.plan(at);
  }
}

/** Whether a phone is held since a file of its step turned out to be changed or unreadable when it was asked for. */
function isAboutFile(code: string): boolean {
  return code === 'E_FIRMWARE_CHANGED' || code === 'E_FIRMWARE_UNREADABLE';
}
