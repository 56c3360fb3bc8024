import type { BatchPause } from '../../app/batch/batch-status.ts';
import type { PhoneReport } from '../../app/told/phone-line.ts';
import { factsOf } from '../../core/phone-states.ts';

/** What rings on a terminal. */
export const BELL = '\u0007';

/** Says when somebody is called: a phone is held, the batch is paused, or all is done. What stands when it begins calls nobody. */
export class Bell {
  #held: ReadonlySet<string> | null = null;
  #isPaused = false;
  #isDone = false;

  isDue(reports: readonly Pick<PhoneReport, 'mac' | 'state' | 'isEnrolled'>[], pause: BatchPause | null): boolean {
    const listed = reports.filter(({ isEnrolled }) => isEnrolled);
    const held = new Set(listed.filter(({ state }) => state === 'held').map(({ mac }) => mac));
    const isDone = listed.length > 0 && listed.every(({ state }) => factsOf(state).over);
    const was = this.#held;
    const isNews =
      [...held].some((mac) => was?.has(mac) !== true) ||
      (pause !== null && !this.#isPaused) ||
      (isDone && !this.#isDone);
    [this.#held, this.#isPaused, this.#isDone] = [held, pause !== null, isDone];
    return was !== null && isNews;
  }
}
