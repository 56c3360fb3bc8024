import type { DecidedRow } from '../../core/history/event.ts';
import { LADDER } from '../../core/restart/ladder.ts';
import { RESTART_NOT_SENT, RESTART_REFUSED, RESTART_SENT, rungIn } from '../../core/restart/restart-record.ts';
import type { PhoneMemory, ToldToRestart } from './memory.ts';

/** Whether it was told to restart and may still obey: it was not heard to start since, and its time is not over. */
export function mayStillObey({ toldToRestart: told }: Pick<PhoneMemory, 'toldToRestart'>, at: number): boolean {
  return told !== undefined && at < told.at + told.forMs;
}

/** The memory with this telling; null: with none. */
function withTelling({ toldToRestart: _, ...memory }: PhoneMemory, told: ToldToRestart | null): PhoneMemory {
  return told === null ? memory : { ...memory, toldToRestart: told };
}

/** The memory after it was heard to start at that moment; what it was told later is still to be obeyed. */
export function withoutTelling(memory: PhoneMemory, startedAt: number): PhoneMemory {
  const { toldToRestart: told } = memory;
  return told === undefined || told.at >= startedAt ? memory : withTelling(memory, null);
}

/** The memory as a server finds it that opens the phone now. How long ago it was written no clock tells for sure, so the phone has all of its time once more. */
export function tellingFound(memory: PhoneMemory, now: number): PhoneMemory {
  const { toldToRestart: told } = memory;
  return told === undefined ? memory : withTelling(memory, { ...told, at: now });
}

/** Keeps in the memory what a phone was told, as the rows say it. */
export class TellingsKept {
  /** What it had been told before the telling that goes on. A server that ends in the middle of one leaves it as it is. */
  #before: ToldToRestart | null = null;

  /** The memory after this decision. */
  after(memory: PhoneMemory, decision: Pick<DecidedRow, 'reason' | 'code' | 'finding'>, at: number): PhoneMemory {
    const { code, finding, reason } = decision;
    const id = rungIn(reason);
    if (id === null || id === 'power') return memory;
    if (code === RESTART_SENT) {
      this.#before = memory.toldToRestart ?? null;
      const forMs = LADDER.find((one) => one.id === id)?.withinMs ?? 0;
      return withTelling(memory, { at, forMs });
    }
    const isOver = finding === RESTART_REFUSED || finding === RESTART_NOT_SENT;
    // It has started in between: nothing that was said before that is to be obeyed any more.
    if (!isOver || memory.toldToRestart === undefined) return memory;
    const before = this.#before;
    this.#before = null;
    return withTelling(memory, before);
  }
}
