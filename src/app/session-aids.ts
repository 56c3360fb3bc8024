import type { StateBudgets } from '../../machines/phone-context.ts';
import type { FirmwareIndex } from '../core/firmware/package.ts';
import { durationsOf, learntBudget } from '../core/history/durations.ts';
import type { ReadingAids } from '../core/identify/evidence.ts';
import { familyOfModel, type Matrix } from '../core/matrix/matrix.ts';
import type { FamilyId, ModelId } from '../core/names/family.ts';
import type { Store } from '../ports/store.ts';
import type { FleetTiming } from './timing.ts';
import type { TurnKeeper } from './turn.ts';

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
  /** When this process began to listen, milliseconds since the epoch. */
  readonly listeningSince: number;
  /** Who may be shown its load now. */
  readonly turns: TurnKeeper;
  /** How long each state may last, as far as past conversions tell. */
  readonly budgets: () => StateBudgets;
}

/** The aids that all sessions of one fleet share. */
export function sessionAids(
  matrix: Matrix,
  index: () => FirmwareIndex,
  timing: FleetTiming,
  budgets: () => StateBudgets,
  listeningSince: number,
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
    listeningSince,
    turns,
  };
}

/** So many of the newest rows are read for the usual times: some hundred conversions. */
const LEARN_FROM_ROWS = 20_000;

/** The deadlines that the record suggests, generous where it tells too little. */
export function learnBudgets(store: Store, generous: StateBudgets): StateBudgets {
  const durations = durationsOf(store.history({ limit: LEARN_FROM_ROWS }));
  const learnt = (state: keyof StateBudgets) => learntBudget(durations, state, generous[state]);
  return {
    identifying: learnt('identifying'),
    offered: learnt('offered'),
    downloading: learnt('downloading'),
    flashing: learnt('flashing'),
    confirming: learnt('confirming'),
  };
}
