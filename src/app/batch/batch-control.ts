import {
  type BatchLimits,
  type BatchState,
  FRESH_BATCH,
  gateRulesOf,
  limitsText,
  paused,
  withLimits,
} from '../../core/batch/batch-state.ts';
import { finishOf, isWaitedFor, MISSING_AFTER_MS, missingText } from '../../core/batch/finish.ts';
import {
  areCanariesOver,
  type GatePhone,
  type GateRules,
  type GateVerdict,
  gate,
  isOpen,
  trialOf,
} from '../../core/batch/gate.ts';
import { failedOf, goneText, type Standing, stopReason, type Tally, tally } from '../../core/batch/outcome.ts';
import { adviceOn } from '../../core/explain/hold-advice.ts';
import type { BatchEvent } from '../../core/history/event.ts';
import type { SteadyMs, WallMs } from '../../core/moment.ts';
import type { MacAddress } from '../../core/names/mac-address.ts';
import type { BatchChange, BatchStore } from '../../ports/batch-store.ts';
import type { TurnKeeper } from './turn.ts';

/** One phone of the batch, as far as it matters for all of them. */
interface BatchPhone {
  readonly standing: Standing['kind'];
  readonly gate: GatePhone;
}

export interface BatchControlOptions {
  /** Null keeps nothing: everybody goes at once. */
  readonly store: BatchStore | null;
  /** The time that rows carry. */
  readonly wall: () => WallMs;
  /** Every enrolled phone as it stands at that time. */
  readonly phones: (now: SteadyMs) => readonly BatchPhone[];
  /** Whether any of them counts as under way. */
  readonly isAnyUnderWay: () => boolean;
  /** Since when phones are heard. */
  readonly heardSince: () => SteadyMs;
  readonly tell: (event: BatchEvent) => void;
  /** Told when the batch can no longer be written. */
  readonly fail: (error: unknown) => void;
}

/** Keeps a batch to its limits: who may begin, when it stops by itself, when it is finished. */
export class BatchControl implements TurnKeeper {
  readonly #options: BatchControlOptions;
  #state: BatchState = FRESH_BATCH;
  /** When silence will have lasted long enough for phones that never came; null while nobody waits for that. */
  #quietAt: SteadyMs | null = null;

  constructor(options: BatchControlOptions) {
    this.#options = options;
  }

  /** Restores the batch; limits that are given now replace what was kept, one by one. */
  start(given: Partial<BatchLimits>): void {
    const { store } = this.#options;
    if (store === null) return;
    this.#state = store.batch();
    this.limit(given);
  }

