import type { Hold } from '../../../machines/phone-context.ts';
import { type Evidence, isUnheard, mayBeProbed } from '../../core/identify/evidence.ts';
import { isSameLoad } from '../../core/names/same-load.ts';
import { type Hop, hopKey } from '../../core/plan/plan.ts';
import { type Tried, timesTried } from '../memory/tried.ts';
import { triggersSpent } from './came-for.ts';
import { fallen } from './holds.ts';
import { type RoadAnswer, roadFor, usableRungs } from './road.ts';
import type { SessionState } from './session-state.ts';

/** A phone that landed and showed something else so often is not led to its target any more (invented). */
const MOST_FALLS = 3;
/** So many rounds a phone is asked by its own SIP file which of two it runs (invented, as many as for a trigger). */
const MOST_PROBES = 2;

/** Plans the road of one phone, and says by which files its next load may be named to it. */
export class ItsRoad {
  readonly #state: SessionState;
  /** In which order the rungs of the first hop were begun; lost with the process, and then they are tried in the usual one. */
  #begun: { readonly hop: Hop; readonly rungs: readonly number[] } | null = null;

  constructor(state: SessionState) {
    this.#state = state;
  }

  /** Whether it has landed and fallen so often that its target is not what it keeps. */
  get hasFallenTooOften(): boolean {
    return this.#state.memory.falls >= MOST_FALLS;
  }

  /**
   * The rungs that may come after the present one. A Java phone that went for its load when this rung named it, and has everything, shows by the
   * same file that it runs the load: it reads no other.
   */
  rungsFromHere(hop: Hop): readonly number[] {
    const { phone, context } = this.#state;
    const { trigger } = context;
    const isProving = phone.state === 'confirming' && hop.kind === 'java-load' && this.#state.wentForIt(hop, trigger);
    return isProving ? [trigger] : this.#ladder(hop);
  }

  /** The road from everything the evidence admits, around what the phone refused. */
  ahead(lastHold: Hold | null): RoadAnswer {
    const { context, evidence, aids } = this.#state;
    const { mac, target, avoid } = context;
    const { matrix, index } = aids;
    return roadFor({
      mac,
      matrix,
      index: index(),
      evidence,
      // What was asked and not taken proves no load: a target that may run already is sought like any other.
      isTargetShown: false,
      target,
      avoid,
      lastHold,
    });
  }

  /** Plans, where the phone is being identified; what came of it is in its machine then. */
  plan(at: number): void {
    const state = this.#state;
    if (state.phone.state !== 'identifying') return;
    if (this.hasFallenTooOften) {
      state.apply({ type: 'plan.refused', at, hold: fallen(state.context, MOST_FALLS) });
      return;
    }
    const { context, evidence, memory } = state;
    const { software } = evidence;
    // Nothing was asked since somebody began anew: a target that was proven before waits for what the phone shows now.
    if (isUnheard(evidence) && software.length > 0 && software.every(({ load }) => isSameLoad(load, context.target)))
      return;
    // What can be told apart is told apart first: a load that both may take would lead nowhere from one of them.
    if (mayBeProbed(evidence) && timesTried(memory, { what: 'showed-nothing' }) < MOST_PROBES) return;
    const road = this.ahead(context.hold);
    if (road.kind === 'wait') return;
    if (road.kind === 'hold') {
      if (isMidList(evidence)) return;
      state.apply({ type: 'plan.refused', at, hold: road.hold });
      return;
    }
    const first = road.plan.hops[0];
    const usable = first === undefined ? [0] : usableRungs(first, evidence, state.aids.modelFamily);
    const open = first === undefined ? usable : this.#openRungs(first);
    const rung = open[0] ?? usable[0];
    if (rung === undefined) return;
    const budgets = state.budgets(first?.load ?? null);
    state.apply({ type: 'plan.made', at, plan: road.plan, trigger: rung, budgets });
    this.#begun = first === undefined ? null : { hop: first, rungs: usable };
    if (open.length > 0) return;
    state.apply({ type: 'hop.refused', at, hold: triggersSpent(state.context, state.memory) });
    this.plan(at);
  }

  /**
   * The rungs of a hop's ladder that may be published for this phone, in the order in which they are tried. An order that was begun
   * stays: a rung that can be published only since the phone has shown its family comes last, and none is left out.
   */
  #ladder(hop: Hop): readonly number[] {
    const usable = usableRungs(hop, this.#state.evidence, this.#state.aids.modelFamily);
    const begun = this.#begun?.hop === hop ? this.#begun.rungs.filter((rung) => usable.includes(rung)) : [];
    return [...begun, ...usable.filter((rung) => !begun.includes(rung))];
  }

  /** The rungs of a hop's ladder that may be published for this phone and were not passed over already. */
  #openRungs(hop: Hop): number[] {
    const usable = usableRungs(hop, this.#state.evidence, this.#state.aids.modelFamily);
    const most = this.#state.context.patience.roundsPerTrigger;
    return usable.filter((rung) => timesTried(this.#state.memory, passedOver(hop, rung)) < most);
  }
}

/** That the phone read this rung of a ladder, and did not come for what it names. */
export function passedOver(hop: Hop, rung: number): Tried {
  return { what: 'passed-over', hop: hopKey(hop), file: hop.triggers[rung]?.file ?? String(rung) };
}

/** SCCP images of before 7.x begin alike, and the last names of the list tell some of them apart (legacy-79x0 5.2). */
function isMidList({ pattern, trace }: Evidence): boolean {
  return pattern === 'g1-or-g2-sccp' && trace.steps.length > 1;
}
