import { nameOf } from './boot.ts';
import type { CutPlan } from './cut-plan.ts';
import type { PhoneHappening } from './phone-event.ts';
import type { Flash } from './phone-options.ts';
import { PowerLost, type PowerSession } from './power-session.ts';

/** What writing flash needs of the phone. */
interface FlashParts {
  readonly cuts: CutPlan;
  readonly ms: (seconds: number) => number;
  session(): PowerSession;
  tell(happening: PhoneHappening): void;
}

/** What is in flash, and what is left of it when the power goes at the wrong moment. */
export class PhoneFlash {
  readonly #parts: FlashParts;
  #flash: Flash;
  #risked: Flash | null = null;

  constructor(flash: Flash, parts: FlashParts) {
    this.#flash = flash;
    this.#parts = parts;
  }

  get now(): Flash {
    return this.#flash;
  }

  /** What is left when the power goes before `writes` or `settles` says otherwise; null: what is there. */
  risks(left: Flash | null): void {
    this.#risked = left;
  }

  /** Changes flash at once. */
  settles(flash: Flash): void {
    this.#risked = null;
    this.#flash = flash;
  }

  /** Writes for so many phone seconds; a power cut in between leaves what `left` says. */
  async writes(file: string, load: string, seconds: number, to: Flash, left: Flash): Promise<void> {
    const { cuts, ms, tell } = this.#parts;
    const session = this.#parts.session();
    this.#risked = left;
    tell({ event: 'flash.writing', file, seconds });
    if (cuts.isDueWhileWriting(file)) {
      await session.wait(ms(seconds / 2));
      session.end('power-cut');
      throw new PowerLost();
    }
    await session.wait(ms(seconds));
    this.settles(to);
    tell({ event: 'flash.written', file, load });
  }

  /** The phone restarts by itself, or is taken off the network: nothing is lost. */
  isSafe(): void {
    this.#risked = null;
  }

  /** The power went. */
  losesPower(): void {
    const left = this.#risked;
    this.#risked = null;
    if (left === null) return;
    const lost = nameOf(this.#flash);
    this.#flash = left;
    if (lost !== nameOf(left)) this.#parts.tell({ event: 'flash.damaged', file: '', lost });
  }
}
