import { createRequire } from 'node:module';
import type stringWidth from 'string-width';
import { escaped, replaceUnsafe } from '../../core/text/unsafe.ts';

/** Text that came from a phone or a file, safe to show: whatever could steer a terminal is written as an escape. */
export function printable(text: string): string {
  return replaceUnsafe(text, (char) => {
    const code = char.charCodeAt(0);
    return code < 256 ? `\\x${code.toString(16).padStart(2, '0')}` : escaped(char);
  });
}

/** Local time of day, `20:41:07`. */
export function clockText(at: number): string {
  const date = new Date(at);
  return [date.getHours(), date.getMinutes(), date.getSeconds()].map((part) => String(part).padStart(2, '0')).join(':');
}

/** Local date, `2026-11-21`. */
export function dateText(at: number): string {
  const date = new Date(at);
  return [date.getFullYear(), date.getMonth() + 1, date.getDate()].map((n) => String(n).padStart(2, '0')).join('-');
}

/** Signs of one cell each, for certain: those of ASCII and Latin-1 that are seen, and what this program writes itself. */
const PLAIN = /^[\x20-\x7e\xa1-\xac\xae-\xff–—‘’“”…→]*$/;

let measure: typeof stringWidth | null = null;

/** How many cells of a terminal a text takes: a letter of Chinese or an emoji takes two, a mark above another letter none. */
export function widthOf(text: string): number {
  if (PLAIN.test(text)) return text.length;
  // It takes as long to load as all the rest of `loadstep history`, and most texts are plain.
  measure ??= (createRequire(import.meta.url)('string-width') as { readonly default: typeof stringWidth }).default;
  return measure(text);
}

/** A text with blanks behind it up to a width in cells. */
export function padTo(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - widthOf(text)));
}

/** Cuts a line to a width in cells, with an ellipsis where something is missing; what is seen as one sign is not cut in two. */
export function cut(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  let kept = '';
  let room = width - 1;
  const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });
  for (const { segment } of graphemes.segment(text)) {
    room -= widthOf(segment);
    if (room < 0) break;
    kept += segment;
  }
  return `${kept}…`;
}

/** The same with the beginning and the end of a text kept, where the end tells texts of one kind apart. */
export function cutInside(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  const graphemes = [...new Intl.Segmenter('en', { granularity: 'grapheme' }).segment(text)].map(
    ({ segment }) => segment,
  );
  let end = '';
  const endCells = Math.ceil((width - 1) / 2);
  while (widthOf((graphemes.at(-1) ?? '') + end) <= endCells) end = (graphemes.pop() ?? '') + end;
  return cut(graphemes.join(''), width - widthOf(end)) + end;
}

/** The first text that fits a width in cells; what fits of the last one where none does. */
export function firstFitting(texts: readonly string[], width: number): string {
  return texts.find((one) => widthOf(one) <= width) ?? cut(texts.at(-1) ?? '', width);
}

/** Breaks a text at blanks into lines of at most `width` cells, the indent of every line but the first included. */
export function wrapText(text: string, width: number, indent = ''): string {
  const lines: string[] = [];
  let line = '';
  let taken = 0;
  for (const word of text.split(' ')) {
    const room = lines.length === 0 ? width : width - indent.length;
    const cells = widthOf(word);
    if (line !== '' && taken + 1 + cells > room) {
      lines.push(line);
      line = word;
      taken = cells;
    } else {
      taken = line === '' ? cells : taken + 1 + cells;
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...lines, line].join(`\n${indent}`);
}
