import type { PhoneClock } from './phone-clock.ts';
import type { PowerReason } from './phone-event.ts';

/** Thrown out of whatever the phone was doing when its power went. */
export class PowerLost extends Error {
  constructor() {
    super('the emulated phone lost its power');
    this.name = 'PowerLost';
  }
}

/** The time between power on and power off; everything a phone has under way ends with it. */
export class PowerSession {
  readonly #clock: PhoneClock;
  readonly #endings = new Set<() => void>();
  #reason: PowerReason | null = null;

  constructor(clock: PhoneClock) {
    this.#clock = clock;
  }

  /** Why the power went; null while it is on. */
  get endedBy(): PowerReason | null {
    return this.#reason;
  }

  /** Ends everything that was registered with `onEnd`; a second call does nothing. */
  end(reason: PowerReason): void {
    if (this.#reason !== null) return;
    this.#reason = reason;
    const endings = [...this.#endings];
    this.#endings.clear();
    for (const ending of endings) ending();
  }

  /** Registers what must happen when the power goes; the answer takes it back. */
  onEnd(ending: () => void): () => void {
    this.#endings.add(ending);
    return () => this.#endings.delete(ending);
  }

  /** Calls after so many real milliseconds unless the power goes before; the answer takes the call back. */
  after(ms: number, call: () => void): () => void {
    if (this.#reason !== null) return () => {};
    const cancel = this.#clock.after(ms, () => {
      this.#endings.delete(cancel);
      call();
    });
    this.#endings.add(cancel);
    return () => {
      this.#endings.delete(cancel);
      cancel();
    };
  }

  /** Resolves after so many real milliseconds; rejects with `PowerLost` when the power goes before. */
  wait(ms: number): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#reason !== null) {
        reject(new PowerLost());
        return;
      }
      const off = this.onEnd(() => reject(new PowerLost()));
      this.after(ms, () => {
        off();
        resolve();
      });
    });
  }

  /** Never resolves; rejects with `PowerLost` when the power goes. */
  forever(): Promise<never> {
    return new Promise((_, reject) => {
      if (this.#reason !== null) reject(new PowerLost());
      else this.onEnd(() => reject(new PowerLost()));
    });
  }
}
