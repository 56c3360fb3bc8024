import { SOON_MS } from '../../core/identify/trace.ts';
import { isSameLoad } from '../../core/names/same-load.ts';
import { isUnderWay } from '../../core/phone-states.ts';
import { timesTried } from '../memory/tried.ts';
import type { SessionState } from './session-state.ts';

/**
 * So long a silence, from `last` to `at`, lets another server flash the phone: what it took from us before is no witness then of what it runs after it.
 * It is noted where a landing may rest on that: on its way to another load than it runs it does not, and one with a loader lands by its manifest.
 */
export function noteAway(state: SessionState, last: number, at: number): void {
  const { evidence, phone, hop, memory } = state;
  const { software } = evidence;
  const isProven =
    software.length > 0 && software.every(({ load, generation }) => load !== null && generation !== 'G3');
  const mayProve = !isUnderWay(phone) || software.some(({ load }) => isSameLoad(load, hop?.load));
  if (!isProven || !mayProve || at - last <= SOON_MS) return;
  if (timesTried(memory, { what: 'was-away' }) === 0) state.countVain({ what: 'was-away' });
}
