import type { Said } from '../../src/core/witness/statement.ts';
import type { Kind, Runs } from '../support/dossier.ts';
import { type Boot, ModelPhone, type Reply } from '../support/model-phone.ts';

/** Software that asks the same names in the same order (legacy-79x0 5.2, 5.3, 3.1; java-phones 4.1). */
const ALIKE: readonly (readonly Kind[])[] = [
  ['sccp-3', 'sccp-5'],
  ['sip-2', 'sip-3', 'sip-4.4', 'sip-5', 'sip-6'],
  ['loader', 'sip-8', 'sccp-8'],
  ['java-both', 'java-new'],
];

/** A phone whose every answer is known, so that two phones at the same place in a boot can be told to be alike. */
export class WatchedPhone extends ModelPhone {
  heard: string[] = [];
  troubles = 0;
  /** When it last said its name, as far as it was answered; null before. */
  saidAt: number | null = null;
  hasSaidName = false;
  /** What it ran before another server flashed it; null once it ran anything that came from us. */
  #ranBefore: Kind | null = null;
  #flashed: Runs | null = null;
  /** Whether its application runs, and it is not in the middle of a restart. */
  isIdle = false;
  /** What it said, and since when; the oldest and the last, which may arrive late. */
  sayings: { readonly said: Said; readonly since: number }[] = [];
  /** What it ran when it asked last: nobody can tell what becomes of it after its last word. */
  spoke: { readonly load: string; readonly installed: string } | null = null;

  flashElsewhere(load: string): void {
    this.#ranBefore = this.runs.kind;
    this.reflash(load);
    this.#flashed = this.runs;
  }

  /** Whether another server flashed it, and it asks the same names as before: nothing but an image that it asks for tells. */
  get isUnseen(): boolean {
    if (this.runs !== this.#flashed || this.#ranBefore === null) return false;
    const [before, now] = [this.#ranBefore, this.runs.kind];
    return ALIKE.some((kinds) => kinds.includes(before) && kinds.includes(now));
  }

  override *boot(): Boot {
    this.heard = [];
    this.troubles = 0;
    this.hasSaidName = false;
    const inner = super.boot();
    let step = inner.next();
    while (step.done !== true) {
      this.spoke = { load: this.runs.load, installed: this.installed };
      const reply: Reply = yield step.value;
      this.hasSaidName = step.value.includes(this.mac);
      this.heard.push(reply.kind === 'content' ? `${step.value}=${reply.text}` : '');
      step = inner.next(reply);
    }
    this.isIdle = !step.value;
    return step.value;
  }
}
