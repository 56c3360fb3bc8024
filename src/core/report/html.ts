import { replaceUnsafe } from '../text/unsafe.ts';

/** Text that is HTML already; everything else is escaped on its way into a page. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

type Part = string | number | null | Html | readonly Html[];

/** White space that a page folds or keeps as it is told to. */
const LAYOUT = '\t\n\r';

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text as it may stand in a page, in an attribute too. */
export function escapeHtml(text: string): string {
  const shown = replaceUnsafe(text, () => '\ufffd', LAYOUT);
  return shown.replace(/[&<>"']/g, (char) => ENTITIES[char] ?? char);
}

/** A piece of a page: what is put into it is escaped, unless it is a piece of a page itself. */
export function html(texts: TemplateStringsArray, ...parts: readonly Part[]): Html {
  const pieces = texts.map((text, i) => text + (i < parts.length ? rendered(parts[i] as Part) : ''));
  return new Html(pieces.join(''));
}

function rendered(part: Part): string {
  if (part === null) return '';
  if (part instanceof Html) return part.text;
  if (typeof part === 'object') return part.map((one) => one.text).join('');
  return escapeHtml(String(part));
}

/** No piece at all. */
export const NONE = new Html('');
