import type { FamilyId, Protocol } from '../names/family.ts';
import { rangesOverlap } from '../names/release.ts';
import type { Matrix, RuleFrom, Stage } from './matrix.ts';

/** The stages of some families that one side of a rule speaks of. */
export function stagesOf(
  matrix: Matrix,
  families: readonly FamilyId[],
  side: Pick<RuleFrom, 'generation' | 'protocols' | 'releases'>,
): readonly Stage[] {
  return matrix.families
    .filter((facts) => families.includes(facts.family))
    .flatMap((facts) => facts.stages)
    .filter(
      (stage) =>
        stage.generation === side.generation &&
        protocolsOverlap(stage.protocols, side.protocols) &&
        rangesOverlap(stage.releases, side.releases),
    );
}

/** Whether two sides of rules share a protocol. */
export function protocolsOverlap(a: readonly Protocol[] | 'any', b: readonly Protocol[] | 'any'): boolean {
  return a === 'any' || b === 'any' || a.some((protocol) => b.includes(protocol));
}
