/** A semicolon between quotes begins no comment. */
const QUOTED = /"[^"]*"/g;

/** Where a place in a configuration is, for people: `line 2`; a comment is named as one, since nobody looks for a load there. */
export interface PlaceInText {
  readonly words: string;
  readonly isComment: boolean;
}

/** Says in which line a place is, counted from 1, and whether in a comment: `#` at the beginning of a line and `;` (after-landing 1.2), in XML `<!-- -->`. */
export function placeInText(text: string, index: number, isXml: boolean): PlaceInText {
  const before = text.slice(0, index).split(/\r\n|\r|\n/);
  const line = `line ${before.length}`;
  if (isXml) {
    const isComment = text.lastIndexOf('<!--', index) > text.lastIndexOf('-->', index);
    return { words: isComment ? `${line}, in a comment` : line, isComment };
  }
  const head = before.at(-1) ?? '';
  const rest = /^[^\r\n]*/.exec(text.slice(index))?.[0] ?? '';
  if (/^\s*[#;]/.test(head + rest)) return { words: `${line}, which is a comment`, isComment: true };
  const isComment = head.replace(QUOTED, '').includes(';');
  return { words: isComment ? `${line}, in a comment` : line, isComment };
}
