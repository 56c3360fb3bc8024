import { contradicts, type Evidence, isUnheard, type ReadingAids } from '../identify/evidence.ts';
import { readPattern } from '../identify/pattern.ts';
import { areCompatible, narrow } from '../identify/shared-software.ts';
import { softwareOfLoad } from '../identify/software-of-load.ts';
import { has, SOON_MS } from '../identify/trace.ts';
import { isSameSoftware } from '../same-software.ts';
import type { Software } from '../software.ts';
import type { Statement } from './statement.ts';

/**
 * Why a statement says nothing of the boot that goes on; null where it does. What it says was true within the last minute and a half, which is less
 * than anybody needs to flash a phone.
 */
export function doubtOf({ at, since }: Statement, evidence: Evidence): string | null {
  const { trace } = evidence;
  if (since === null) return 'nothing tells when that was said';
  if (at - since > SOON_MS) return 'that may have been said long ago';
  if (isUnheard(evidence)) return 'the phone has not asked for anything since somebody began anew';
  if (since < trace.startedAt) return 'that may have been said before the phone started';
  if (has(trace, 'image')) return 'the phone has asked for an image in this boot and may be writing its flash';
  return null;
}

/** What a statement makes of the evidence. */
export type Heard =
  /** It fits what was known, and says more where `isNarrower`. */
  | { readonly kind: 'fits'; readonly evidence: Evidence; readonly isNarrower: boolean }
  /** Something else was believed; what the phone asks fits what it says. */
  | { readonly kind: 'otherwise'; readonly evidence: Evidence }
  /** What the phone asks does not fit what it says: nothing is believed more than before. */
  | { readonly kind: 'excluded' };

/**
 * The evidence after a phone said what it runs. It never admits what the phone's questions exclude: words narrow what is known, and overrule only what was
 * believed beyond the questions.
 */
export function hear(evidence: Evidence, told: readonly Software[], aids: ReadingAids): Heard {
  const { trace, software, vendorModel } = evidence;
  const isOfModel = ({ family }: Software) =>
    vendorModel === null || family === null || aids.modelFamily(vendorModel) === family;
  const possible = told.filter((one) => isOfModel(one) && !contradicts(trace, one));
  const { from } = evidence.stated;
  const isSaidOtherwise =
    from !== null && !softwareOfLoad(from).some((one) => told.some((it) => areCompatible(one, it)));
  const stated = isSaidOtherwise ? { ...evidence.stated, from: null } : evidence.stated;
  const fitting = software.length === 0 ? [] : narrow(software, possible);
  if (fitting.length > 0) {
    const isNarrower = !isSameSoftware(fitting, software);
    const next =
      isNarrower || isSaidOtherwise ? { ...evidence, stated, software: isNarrower ? fitting : software } : evidence;
    return { kind: 'fits', evidence: next, isNarrower };
  }
  const reading = readPattern(trace, aids.termFamily, aids.isWhole);
  const admitted = reading === null ? possible : narrow([...reading.software, ...(reading.alsoFits ?? [])], possible);
  if (admitted.length === 0) return { kind: 'excluded' };
  const next = { ...evidence, stated, software: admitted };
  return software.length === 0
    ? { kind: 'fits', evidence: next, isNarrower: true }
    : { kind: 'otherwise', evidence: next };
}
