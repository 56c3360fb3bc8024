import { softwareText } from '../matrix/allowance.ts';
import { atomsOf } from '../matrix/atoms.ts';
import { familyFacts, type Matrix } from '../matrix/matrix.ts';
import type { FamilyId } from '../names/family.ts';
import type { Candidates, Software } from '../software.ts';
import { softwareInRules } from '../software-words.ts';
import { allAtOnce, type Steps } from '../steps.ts';
import { startsOf } from './enables.ts';
import { type Needed, type NeededQuestion, neededSteps } from './needed.ts';

/** What a shopping list starts from, in words and as software. */
export interface NeededStart {
  readonly from: string;
  /** The same for people, where that is another text. */
  readonly words?: string;
  readonly candidates: Candidates;
}

/** What is needed from one start. */
export interface NeededFrom extends Pick<NeededStart, 'from' | 'words'> {
  readonly needed: Needed;
}

/** Every start of a family: one for each stage of its software. */
export function startsFromFamily(matrix: Matrix, family: FamilyId): readonly NeededStart[] {
  const models = (familyFacts(matrix, family)?.models ?? []).map((facts) => facts.model);
  return startsOf(matrix, family).map((software) => ({
    ...named(software),
    candidates: { software: [software], models },
  }));
}

/**
 * What is needed from each start. One step cannot be right for SCCP 2.x and 3.x at once, and there is a road from either: so a start without a
 * road is told in the pieces that the rules tell apart.
 */
export function neededFromEach(
  question: Omit<NeededQuestion, 'candidates'>,
  starts: readonly NeededStart[],
): readonly NeededFrom[] {
  return allAtOnce(neededFromEachSteps(question, starts));
}

/** The same, with a step for each plan. */
export function* neededFromEachSteps(
  question: Omit<NeededQuestion, 'candidates'>,
  starts: readonly NeededStart[],
): Steps<readonly NeededFrom[]> {
  function* from({ candidates, ...start }: NeededStart): Steps<NeededFrom> {
    return { ...start, needed: yield* neededSteps({ ...question, candidates }) };
  }
  const found: NeededFrom[] = [];
  for (const start of starts) {
    const whole = yield* from(start);
    const pieces = whole.needed.ok ? [] : piecesOf(question.matrix, start);
    if (pieces.length < 2) found.push(whole);
    else for (const piece of pieces) found.push(yield* from(piece));
    yield;
  }
  return found;
}

function piecesOf(matrix: Matrix, { candidates }: NeededStart): readonly NeededStart[] {
  const pieces = candidates.software.flatMap((one) => atomsOf(matrix, one));
  return pieces.map((piece) => ({ ...named(piece), candidates: { ...candidates, software: [piece] } }));
}

function named(software: Software): Pick<NeededStart, 'from' | 'words'> {
  return { from: softwareText(software), words: softwareInRules(software) };
}