  /** Takes over limits, one by one. */
  limit(given: Partial<BatchLimits>): void {
    this.#change((was) => {
      const next = withLimits(was, { ...was.limits, ...given });
      if (next === was) return null;
      const reason = `limits: ${limitsText(next.limits) ?? 'none'}`;
      return { state: next, events: [{ event: 'batch.decision', at: this.#options.wall(), reason }] };
    });
  }

  get isPaused(): boolean {
    return this.#state.isPaused;
  }

  get limits(): BatchLimits {
    return this.#state.limits;
  }

  look(mac: MacAddress, at: SteadyMs): GateVerdict {
    const rules = this.#rules;
    if (isOpen(rules)) return { kind: 'go', isNewCanary: false };
    return gate(
      mac,
      this.#options.phones(at).map((phone) => phone.gate),
      rules,
    );
  }

  take(mac: MacAddress, at: SteadyMs): GateVerdict {
    const verdict = this.look(mac, at);
    if (verdict.kind === 'go' && verdict.isNewCanary) {
      this.#change((was) => ({ state: { ...was, canaries: [...was.canaries, mac] }, events: [] }));
    }
    return verdict;
  }

  /** Leaves a row in the record that is about no phone of the list, and changes nothing. */
  note(row: Omit<BatchEvent, 'event' | 'mac' | 'at'>): void {
    this.#change((was) => ({ state: was, events: [{ event: 'batch.decision', at: this.#options.wall(), ...row }] }));
  }

  /** Takes over what another process did: a pause, a resumption. */
  sync(at: SteadyMs): void {
    const { store, tell } = this.#options;
    const was = this.#state;
    const now = store?.batch() ?? was;
    if (now.revision === was.revision) {
      if (this.#quietAt !== null && at >= this.#quietAt) this.settle(at);
      return;
    }
    this.#state = now;
    if (now.isPaused !== was.isPaused || now.turnedAt !== was.turnedAt) {
      const event = now.isPaused ? 'batch.paused' : 'batch.resumed';
      tell({ event, at: now.turnedAt ?? this.#options.wall(), reason: now.reason ?? '' });
    }
    this.settle(at);
  }

  /** Draws the conclusions of what became of the phones; called whenever one of them moved. */
  settle(at: SteadyMs): void {
    if (this.#options.store === null) return;
    if (isFollowedByNothing(this.#state) && this.#options.isAnyUnderWay()) {
      this.#quietAt = null;
      return;
    }
    const phones = this.#options.phones(at);
    const movedAt = phones.reduce((last, phone) => Math.max(last, phone.gate.since), this.#options.heardSince());
    const [wall, quietMs] = [this.#options.wall(), at - movedAt];
    if (conclude(this.#state, phones, wall, quietMs) !== null) {
      this.#change((was) => conclude(was, phones, wall, quietMs));
    }
    const isQuiet = !this.#state.isFinished && isWaitedFor(standingsOf(phones));
    this.#quietAt = isQuiet ? movedAt + MISSING_AFTER_MS : null;
  }

  get #rules(): GateRules {
    return gateRulesOf(this.#state);
  }

  #change(change: (was: BatchState) => BatchChange | null): void {
    const { store, tell, fail } = this.#options;
    if (store === null) return;
    let events: readonly BatchEvent[] = [];
    try {
      this.#state = store.changeBatch((was) => {
        const changed = change(was);
        events = changed?.events ?? [];
        return changed;
      });
    } catch (error) {
      fail(error);
      return;
    }
    for (const event of events) tell(event);
  }
}

/** Whether `conclude` can change nothing while a phone is under way, whatever became of the others: then nobody is counted. */
function isFollowedByNothing({ limits, canaries, excused, isFinished, missing }: BatchState): boolean {
  const isUnlimited = limits.stopAfter === null && limits.canary === 0;
  return isUnlimited && canaries.length === 0 && excused.length === 0 && !isFinished && missing.length === 0;
}

/** What the standing of the phones makes of the batch, none of which moved for so long; null when it changes nothing. */
function conclude(was: BatchState, phones: readonly BatchPhone[], at: WallMs, quietMs: number): BatchChange | null {
  const standings = standingsOf(phones);
  const isListed = new Set(standings.map(({ mac }) => mac));
  const cancelled = was.cancelled
    .filter((mac) => !isListed.has(mac))
    .map((mac): Standing => ({ mac, kind: 'cancelled' }));
  const all = [...standings, ...cancelled];
  const counts = tally(all);
  const events: BatchEvent[] = [];
  const failed = failedOf(standings);
  const gates = phones.map((phone) => phone.gate);
  const trial = trialOf(gates, { canaries: was.isCanaryOver ? [] : was.canaries, over: was.canariesOver ?? [] });
  let state = was.isCanaryOver ? was : withTrial(was, trial);
  const excused = was.excused.filter((mac) => failed.includes(mac));
  if (excused.length < was.excused.length) state = { ...state, excused };
  const gone = trial.gone.length > 0 && standings.length > 0 ? goneText(trial.gone) : null;
  const stop = state.isPaused ? null : (stopReason(standings, state) ?? gone);
  if (stop !== null) {
    state = paused(state, at, stop);
    events.push({ event: 'batch.paused', at, reason: stop, ...counts });
  }
  if (gone !== null && gone !== stop) events.push({ event: 'batch.decision', at, reason: gone });
  const { limits, canaries, isCanaryOver, isPaused } = state;
  const rules = gateRulesOf(state);
  const isTrial = limits.canary > 0 && !isCanaryOver;
  if (isTrial && !isPaused && areCanariesOver(gates, rules)) {
    state = { ...state, isCanaryOver: true };
    const well = standings.filter((one) => one.kind === 'landed' && canaries.includes(one.mac)).length;
    const reason = `the ${canaries.length} that went first are done, ${well} of them landed: the rest may go`;
    events.push({ event: 'batch.decision', at, reason });
  }
  const finish = finishOf(state, all, quietMs);
  if (finish.isFinished !== state.isFinished || finish.missing.length !== state.missing.length) {
    if (finish.isFinished && !state.isFinished) {
      events.push({ event: 'batch.finished', at, ...counts, ...finishWords(counts, finish.missing) });
    }
    // Who was cancelled before belongs to the batch that is finished.
    const begun = was.isFinished && !finish.isFinished ? { cancelled: [] } : {};
    state = { ...state, ...finish, ...begun };
  }
  return state === was ? null : { state, events };
}

/** The trial as it stands by now; the same object where nothing changed. */
function withTrial(was: BatchState, { canaries, over }: ReturnType<typeof trialOf>): BatchState {
  const isSame = canaries.length === was.canaries.length && over.join() === (was.canariesOver ?? []).join();
  return isSame ? was : { ...was, canaries, canariesOver: over };
}

function standingsOf(phones: readonly BatchPhone[]): Standing[] {
  return phones.map(({ standing, gate: { mac } }) => ({ mac, kind: standing }));
}

/** How a batch ended, and what a hand is to do about phones that never came. */
function finishWords({ landed, held, cancelled = 0 }: Tally, missing: readonly MacAddress[]) {
  const more = [...(held === 0 ? [] : [`${held} held`]), ...(cancelled === 0 ? [] : [`${cancelled} cancelled`])];
  const ended = [`${landed} landed`, ...more];
  if (missing.length === 0) return { reason: ended.join(', ') };
  const code = 'P_NO_FIRST_REQUEST';
  return { reason: [...ended, missingText(missing)].join(', '), missing, code, advice: adviceOn(code) };
}
