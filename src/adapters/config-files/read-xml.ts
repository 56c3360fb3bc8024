import { parseXml, XmlCdata, XmlElement, XmlError, XmlText } from '@rgrove/parse-xml';
import type { ConfigElement, XmlReading } from '../../core/config-check/element.ts';
import type { Position } from '../../core/config-check/finding.ts';

/** What the package says first, and how a reader without XML at heart may understand it. */
const HINTS: readonly (readonly [RegExp, string])[] = [
  [
    /^Unterminated reference|^Named entity isn't defined|^Invalid character reference/,
    'an & in a value is written &amp;',
  ],
  [/^Missing end tag for element (\S+)/, 'the element $1 is not closed'],
  [/^Unclosed start tag for element `?([^`\s]+)/, 'the tag <$1 is not written whole'],
  [/^Attribute value expected/, 'a value of an attribute needs plain double quotes'],
  [/^Duplicate attribute: (\S+)/, 'the attribute $1 stands there twice'],
  [/^Extra content at the end/, 'there is something behind the end of the root'],
  [/^Root element is missing/, 'there is no XML in it'],
  [/^XML declaration isn't allowed here/, 'something stands before <?xml …?>, be it an empty line'],
  [/^The string `--`/, 'a comment has -- inside'],
  [/^Invalid character/, 'there is a character that XML does not know'],
];

/**
 * Reads XML strictly. A document type is passed over unread, so that entities of a file mean nothing and nothing is fetched (XML bombs,
 * external entities); what is nested deeper than the machine can follow is refused. Never throws.
 */
export function readXml(text: string): XmlReading {
  try {
    const { root } = parseXml(text, { includeOffsets: true });
    if (root === null) return { ok: false, at: { line: 1, column: 1 }, why: 'there is no XML in it' };
    return { ok: true, root: elementOf(root, new Places(text)) };
  } catch (error) {
    if (error instanceof XmlError) {
      return { ok: false, at: { line: error.line, column: error.column }, why: `no XML: ${whyOf(error)}` };
    }
    // The package follows nested elements by calling itself.
    if (error instanceof RangeError)
      return { ok: false, at: { line: 1, column: 1 }, why: 'its elements are nested too deep' };
    throw error;
  }
}

function whyOf({ message }: XmlError): string {
  for (const [pattern, hint] of HINTS) {
    const found = pattern.exec(message);
    if (found !== null) return hint.replace('$1', (found[1] ?? '').slice(0, 40));
  }
  return (message.split(' (line')[0] ?? '').slice(0, 80);
}

function elementOf(element: XmlElement, places: Places): ConfigElement {
  // Elements come in the order of the file, so that their places are found in one pass.
  const { line, column } = places.of(element.start);
  const children: ConfigElement[] = [];
  let text = '';
  for (const child of element.children) {
    if (child instanceof XmlElement) children.push(elementOf(child, places));
    else if (child instanceof XmlText || child instanceof XmlCdata) text += child.text;
  }
  return { name: element.name, attributes: element.attributes, text: text.trim(), children, line, column };
}

/** Lines and columns of offsets that only grow. */
class Places {
  readonly #text: string;
  #line = 1;
  #begin = 0;

  constructor(text: string) {
    this.#text = text;
  }

  of(offset: number): Position {
    for (let next = this.#text.indexOf('\n', this.#begin); next >= 0 && next < offset; ) {
      this.#line += 1;
      this.#begin = next + 1;
      next = this.#text.indexOf('\n', this.#begin);
    }
    return { line: this.#line, column: offset - this.#begin + 1 };
  }
}
