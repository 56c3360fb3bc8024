import { noteBegun } from '../../core/identify/trace.ts';
import { isSameLoad } from '../../core/names/same-load.ts';
import { isAllOf } from '../../core/plan/hop-progress.ts';
import type { Hop } from '../../core/plan/plan.ts';
import { withOldWord } from '../memory/memory.ts';
import { hasOtherLoader, timesTried } from '../memory/tried.ts';
import type { SessionState } from './session-state.ts';

/** An image of a hop that the phone asks for. */
interface Asked {
  readonly hop: Hop;
  readonly name: string;
}

/**
 * What one phone asked for of its load and may not have. A phone that gives a download up starts what it had, and may never ask again (legacy-79x0
 * 3.3): then it asks the same as one that has it all. So what it asked for in vain is remembered, whoever gives which order.
 */
export class ImageDoubt {
  readonly #state: SessionState;
  /** Images of which only the last acknowledgement is missing; lost with the process, and then nobody saw their end. */
  readonly #nearly = new Set<string>();

  constructor(state: SessionState) {
    this.#state = state;
  }

  /**
   * An image is given. Whether all of a loader reached the phone may never be seen, so one that is asked for counts: from then on it may have the
   * loader of this load, and its application not yet.
   */
  begun({ hop, name }: Asked): void {
    this.#nearly.delete(name);
    const { evidence } = this.#state;
    this.#state.evidence = { ...evidence, trace: noteBegun(evidence.trace, name) };
    const isLoader = hop.kind === 'application' && !isAllOf(hop, [name]);
    if (!isLoader) {
      // Who asks for the application of a load does not run it, and may run another one than before when it has that.
      this.#state.memory = { ...this.#state.memory, ran: null };
      this.#note({ what: 'images-missing', load: hop.load });
      this.#state.memory = withOldWord(this.#state.memory);
    } else if (!this.#isKnownToRun(hop)) this.#note({ what: 'loader-alone', load: hop.load });
  }

  lastSent({ name }: Asked): void {
    this.#nearly.add(name);
  }

  /** Its transfer is over, however it ended and whatever the phone is on its way to by now. */
  ended({ name }: Pick<Asked, 'name'>): void {
    this.#nearly.delete(name);
  }

  /** An image reached the phone, all but the last acknowledgement at least: what it lacks of it, it asks for again. */
  arrived({ hop, name }: Asked): void {
    const { taken, unacked } = this.#state.context;
    if (hop.kind === 'application' && isAllOf(hop, [name])) this.#state.forget('application-taken');
    if (isAllOf(hop, [...taken, ...unacked])) this.#state.forget('images-taken');
  }

  /** Whether it asked for images of this load, the last ones since it was said or proven to run that load, and has not got them all. */
  lacksImages(hop: Hop): boolean {
    return !this.#isNearlyThere(hop) && timesTried(this.#state.memory, { what: 'images-missing', load: hop.load }) > 0;
  }

  /** Whether the last that it asked us for on the way to this load was its loader. */
  hasLoaderAlone(hop: Hop): boolean {
    return !this.#isNearlyThere(hop) && timesTried(this.#state.memory, { what: 'loader-alone', load: hop.load }) > 0;
  }

  /** Whether only last acknowledgements are missing of what the hop needs: of its application where it has one, else of all that is not there already. */
  #isNearlyThere(hop: Hop): boolean {
    const { taken, unacked } = this.#state.context;
    const there = hop.kind === 'application' ? [] : [...taken, ...unacked];
    return this.#nearly.size > 0 && isAllOf(hop, [...there, ...this.#nearly]);
  }

  /**
   * Whether it runs this load although it asks for its loader: its operator says so, and nothing has shown otherwise; or that was proven, and it
   * has the loader of another load from us. Where nobody here gave it that, another server has, and maybe more.
   */
  #isKnownToRun({ load }: Hop): boolean {
    const { memory, evidence } = this.#state;
    const { obeyed } = memory;
    const { stated } = evidence;
    const hasOther = hasOtherLoader(memory, load);
    const isSaid =
      obeyed !== null &&
      isSameLoad(obeyed.from, load) &&
      obeyed.isOfBefore !== true &&
      (hasOther || isSameLoad(stated.from, load));
    const isProven = !isSameLoad(stated.from, load) && isSameLoad(memory.ran?.load, load);
    return isSaid || (isProven && hasOther);
  }

  #note(tried: { readonly what: 'loader-alone' | 'images-missing'; readonly load: string }): void {
    if (timesTried(this.#state.memory, tried) === 0) this.#state.countVain(tried);
  }
}
