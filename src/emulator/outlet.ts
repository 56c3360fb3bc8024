import { PowerLost, type PowerSession } from './power-session.ts';

/** Where the phone's power comes from: somebody may pull the plug and put it back later. */
export class Outlet {
  #out: { readonly plugged: Promise<void>; readonly plugIn: () => void } | null = null;

  /** Whether the plug is out. */
  get isOut(): boolean {
    return this.#out !== null;
  }

  unplug(): void {
    if (this.#out !== null) return;
    let plugIn = () => {};
    const plugged = new Promise<void>((resolve) => {
      plugIn = resolve;
    });
    this.#out = { plugged, plugIn };
  }

  plugIn(): void {
    this.#out?.plugIn();
    this.#out = null;
  }

  /** Resolves once the plug is in, true; false for a phone that was taken off the network before. */
  async hasPower(life: PowerSession): Promise<boolean> {
    while (this.#out !== null && life.endedBy === null) {
      await lived(Promise.race([this.#out.plugged, life.forever()]));
    }
    return life.endedBy === null;
  }

  /** Without power for so many milliseconds after a cut; who unplugs says how long himself. */
  async rests(life: PowerSession, ms: number): Promise<void> {
    if (!this.isOut) await lived(life.wait(ms));
  }
}

/** Ends with what it waits for, or with the power. */
async function lived(wait: Promise<unknown>): Promise<void> {
  try {
    await wait;
  } catch (error) {
    if (!(error instanceof PowerLost)) throw error;
  }
}
