import { MANIFEST_PAIR, refusedManifest } from '../../core/identify/behaviour.ts';
import { imageUnderWay } from '../../core/identify/trace.ts';
import type { SteadyMs } from '../../core/moment.ts';
import { spanText } from '../../core/text/amounts.ts';
import { hopeless } from './refused-hops.ts';
import type { SessionState } from './session-state.ts';

/** Pairs of a manifest that a phone refuses come up to three minutes apart (java-phones 4.4); the rest is invented. */
const REFUSES_AFTER_MS = 5 * 60_000;

/** Concludes from the silence of a Java phone that it refuses a load: it took the manifest twice, and nothing that it lists. */
export class RefusedManifest {
  readonly #state: SessionState;

  constructor(state: SessionState) {
    this.#state = state;
  }

  /** When it has refused it; null where that is not so. */
  at(): SteadyMs | null {
    const { phone, evidence, context, hop, aids } = this.#state;
    const isJava = hop?.kind === 'java-load' || hop?.kind === 'boot-loader';
    if (phone.state !== 'downloading' || !isJava || context.manifestsInRow < MANIFEST_PAIR) return null;
    if (context.begun.length > 0 || imageUnderWay(evidence.trace) !== null) return null;
    const last = evidence.trace.steps.at(-1);
    const isManifest = last?.kind === 'manifest' || last?.kind === 'term-default';
    return isManifest && last.isGiven === true ? Math.max(last.at, aids.hearing.since) + REFUSES_AFTER_MS : null;
  }

  /** It comes no more in this boot, and others may go. */
  conclude(now: SteadyMs): void {
    const { hop, context } = this.#state;
    const at = this.at();
    if (at === null || now < at || hop === null) return;
    const then = `asked for nothing more within ${spanText(REFUSES_AFTER_MS)}`;
    const reason = refusedManifest(hop, context.manifestsInRow, then);
    const hold = hopeless({ code: 'P_MANIFEST_LOOP', reason, isHopeless: true }, context);
    this.#state.apply({ type: 'hop.refused', at: now, hold });
    this.#state.road.plan(now);
  }
}
