import { fitText, type Look, PLAIN } from './fit-text.ts';
import type { Meaning } from './paint.ts';
import { cut, padTo, widthOf } from './printable.ts';

/** How a table is made to fit, and what its cells mean. */
export interface TableStyle {
  readonly look?: Look;
  /** Headings of columns that may be left out where there is no room, the first one first; it is said below the table. */
  readonly leaveOut?: readonly string[];
  /** What a cell under a heading means, for its colour; null leaves it as it is. */
  readonly meaningOf?: (heading: string, cell: string) => Meaning | null;
}

const GAP = '  ';

/** Rows under headings, columns separated by two blanks and as wide as their widest cell; no blanks at a line's end. */
export function table(
  headings: readonly string[],
  rows: readonly (readonly string[])[],
  { look = PLAIN, leaveOut = [], meaningOf = () => null }: TableStyle = {},
): string {
  const all = [headings, ...rows];
  const widths = headings.map((_, column) => all.reduce((most, row) => Math.max(most, widthOf(row[column] ?? '')), 0));
  const kept = fitting(headings, widths, leaveOut, look.columns);
  const text = (row: readonly string[], isHead: boolean) => {
    const cells = kept.map((column) => padTo(row[column] ?? '', widths[column] ?? 0));
    const plain = cells.join(GAP).trimEnd();
    if (look.columns !== null && widthOf(plain) > look.columns) return cut(plain, look.columns);
    if (isHead) return look.paint('beside the point', plain);
    return cells
      .map((cell, i) => painted(cell, headings[kept[i] ?? 0] ?? ''))
      .join(GAP)
      .trimEnd();
  };
  const painted = (padded: string, heading: string) => {
    const cell = padded.trimEnd();
    const meaning = meaningOf(heading, cell);
    return meaning === null ? padded : look.paint(meaning, cell) + padded.slice(cell.length);
  };
  const lines = [text(headings, true), ...rows.map((row) => text(row, false))];
  const missing = headings.filter((_, column) => !kept.includes(column));
  return `${[...lines, ...leftOut(missing, look)].join('\n')}\n`;
}

/** The columns that fit, in their order. */
function fitting(
  headings: readonly string[],
  widths: readonly number[],
  leaveOut: readonly string[],
  room: number | null,
): readonly number[] {
  let kept = headings.map((_, column) => column);
  const taken = () => kept.reduce((sum, column) => sum + (widths[column] ?? 0) + GAP.length, -GAP.length);
  for (const heading of room === null ? [] : leaveOut) {
    if (taken() <= (room ?? 0)) break;
    kept = kept.filter((column) => headings[column] !== heading);
  }
  return kept;
}

function leftOut(missing: readonly string[], look: Look): readonly string[] {
  if (missing.length === 0) return [];
  const text = `(no room here for ${missing.join(', ')}; a wider terminal or --json shows it)`;
  return fitText(text, look.columns ?? text.length)
    .split('\n')
    .map((line) => look.paint('beside the point', line));
}
