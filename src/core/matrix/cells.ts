import type { FamilyId, Protocol } from '../names/family.ts';
import { parseLoadName } from '../names/load-name.ts';
import { ANY_RELEASE, type ReleaseRange } from '../names/release.ts';
import type { Software } from '../software.ts';
import { familyFacts, type Matrix, type Rule } from './matrix.ts';
import { exactly, intersect } from './ranges.ts';

/** One family, one protocol and one stretch of releases that some software admits; together the cells are all it admits. */
export interface Cell {
  readonly family: FamilyId;
  /** Null for a loader or boot loader, which has no protocol of its own. */
  readonly protocol: Protocol | null;
  readonly releases: ReleaseRange;
}

/** Every cell that software admits; empty when what is said of it contradicts itself. */
export function cellsOf(matrix: Matrix, software: Software): readonly Cell[] {
  const families = matrix.families.filter(
    (facts) =>
      (software.family === null || facts.family === software.family) &&
      facts.stages.some((stage) => stage.generation === software.generation),
  );
  return families.flatMap((facts) => cellsInFamily(matrix, software, facts.family));
}

function cellsInFamily(matrix: Matrix, software: Software, family: FamilyId): readonly Cell[] {
  const parsed = software.load === null ? null : parseLoadName(software.load);
  const known = parsed?.ok === true ? parsed.value : null;
  if (known !== null && known.family !== family) return [];
  const releases = known === null ? software.releases : exactly(known.release);
  if (software.running !== 'application') {
    const some = intersect(releases, ANY_RELEASE);
    return some === null ? [] : [{ family, protocol: null, releases: some }];
  }
  const protocol = software.protocol ?? known?.protocol ?? null;
  if (known?.protocol && known.protocol !== protocol) return [];
  const stages = familyFacts(matrix, family)?.stages ?? [];
  return stages.flatMap((stage) => {
    if (stage.generation !== software.generation) return [];
    const shared = intersect(releases, stage.releases);
    if (shared === null) return [];
    const protocols = stage.protocols.filter((each) => protocol === null || each === protocol);
    return protocols.map((each) => ({ family, protocol: each, releases: shared }));
  });
}

/** Whether a rule speaks of software in this cell: the part of the cell it speaks of, or null. */
export function ruleShare(rule: Rule, software: Software, cell: Cell): ReleaseRange | null {
  const { from } = rule;
  if (!from.families.includes(cell.family) || from.generation !== software.generation) return null;
  if (from.running !== software.running) return null;
  if (from.protocols !== 'any' && (cell.protocol === null || !from.protocols.includes(cell.protocol))) return null;
  return intersect(cell.releases, from.releases);
}
