/** A text without what names the phone's own load, and whether anything did. */
interface Rest {
  readonly text: string;
  readonly isNamed: boolean;
}

/** A blank at the end of a line may become part of the name (CSCdv19260); a comment begins with a semicolon (after-landing 1.2). */
export function withoutLines(text: string, load: string): Rest {
  const name = escaped(load);
  const line = new RegExp(`^image_version[ \\t]*:[ \\t]*(?:"${name}"[ \\t]*(?=;|$)|${name}(?=[ \\t]*;|$))`, 'gm');
  return { text: text.replace(line, ' '), isNamed: text.search(line) >= 0 };
}

/** What stands in a comment or in a section of plain text is no element: it names nothing, and is not taken out. */
const ASIDE = /(<!--[\s\S]*?(?:-->|$)|<!\[CDATA\[[\s\S]*?(?:\]\]>|$))/;
const EMPTY_ELEMENT = /<(loadInformation\d*)(?: model="[^"<>]*")?(?:\s*\/>|><\/\1>)/g;

export function withoutElements(text: string, load: string): Rest {
  const element = new RegExp(`<(loadInformation\\d*)(?: model="[^"<>]*")?>${escaped(load)}</\\1>`, 'g');
  const parts = text.split(ASIDE);
  const isElement = (i: number) => i % 2 === 0;
  const rest = parts.map((part, i) => (isElement(i) ? part.replace(element, ' ').replace(EMPTY_ELEMENT, ' ') : part));
  return { text: rest.join(' '), isNamed: parts.some((part, i) => isElement(i) && part.search(element) >= 0) };
}

function escaped(load: string): string {
  return load.replaceAll('.', '\\.');
}

/** A line that names a load, and nothing else: the name in quotes or without, up to where the line or its comment ends. */
const LINE = /^(image_version[ \t]*:[ \t]*)(?:"[^"\r\n;]*"|[^\s";]+)[ \t]*(?=;|$)/gm;
const ELEMENT = /(<loadInformation(?: model="[^"<>]*")?>)[^<>&]*(?=<\/loadInformation>)/g;
/** Expansion modules have loads of their own (legacy-79x0 9). */
const MODULE = /addon/i;
const TAG = /<(\/?)[\w:-]+(?:\s[^<>]*?)?(\/?)>/g;
const ANY_ELEMENT = /<loadInformation/gi;

/** Where a name stands that is to be replaced, in bytes. */
interface Place {
  readonly from: number;
  readonly to: number;
}

/** The bytes with this load wherever a line names one; every other byte stays. */
export function linesNaming(content: Uint8Array, load: string): Uint8Array {
  return replaced(content, placesIn(textOf(content), LINE, 0), load);
}

/**
 * The bytes of a phone's own XML file with this load in the element that names one. They stay as they are where it is not certain that
 * this is the phone's own: where there are several, or expansion modules.
 */
export function elementNaming(content: Uint8Array, load: string): Uint8Array {
  const text = textOf(content);
  if (MODULE.test(text) || [...text.matchAll(ANY_ELEMENT)].length !== 1) return content;
  const places: Place[] = [];
  let at = 0;
  for (const [i, part] of text.split(ASIDE).entries()) {
    if (i % 2 === 0) places.push(...placesIn(part, ELEMENT, at));
    at += part.length;
  }
  return replaced(content, places.every(({ from }) => depthAt(text, from) === 2) ? places : [], load);
}

/** In how many elements this place of the text is; what is wrong with the text is wrong with the number. */
function depthAt(text: string, place: number): number {
  const rest = text
    .slice(0, place)
    .split(ASIDE)
    .filter((_, i) => i % 2 === 0)
    .join('');
  let depth = 0;
  for (const [, close, empty] of rest.matchAll(TAG)) depth += close === '/' ? -1 : empty === '/' ? 0 : 1;
  return depth;
}

/** What each match holds behind its first group. */
function placesIn(text: string, form: RegExp, at: number): Place[] {
  return Array.from(text.matchAll(form), ({ index, 0: whole, 1: head = '' }) => ({
    from: at + index + head.length,
    to: at + index + whole.length,
  }));
}

/** One character for each byte, so that places in the text are places in the bytes. */
function textOf(content: Uint8Array): string {
  return new TextDecoder('latin1').decode(content);
}

function replaced(content: Uint8Array, places: readonly Place[], load: string): Uint8Array {
  const name = new TextEncoder().encode(load);
  const parts: Uint8Array[] = [];
  let done = 0;
  for (const { from, to } of places) {
    parts.push(content.subarray(done, from), name);
    done = to;
  }
  parts.push(content.subarray(done));
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}
