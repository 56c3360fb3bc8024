import type { TextOut } from '../io.ts';
import { cut, widthOf } from './printable.ts';

/** Erases the present line of a terminal and stands at its start. */
const ERASE_LINE = '\r\u001b[2K';
const ERASE_BELOW = '\u001b[J';
const up = (rows: number) => `\u001b[${rows}A`;

/** What a terminal shows of Ctrl-C, and the cell that stays empty. */
const SPARE_CELLS = 3;

/**
 * Lines that stay and, on a terminal, some lines below them that are drawn again and again. Elsewhere the lower lines are
 * never written and no control code is.
 */
export class Screen {
  readonly #out: TextOut;
  #lower: readonly string[] = [];

  constructor(out: TextOut) {
    this.#out = out;
  }

  print(line: string): void {
    this.#out.write(`${this.#erase()}${line}\n${this.#lower.join('\n')}`);
  }

  /** Sets the lower line; cut to the terminal's width, since a wrapped line cannot be erased. */
  status(line: string): void {
    this.block(line === '' ? [] : [cut(line, this.#out.columns() - 1)]);
  }

  /** Sets the lower lines, none wider than `widestLine`; those that do not fit the terminal's height are left out from the top. */
  block(lines: readonly string[]): void {
    if (!this.#out.canDraw) return;
    const next = lines.slice(Math.min(0, 1 - this.#out.rows()));
    if (next.length === this.#lower.length && next.every((line, i) => line === this.#lower[i])) return;
    const erase = this.#erase();
    this.#lower = next;
    this.#out.write(`${erase}${next.join('\n')}`);
  }

  /** Cells that a lower line may take, so that it can be erased also when Ctrl-C was pressed. */
  get widestLine(): number {
    return this.#out.columns() - SPARE_CELLS;
  }

  /** Runs something that writes elsewhere on the same terminal, such as the log, without tearing the lower lines. */
  aside(write: () => void): void {
    this.#out.write(this.#erase());
    write();
    this.#out.write(this.#lower.join('\n'));
  }

  /** The lower lines become lines that stay. */
  keep(): void {
    if (this.#lower.length === 0) return;
    this.#lower = [];
    this.#out.write('\n');
  }

  close(): void {
    this.block([]);
  }

  /** A terminal that was made narrower has broken the lines that stand there. */
  #erase(): string {
    const columns = Math.max(1, this.#out.columns());
    const rows = this.#lower.reduce((sum, line) => sum + Math.max(1, Math.ceil(widthOf(line) / columns)), 0);
    if (rows === 0) return '';
    return rows === 1 ? ERASE_LINE : `${up(rows - 1)}\r${ERASE_BELOW}`;
  }
}
