import type { TextOut } from '../io.ts';
import { isOwnCommand } from './command-line.ts';
import { type Paint, paintFor } from './paint.ts';
import { widthOf, wrapText } from './printable.ts';

/** A command or a line of a file is for copying: it is left to the terminal to break, which gives it back whole. */
function isForCopying(line: string): boolean {
  return /^\s*[$|] /.test(line) || (/^\s/.test(line) && isOwnCommand(line.trim()));
}

/** What stands at the start of a line and is not repeated below: blanks, a number, a dash, a name before two blanks. */
const START = /^ *(?:(?:[-*+✓▸!>] |\d+\. )|\S+(?: \S+){0,2} {2,})?/;
/** A start that takes more than this part of a line leaves too little room beside it. */
const MOST_START = 0.4;

/**
 * A text for people with every line that is too wide broken at a blank, below the beginning of what it says. Lines that are for copying stay
 * whole. `columns` is the width that may be filled, in cells.
 */
export function fitText(text: string, columns: number): string {
  return text
    .split('\n')
    .map((line) => (widthOf(line) <= columns || isForCopying(line) ? line : fitLine(line, columns)))
    .join('\n');
}

function fitLine(line: string, columns: number): string {
  const found = START.exec(line)?.[0] ?? '';
  const blanks = /^ */.exec(line)?.[0] ?? '';
  const start = widthOf(found) <= columns * MOST_START ? found : blanks;
  const indent = ' '.repeat(widthOf(start));
  return start + wrapText(line.slice(start.length), columns - indent.length, '').replaceAll('\n', `\n${indent}`);
}

/** How wide lines on `out` may be, in cells; null in a pipe, where they are left whole. */
export function roomOn(out: Pick<TextOut, 'canDraw' | 'columns'>): number | null {
  // The last cell of a row stays empty: terminals differ in where they stand after it.
  return out.canDraw ? Math.max(MIN_COLUMNS, out.columns() - 1) : null;
}

/** Narrower than this no text reads well, and words are broken by the terminal. */
const MIN_COLUMNS = 20;

/** Writes text for people: broken to the width of a terminal, as it is in a pipe. */
export function writeText(out: TextOut, text: string): void {
  const room = roomOn(out);
  out.write(room === null ? text : fitText(text, room));
}

/** How text for people may look. */
export interface Look {
  /** Cells that a line may fill; null where lines are left as they are. */
  readonly columns: number | null;
  readonly paint: Paint;
}

/** As it is in a pipe. */
export const PLAIN: Look = { columns: null, paint: (_, text) => text };

/** How text may look on `out`. */
export function lookOn(out: TextOut): Look {
  return { columns: roomOn(out), paint: paintFor(out) };
}
