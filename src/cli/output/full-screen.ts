import type { TextOut } from '../io.ts';

/** The other screen of the terminal, without a cursor, and without breaking a line that is too long. */
const ENTER = '\u001b[?1049h\u001b[?25l\u001b[?7l\u001b[2J';
const LEAVE = '\u001b[?7h\u001b[?25h\u001b[?1049l';
const HOME = '\u001b[H';
const ERASE_LINE = '\u001b[2K';
const ERASE_BELOW = '\u001b[J';

/** Some pictures, in bytes (invented). */
const MOST_WAITING = 256 * 1024;

/**
 * A terminal that is drawn over whole again and again. What stood on it comes back when it is closed, and nothing that was drawn
 * is left behind.
 */
export class FullScreen {
  readonly #out: TextOut;
  #isOpen = false;

  constructor(out: TextOut) {
    this.#out = out;
  }

  /** No more lines than the terminal has rows, or the first ones are lost. */
  draw(lines: readonly string[]): void {
    // A terminal that is stopped (Ctrl-S) takes nothing; it gets the next picture.
    if (this.#out.backlog() > MOST_WAITING) return;
    const enter = this.#isOpen ? '' : ENTER;
    this.#isOpen = true;
    // No line end behind the last line: in the last row it would scroll.
    this.#out.write(`${enter}${HOME}${lines.map((line) => `${ERASE_LINE}${line}`).join('\r\n')}${ERASE_BELOW}`);
  }

  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#out.write(LEAVE);
  }
}
