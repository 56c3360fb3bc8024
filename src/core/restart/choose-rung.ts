import type { WallMs } from '../moment.ts';
import { rangesOverlap } from '../names/release.ts';
import type { Software } from '../software.ts';
import { LADDER, RUNG_IDS, type Rung, type RungId } from './ladder.ts';

/** What is known of a phone that is to be restarted. */
export interface RestartView {
  /** Everything that it may be running; empty while nothing is known. */
  readonly software: readonly Software[];
  /** What it lacks for a rung here and now; null when nothing. */
  readonly lacks: (id: RungId) => string | null;
  /** Rungs that came to nothing lately. */
  readonly refused: ReadonlyMap<RungId, RungRefused>;
}

/** That a rung came to nothing, and when. */
export interface RungRefused {
  readonly why: string;
  readonly at: WallMs;
}

/** Whether a rung can be tried now. */
export type RungVerdict =
  | { readonly id: RungId; readonly may: true; readonly rung: Rung }
  | { readonly id: RungId; readonly may: false; readonly why: string };

/** Every rung of the ladder with whether it can be tried, in the order in which they are tried. */
export function rungsOf(view: RestartView): readonly RungVerdict[] {
  return RUNG_IDS.map((id) => verdictOf(id, view));
}

function verdictOf(id: RungId, { software, lacks, refused }: RestartView): RungVerdict {
  const rung = LADDER.find((one) => one.id === id && fits(one, software));
  if (rung === undefined) return { id, may: false, why: 'what it runs is not restarted so' };
  const lack = lacks(id);
  if (lack !== null) return { id, may: false, why: lack };
  const was = refused.get(id);
  return was === undefined ? { id, may: true, rung } : { id, may: false, why: `it came to nothing before: ${was.why}` };
}

/**
 * Whether a rung is for what the phone may be running. What is asked by SIP or SCCP hurts nobody who does not understand it; a password is typed only where
 * nothing else can be there.
 */
function fits(rung: Rung, software: readonly Software[]): boolean {
  if (rung.protocol === null) return true;
  if (rung.id === 'telnet') {
    const isUp =
      software.length > 0 && software.every(({ running, protocol }) => running === 'application' && protocol !== null);
    return isUp && software.every((one) => isFor(rung, one));
  }
  return software.length === 0 || software.some((one) => isFor(rung, one));
}

function isFor({ phones, protocol, releases }: Rung, one: Software): boolean {
  // What a loader has started since asks nothing that would tell: who is registered has started.
  if (phones !== 'any' && (one.generation === 'java') !== (phones === 'java')) return false;
  if (one.protocol !== null && one.protocol !== protocol) return false;
  return rangesOverlap(one.releases, releases);
}
