import { type DecidedRow, POWER_BY_COMMAND, POWER_NOT_SWITCHED, POWER_SWITCHED } from '../../core/history/event.ts';
import { POWER_COMMAND_MS, POWER_CYCLE_FAILED, POWER_CYCLED, POWER_SETTLES_MS } from '../../core/power/power-record.ts';
import { LADDER, type RungId } from '../../core/restart/ladder.ts';
import { RESTART_NOT_SENT, RESTART_REFUSED, RESTART_SENT, rungIn } from '../../core/restart/restart-record.ts';
import type { PhoneMemory, ToldToRestart } from './memory.ts';

/** Until when it may still obey what it was told, or its power may still go, unless it is heard to start; null where it was told nothing. */
export function obeysUntil({ toldToRestart: told }: Pick<PhoneMemory, 'toldToRestart'>): number | null {
  return told === undefined ? null : told.at + told.forMs;
}

/** Whether it was told to restart and may still obey, or its power may still go: it was not heard to start since, and its time is not over. */
export function mayStillObey(memory: Pick<PhoneMemory, 'toldToRestart'>, at: number): boolean {
  const until = obeysUntil(memory);
  return until !== null && at < until;
}

/** The memory with this telling; null: with none. */
function withTelling({ toldToRestart: _, ...memory }: PhoneMemory, told: ToldToRestart | null): PhoneMemory {
  return told === null ? memory : { ...memory, toldToRestart: told };
}

/**
 * The memory after it was heard to start at that moment; what it was told later is still to be obeyed, and so is what this server is switching now
 * (`isSwitched`).
 */
export function withoutTelling(memory: PhoneMemory, startedAt: number, isSwitched: boolean): PhoneMemory {
  const { toldToRestart: told } = memory;
  if (told === undefined || told.at + (told.outlastsMs ?? 0) >= startedAt) return memory;
  return isSwitched && told.power === 'under-way' ? memory : withTelling(memory, null);
}

/**
 * The memory as a server finds it that opens the phone now. How long ago it was written no clock tells for sure, so the phone has all of its time once more.
 * `isSwitched`: that server itself is switching its power now.
 */
export function tellingFound(memory: PhoneMemory, now: number, isSwitched = false): PhoneMemory {
  const { toldToRestart: told } = memory;
  if (told === undefined) return memory;
  const isLeft = told.power !== undefined && !isSwitched;
  return withTelling(memory, { ...told, at: now, ...(isLeft ? { power: 'left' } : {}) });
}

const withinMs = (id: RungId) => LADDER.find((one) => one.id === id)?.withinMs ?? 0;

/** Keeps in the memory what a phone was told, and that its power goes, as the rows say it. */
export class TellingsKept {
  /** What it had been told before the telling that goes on. A server that ends in the middle of one leaves it as it is. */
  #before: ToldToRestart | null = null;

  /** The memory after this decision. */
  after(memory: PhoneMemory, decision: Pick<DecidedRow, 'reason' | 'code' | 'finding'>, at: number): PhoneMemory {
    const { code, finding, reason } = decision;
    if (code === POWER_CYCLED) {
      const outlasting = finding === POWER_BY_COMMAND ? { outlastsMs: POWER_COMMAND_MS + POWER_SETTLES_MS } : {};
      return this.#begin(memory, { at, forMs: withinMs('power'), power: 'under-way', ...outlasting });
    }
    if (finding === POWER_NOT_SWITCHED) return this.#end(memory, null);
    if (finding === POWER_SWITCHED || code === POWER_CYCLE_FAILED)
      return this.#end(memory, { at, forMs: POWER_SETTLES_MS, power: 'left' });
    const id = rungIn(reason);
    if (id === null || id === 'power') return memory;
    if (code === RESTART_SENT) return this.#begin(memory, { at, forMs: withinMs(id) });
    return finding === RESTART_REFUSED || finding === RESTART_NOT_SENT ? this.#end(memory, null) : memory;
  }

  #begin(memory: PhoneMemory, told: ToldToRestart): PhoneMemory {
    this.#before = memory.toldToRestart ?? null;
    return withTelling(memory, told);
  }

  /** `rest`: what may still come of it. */
  #end(memory: PhoneMemory, rest: ToldToRestart | null): PhoneMemory {
    // It has started in between: nothing that was said before that is to be obeyed any more.
    if (memory.toldToRestart === undefined) return memory;
    const before = this.#before;
    this.#before = null;
    return withTelling(memory, rest !== null && (before === null || until(before) < until(rest)) ? rest : before);
  }
}

const until = ({ at, forMs }: ToldToRestart) => at + forMs;
