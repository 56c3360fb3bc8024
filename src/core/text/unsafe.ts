/**
 * What may steer a terminal, a log or a page: controls (C0, DEL, C1), marks of direction, separators of lines and
 * paragraphs. Everything that joins letters and pictures is left alone: labels are written in every language.
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the very characters to be found
const UNSAFE = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/** The text with every unsafe character replaced; those in `kept` mean something where the text goes. */
export function replaceUnsafe(text: string, replace: (char: string) => string, kept = ''): string {
  return text.replace(UNSAFE, (char) => (kept.includes(char) ? char : replace(char)));
}

/** A character as JSON and JavaScript write it: `\u202e`. */
export function escaped(char: string): string {
  return `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
