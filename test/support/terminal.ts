import headless from '@xterm/headless';
import { FakeOut } from './fake-io.ts';

/** A terminal that is not one: what was written is read as a person would see it. */
export class FakeTerminal extends FakeOut {
  readonly #terminal: InstanceType<typeof headless.Terminal>;

  constructor(columns: number, rows = 24, hasColours = false) {
    super(true, columns, rows);
    this.hasColours = hasColours;
    // A line end moves to the start of the next line, as the driver of a real terminal has it.
    const options = { cols: columns, rows, scrollback: 1000, convertEol: true, allowProposedApi: true };
    this.#terminal = new headless.Terminal(options);
  }

  override readonly write = (text: string): void => {
    this.text += text;
    this.#terminal.write(text);
  };

  override resize(columns: number, rows: number): void {
    this.#terminal.resize(columns, rows);
    super.resize(columns, rows);
  }

  /** Everything from the first line on, what was scrolled away included, without blanks at the ends of lines. */
  async screen(): Promise<string> {
    await this.#settled();
    const buffer = this.#terminal.buffer.active;
    const lines = Array.from({ length: buffer.length }, (_, i) => buffer.getLine(i)?.translateToString(true) ?? '');
    return lines.join('\n').trimEnd();
  }

  /** Rows that the terminal itself broke, since they were too wide for it. */
  async brokenRows(): Promise<string[]> {
    await this.#settled();
    const buffer = this.#terminal.buffer.active;
    return Array.from({ length: buffer.length }, (_, i) => buffer.getLine(i)).flatMap((line) =>
      line?.isWrapped === true ? [line.translateToString(true)] : [],
    );
  }

  #settled(): Promise<void> {
    return new Promise((resolve) => this.#terminal.write('', resolve));
  }
}
