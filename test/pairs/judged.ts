import type { NoPlan, Plan } from '../../src/core/plan/plan.ts';
import type { FixedFirmware } from './firmware.ts';
import type { Arrival } from './fleet-road.ts';
import type { Outcome } from './outcomes.ts';
import { BOOT_LOADER, type Pair } from './pairs.ts';

/** Whether the phone alone could be brought to the target, whatever the planner thinks of it. */
export type Reach =
  | 'never'
  /** By steps that are allowed. */
  | 'allowed'
  /** Only by steps that are refused out of care. */
  | 'careful'
  /** By steps that are refused without a word of care. */
  | 'contradiction';

/** What an image of a road is; manifests and configurations change no flash. */
const IMAGE = /\.(?:bin|sbn|sb2)$/i;
/** The holds of a phone of which nothing can be shown. */
const UNSHOWN: ReadonlySet<string | null> = new Set(['P_UNPROVEN', 'P_TRIGGER_NOT_TAKEN']);

export interface Judged {
  readonly outcome: Outcome;
  /** What is wrong, for a contradiction. */
  readonly why: string;
}

/** Holds what `plan` said against what the fleet did and what the phone has in flash. */
export function judge(
  pair: Pair,
  plan: Plan | NoPlan,
  arrival: Arrival,
  reach: Reach,
  firmware: FixedFirmware,
  isStubborn: boolean,
): Judged {
  const images = arrival.taken.filter(([name]) => IMAGE.test(name));
  const isUnchanged = arrival.runs === pair.from && images.length === 0;
  const wrong = (why: string): Judged => ({ outcome: 'contradiction', why });
  const right = (outcome: Outcome): Judged => ({ outcome, why: '' });
  if (!plan.ok) {
    if (!isUnchanged) return wrong(`refused, and the phone took ${images.map(([name]) => name).join()}`);
    if (arrival.state !== 'held' || arrival.code !== plan.code)
      return wrong(`refused with ${plan.code}, not held for it`);
    if (plan.code === 'E_LOADER_TARGET') return right(reach === 'never' ? 'refused' : 'careful');
    if (reach === 'never') return right('refused');
    return reach === 'careful' ? right('careful') : wrong(`refused, and the phone can be brought there: ${reach}`);
  }
  if (pair.from === pair.target) {
    if (!isUnchanged) return wrong(`ran its target, and took ${images.map(([name]) => name).join()}`);
    if (arrival.state === 'landed') return right('ran it already');
    return arrival.state === 'held' && UNSHOWN.has(arrival.code) ? right('cannot show it') : wrong('ran its target');
  }
  if (arrival.state === 'landed') {
    const lacking = lackingOf(pair.target, arrival, firmware);
    if (arrival.runs !== pair.target) return wrong('landed on what the phone does not run');
    return lacking === null ? right('landed') : wrong(`landed without ${lacking}`);
  }
  if (isStubborn && arrival.state === 'held' && arrival.code !== null) return right('kept what it ran, and held');
  const isWarned = plan.warnings.some((warning) => warning.startsWith('Careful: '));
  if (isWarned && arrival.state === 'held' && arrival.code !== null) return right('warned, and held');
  return wrong(`ready over ${plan.hops.map(({ load }) => load).join(', ')}, and not landed`);
}

/** A file of the target that did not reach the phone whole with the bytes of its package; null when it has all it runs. */
function lackingOf(target: string, { taken }: Arrival, firmware: FixedFirmware): string | null {
  const pack = firmware.package(target);
  const has = (name: string) =>
    taken.some(([one, bytes]) => {
      const own = one.toLowerCase() === name.toLowerCase() ? firmware.file(target, name) : null;
      return own !== null && Buffer.compare(own, bytes) === 0;
    });
  if (pack === null) return `a package of ${target}`;
  // What comes out of a manifest is all of it for a Java phone, and the application where there is a loader.
  const application = `${target}.sb2`;
  if (pack.manifest.includes(application)) return has(application) ? null : application;
  if (pack.manifest.length > 0) return pack.manifest.find((name) => !has(name)) ?? null;
  return has(`${target}.bin`) || has(`${target}.sbn`) ? null : `${target}.bin or ${target}.sbn`;
}

/** In words, for a report. */
export function arrivalWords(pair: Pair, arrival: Arrival): string {
  const start = pair.from === BOOT_LOADER ? 'nothing but its boot loader' : pair.from;
  const { state, code, reason, runs, boots } = arrival;
  return `${pair.model} with ${start} for ${pair.target}: ${state}${code === null ? '' : ` ${code}`} after ${boots} boots, runs ${runs}${reason === null ? '' : ` (${reason})`}`;
}
