import { FakeOut } from './fake-io.ts';

/** Output that tells when a text was written. */
export class TellingOut extends FakeOut {
  readonly #waiting: { pattern: RegExp; resolve: (match: RegExpExecArray) => void }[] = [];

  override readonly write = (text: string): void => {
    this.text += text;
    for (const one of this.#waiting) {
      const match = one.pattern.exec(this.text);
      if (match !== null) one.resolve(match);
    }
  };

  until(pattern: RegExp): Promise<RegExpExecArray> {
    return new Promise((resolve) => {
      this.#waiting.push({ pattern, resolve });
      this.write('');
    });
  }
}
