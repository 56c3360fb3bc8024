import type { HeardAt } from '../heard/heard.ts';
import { areCompatible } from '../identify/shared-software.ts';
import { softwareOfLoad } from '../identify/software-of-load.ts';
import { type LoadName, parseLoadName } from '../names/load-name.ts';
import type { Software } from '../software.ts';
import type { AskedStep, Round } from './phone-log.ts';

/** A load that a phone most likely runs, and where it took the last of it. */
export interface LikelyLoad {
  readonly load: LoadName;
  readonly at: HeardAt;
}

/**
 * The load that the phone took last, whole, where it asks by now as phones do that run it. That is no proof: another server sent the bytes,
 * and nobody here has seen them. Null where it took none, where something of it was missing, or where a load is known already.
 */
export function likelyLoad(rounds: readonly Round[], software: readonly Software[]): LikelyLoad | null {
  if (software.length === 0 || software.some(({ load }) => load !== null)) return null;
  const steps = rounds.flatMap((round) => round.steps);
  const image = steps.findLastIndex(({ asked }) => asked.kind === 'image');
  const last = steps[image];
  // It has asked for something else since: another program than the one that took it, or the same one after a restart.
  if (last === undefined || image === steps.length - 1) return null;
  const manifest = steps.slice(0, image).findLastIndex(({ asked }) => asked.kind === 'manifest');
  const taken =
    manifest >= 0 && isOneLoad(steps.slice(manifest, image + 1)) ? steps.slice(manifest, image + 1) : [last];
  if (!taken.every(({ end }) => end?.outcome === 'sent')) return null;
  const parsed = parseLoadName(taken[0]?.asked.stem ?? '');
  if (!parsed.ok || last.end === null) return null;
  const said = softwareOfLoad(parsed.value.name);
  const fits = software.some((one) => said.some((other) => areCompatible(one, other)));
  return fits ? { load: parsed.value.name, at: last.end.at } : null;
}

/** Whether nothing but a manifest and images stands there: what was asked in one go. */
function isOneLoad(steps: readonly AskedStep[]): boolean {
  return steps.every(({ asked }, i) => asked.kind === (i === 0 ? 'manifest' : 'image'));
}
