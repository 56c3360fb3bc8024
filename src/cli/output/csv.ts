/**
 * One record of RFC 4180: fields with a comma, quote or line break are quoted, quotes doubled, ended by CR LF. Text is made
 * inert, numbers stay numbers, null is empty.
 */
export function csvRecord(fields: readonly (string | number | null)[]): string {
  return `${fields.map((one) => (typeof one === 'string' ? field(inert(one)) : String(one ?? ''))).join(',')}\r\n`;
}

/** Full-width signs count, too: some spreadsheets take them for the narrow ones. */
const FORMULA = /^'*(\s*[=+\-@\t\r]|[\uff1d\uff0b\uff0d\uff20])/;

/** Spreadsheets run what begins like a formula; with an apostrophe in front it is text, and is shown without it. */
export function inert(text: string): string {
  return FORMULA.test(text) ? `'${text}` : text;
}

/** What a text was before it was made inert; any other text as it is. */
export function live(text: string): string {
  return text.startsWith("'") && FORMULA.test(text) ? text.slice(1) : text;
}

function field(text: string): string {
  return /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
