/** Allows `most` at once, and one more every `everyMs`; what is not taken is saved up to `most` again. */
export class Ration {
  readonly #most: number;
  readonly #everyMs: number;
  #left: number;
  #at: number;

  constructor(most: number, everyMs: number, at: number) {
    this.#most = most;
    this.#everyMs = everyMs;
    this.#left = most;
    this.#at = at;
  }

  /** Takes one; false when none is left. A clock that went back adds nothing. */
  take(at: number): boolean {
    this.#left = Math.min(this.#most, this.#left + Math.max(0, at - this.#at) / this.#everyMs);
    this.#at = at;
    if (this.#left < 1) return false;
    this.#left -= 1;
    return true;
  }
}
