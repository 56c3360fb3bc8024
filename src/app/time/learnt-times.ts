import { GENEROUS_BUDGETS, type StateBudgets } from '../../../machines/phone-context.ts';
import {
  LEAST_TIMES,
  learnRow,
  learntBudget,
  leastFlashingMs,
  noTimes,
  type StepKey,
  usualTime,
} from '../../core/history/durations.ts';
import type { HistoryEvent } from '../../core/history/event.ts';
import type { ModelId } from '../../core/names/family.ts';
import type { MacAddress } from '../../core/names/mac-address.ts';
import type { PhoneRecord, Store } from '../../ports/store.ts';
import { readKept } from '../memory/kept-phone.ts';

/** So many of the newest rows are read for the usual times: some hundred conversions. */
const LEARN_FROM_ROWS = 20_000;

/** How long each step of a road may last, learnt from the record and from what happens. */
export class LearntTimes {
  #generous: StateBudgets;
  readonly #times = noTimes();
  readonly #models = new Map<MacAddress, ModelId>();

  constructor(generous: StateBudgets) {
    this.#generous = generous;
  }

  /** Sets how long each state may last where the past tells too little; deadlines that are set already stay. */
  allow(generous: StateBudgets): void {
    this.#generous = generous;
  }

  /** Learns from the record. */
  read(store: Store): void {
    for (const record of store.phones()) this.noteModel(record.mac, modelIn(record));
    for (const row of store.history({ limit: LEARN_FROM_ROWS })) this.learn(row);
  }

  noteModel(mac: MacAddress, model: ModelId | null): void {
    if (model !== null) this.#models.set(mac, model);
  }

  learn(row: HistoryEvent): void {
    learnRow(this.#times, row, this.#models.get(row.mac) ?? null);
  }

  /**
   * The deadlines that the past suggests for one hop, generous where it tells too little. Where somebody said how long a phone may stand,
   * no past makes that longer, except while it takes, writes or proves its load: there it must not be called stalled for being usual.
   */
  budgets(hop: Omit<StepKey, 'state'>): StateBudgets {
    const learnt = (state: keyof StateBudgets, leastMs?: number) =>
      learntBudget(usualTime(this.#times, { ...hop, state }, LEAST_TIMES), this.#generous[state], leastMs);
    const isGiven = this.#generous !== GENEROUS_BUDGETS;
    const atMost = (state: keyof StateBudgets) =>
      isGiven ? Math.min(this.#generous[state], learnt(state)) : learnt(state);
    return {
      identifying: atMost('identifying'),
      offered: atMost('offered'),
      downloading: learnt('downloading'),
      flashing: learnt('flashing', leastFlashingMs(hop.load)),
      confirming: learnt('confirming'),
    };
  }
}

/** The model of a phone as its record has it. */
export function modelIn(record: PhoneRecord): ModelId | null {
  const kept = readKept(record);
  return (kept.ok ? kept.value.evidence.vendorModel : null) ?? record.enrolment?.model ?? null;
}
