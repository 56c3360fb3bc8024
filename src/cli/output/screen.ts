import type { TextOut } from '../io.ts';
import { cut } from './printable.ts';

/** Erases the present line of a terminal and stands at its start. */
const ERASE_LINE = '\r\u001b[2K';

/**
 * Lines that stay and, on a terminal, one line below them that is drawn again and again. Elsewhere the lower line is
 * never written and no control code is.
 */
export class Screen {
  readonly #out: TextOut;
  #lower = '';

  constructor(out: TextOut) {
    this.#out = out;
  }

  print(line: string): void {
    this.#out.write(`${this.#erase()}${line}\n${this.#lower}`);
  }

  /** Sets the lower line; cut to the terminal's width, since a wrapped line cannot be erased. */
  status(line: string): void {
    if (!this.#out.canDraw) return;
    const next = cut(line, this.#out.columns() - 1);
    if (next === this.#lower) return;
    const erase = this.#erase();
    this.#lower = next;
    this.#out.write(`${erase}${next}`);
  }

  /** Runs something that writes elsewhere on the same terminal, such as the log, without tearing the lower line. */
  aside(write: () => void): void {
    this.#out.write(this.#erase());
    write();
    this.#out.write(this.#lower);
  }

  #erase(): string {
    return this.#lower === '' ? '' : ERASE_LINE;
  }

  close(): void {
    this.status('');
  }
}
