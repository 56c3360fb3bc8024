import type { StateBudgets } from '../../../machines/phone-context.ts';
import type { FirmwareIndex } from '../../core/firmware/package.ts';
import type { StepKey } from '../../core/history/durations.ts';
import type { ReadingAids } from '../../core/identify/evidence.ts';
import { familyOfModel, type Matrix } from '../../core/matrix/matrix.ts';
import type { FamilyId, ModelId } from '../../core/names/family.ts';
import type { TurnKeeper } from '../batch/turn.ts';
import type { FleetTiming } from '../time/fleet-timing.ts';
import type { Hearing } from '../time/hearing.ts';
import { Withholdings } from './withholdings.ts';

/** What a session needs of the world; nothing here does I/O. */
export interface SessionAids {
  readonly matrix: Matrix;
  readonly index: () => FirmwareIndex;
  readonly timing: FleetTiming;
  readonly termFamily: ReadingAids['termFamily'];
  readonly modelFamily: (model: ModelId) => FamilyId;
  /**
   * Never: a name that was not asked proves nothing here. It may have been asked before the server started, from an address
   * that was nobody's, or have been lost on the way; and a phone taken for one with a loader is shown a load that an older one
   * must not take.
   */
  readonly isWhole: false;
  readonly hearing: Hearing;
  /** Who may be shown its load now. */
  readonly turns: TurnKeeper;
  /** Who must not be shown it, since a restart is under way. */
  readonly withheld: Withholdings;
  /** How long each state of a hop may last, as far as past conversions tell. */
  readonly budgets: (hop: Omit<StepKey, 'state'>) => StateBudgets;
}

/** The aids that all sessions of one fleet share. */
export function sessionAids(
  matrix: Matrix,
  index: () => FirmwareIndex,
  timing: FleetTiming,
  budgets: SessionAids['budgets'],
  hearing: Hearing,
  turns: TurnKeeper,
): SessionAids {
  const families = new Map<string, FamilyId>();
  for (const facts of matrix.families) {
    for (const { term } of facts.models) if (term !== null) families.set(term, facts.family);
  }
  return {
    matrix,
    index,
    timing,
    termFamily: (term) => families.get(term) ?? null,
    modelFamily: (model) => familyOfModel(matrix, model) ?? '79x0',
    isWhole: false,
    budgets,
    hearing,
    turns,
    withheld: new Withholdings(),
  };
}
