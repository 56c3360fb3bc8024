/** One element of a configuration. Names keep their case; `text` is what stands directly in it, entities resolved. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlElement[];
  readonly text: string;
}

/** A document as the phone's reader takes it, or the first thing that is not well formed and its line. */
export type XmlRead =
  | { readonly ok: true; readonly root: XmlElement }
  | { readonly ok: false; readonly line: number; readonly why: string };

interface Open {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: XmlElement[];
  text: string;
}

const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
const NAME = /[A-Za-z_:][\w:.-]*/y;
const BLANK = /[ \t\r\n]*/y;
/** Invented: no file of a phone is nested deeper than ten. */
const DEEPEST = 64;

class NotWellFormed extends Error {}

/**
 * Reads a whole document, strictly: one root, every start tag closed in its turn, quoted attributes, known entities. A DOCTYPE
 * is refused (invented: no phone's file carries one), so there are no entities to grow and nothing outside is read.
 */
export function readXml(content: string): XmlRead {
  const reader = new XmlReader(content.startsWith('\u{FEFF}') ? content.slice(1) : content);
  try {
    return { ok: true, root: reader.document() };
  } catch (error) {
    if (!(error instanceof NotWellFormed)) throw error;
    return { ok: false, line: reader.line(), why: error.message };
  }
}

class XmlReader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  line(): number {
    return this.#text.slice(0, this.#at).split('\n').length;
  }

  document(): XmlElement {
    if (this.#text.startsWith('<?xml')) this.#past('?>');
    const open: Open[] = [];
    let root: XmlElement | null = null;
    while (this.#at < this.#text.length) {
      const next = this.#text.indexOf('<', this.#at);
      const text = this.#text.slice(this.#at, next === -1 ? undefined : next);
      this.#addText(open.at(-1), text);
      if (next === -1) break;
      this.#at = next;
      if (this.#isAt('<!--')) this.#comment();
      else if (this.#isAt('<![CDATA[')) this.#cdata(open.at(-1));
      else if (this.#isAt('<!')) throw new NotWellFormed('a DOCTYPE');
      else if (this.#isAt('<?')) this.#past('?>');
      else if (this.#isAt('</')) root = this.#end(open) ?? root;
      else {
        if (root !== null) throw new NotWellFormed('a second root element');
        root = this.#start(open);
      }
    }
    const left = open.at(-1);
    if (left !== undefined) throw new NotWellFormed(`<${left.name}> is not closed`);
    if (root === null) throw new NotWellFormed('no element');
    return root;
  }

  #isAt(text: string): boolean {
    return this.#text.startsWith(text, this.#at);
  }

  #past(text: string): void {
    const end = this.#text.indexOf(text, this.#at);
    if (end === -1) throw new NotWellFormed(`${text} is missing`);
    this.#at = end + text.length;
  }

  #comment(): void {
    const end = this.#text.indexOf('--', this.#at + '<!--'.length);
    if (end === -1 || this.#text[end + 2] !== '>') throw new NotWellFormed('-- in a comment');
    this.#at = end + '-->'.length;
  }

  #cdata(into: Open | undefined): void {
    const from = this.#at + '<![CDATA['.length;
    if (into === undefined) throw new NotWellFormed('text outside the root element');
    this.#past(']]>');
    into.text += this.#text.slice(from, this.#at - ']]>'.length);
  }

  #addText(into: Open | undefined, text: string): void {
    if (into !== undefined) into.text += this.#resolved(text);
    else if (/[^ \t\r\n]/.test(text)) throw new NotWellFormed('text outside the root element');
  }

  /** The finished root, once its end tag was read. */
  #end(open: Open[]): XmlElement | null {
    this.#at += 2;
    const name = this.#name();
    this.#blank();
    if (!this.#isAt('>')) throw new NotWellFormed(`</${name} without >`);
    const closed = open.pop();
    if (closed?.name !== name) {
      throw new NotWellFormed(
        closed === undefined ? `</${name}> closes nothing` : `</${name}> where </${closed.name}> belongs`,
      );
    }
    this.#at += 1;
    const parent = open.at(-1);
    parent?.children.push(closed);
    return parent === undefined ? closed : null;
  }

  /** The root, where it is empty and closes itself. */
  #start(open: Open[]): XmlElement | null {
    this.#at += 1;
    const name = this.#name();
    const attributes: Record<string, string> = Object.create(null);
    for (;;) {
      const isApart = this.#blank();
      const isEmpty = this.#isAt('/>');
      if (isEmpty || this.#isAt('>')) {
        this.#at += isEmpty ? 2 : 1;
        const element: Open = { name, attributes, children: [], text: '' };
        if (!isEmpty) {
          if (open.length >= DEEPEST) throw new NotWellFormed('nested too deep');
          open.push(element);
          return null;
        }
        const parent = open.at(-1);
        parent?.children.push(element);
        return parent === undefined ? element : null;
      }
      if (!isApart) throw new NotWellFormed(`a broken start tag <${name}`);
      this.#attribute(name, attributes);
    }
  }

  #attribute(element: string, attributes: Record<string, string>): void {
    const name = this.#name();
    this.#blank();
    const isEqual = this.#isAt('=');
    this.#at += isEqual ? 1 : 0;
    this.#blank();
    const quote = this.#text[this.#at];
    if (!isEqual || (quote !== '"' && quote !== "'"))
      throw new NotWellFormed(`${name} of <${element}> has no quoted value`);
    const end = this.#text.indexOf(quote, this.#at + 1);
    const value = this.#text.slice(this.#at + 1, end);
    if (end === -1 || value.includes('<')) throw new NotWellFormed(`${name} of <${element}> is not closed`);
    if (name in attributes) throw new NotWellFormed(`${name} stands twice in <${element}>`);
    attributes[name] = this.#resolved(value);
    this.#at = end + 1;
  }

  #name(): string {
    NAME.lastIndex = this.#at;
    const name = NAME.exec(this.#text)?.[0];
    if (name === undefined) throw new NotWellFormed('< without a name behind it');
    this.#at += name.length;
    return name;
  }

  #blank(): boolean {
    BLANK.lastIndex = this.#at;
    const length = BLANK.exec(this.#text)?.[0].length ?? 0;
    this.#at += length;
    return length > 0;
  }

  #resolved(text: string): string {
    return text.replace(/&([^;&<]*;?)/g, (whole, inside: string) => {
      const number = /^#(?:x([0-9A-Fa-f]{1,6})|(\d{1,7}));$/.exec(inside);
      const code =
        number === null ? -1 : Number.parseInt(number[1] ?? number[2] ?? '', number[1] === undefined ? 10 : 16);
      if (code > 0 && code <= 0x10_ff_ff) return String.fromCodePoint(code);
      const named = inside.endsWith(';') ? NAMED[inside.slice(0, -1)] : undefined;
      if (named === undefined) throw new NotWellFormed(`${whole.slice(0, 20)} is no entity`);
      return named;
    });
  }
}

/** The first child of that name; null where there is none. */
export function child(element: XmlElement | null, name: string): XmlElement | null {
  return element?.children.find((one) => one.name === name) ?? null;
}

/** The element at the end of a path of names such as `devicePool/callManagerGroup`; null where a step is missing. */
export function at(element: XmlElement | null, path: string): XmlElement | null {
  return path.split('/').reduce(child, element);
}

/** The trimmed text at the end of a path; null where the element is missing. */
export function textAt(element: XmlElement | null, path: string): string | null {
  return at(element, path)?.text.trim() ?? null;
}
