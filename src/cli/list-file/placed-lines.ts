/** Lines of several files under one row of numbers, so that what was read of all of them can say where it stands. */
export class PlacedLines {
  readonly #files: { readonly name: string; readonly first: number; readonly count: number }[] = [];

  /** Takes a file behind those before; what has to be added to its own line numbers. */
  add(name: string, text: string): number {
    const last = this.#files.at(-1);
    const first = last === undefined ? 0 : last.first + last.count;
    this.#files.push({ name, first, count: text.split(/\r\n|\n|\r/).length });
    return first;
  }

  /** `accounts.csv line 4`. */
  placeOf(line: number): string {
    const file = this.#files.findLast(({ first }) => first < line);
    return file === undefined ? `line ${line}` : `${file.name} line ${line - file.first}`;
  }
}
