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

/**
 * Reads RFC 4180 text, its fields parted by commas or another sign; bare LF ends a record too, and a byte order mark is dropped. Each record bears the number of the
 * line it starts on. Blank lines are left out.
 */
export function parseCsv(
  text: string,
  separator = ',',
): readonly { readonly line: number; readonly fields: readonly string[] }[] {
  const records: { line: number; fields: string[] }[] = [];
  const source = text.replace(/^\uFEFF/, '');
  let fields: string[] = [];
  let current = '';
  let isQuoted = false;
  let line = 1;
  let startedAt = 1;
  const endRecord = () => {
    fields.push(current);
    if (fields.some((one) => one.trim() !== '')) records.push({ line: startedAt, fields });
    fields = [];
    current = '';
  };
  for (let i = 0; i < source.length; i++) {
    const char = source[i] as string;
    if (char === '\n') line++;
    if (isQuoted) {
      if (char !== '"') current += char;
      else if (source[i + 1] === '"') current += source[++i];
      else isQuoted = false;
    } else if (char === '"' && current.trim() === '') {
      current = '';
      isQuoted = true;
    } else if (char === separator) {
      fields.push(current);
      current = '';
    } else if (char === '\n') {
      endRecord();
      startedAt = line;
    } else if (char !== '\r') {
      current += char;
    }
  }
  if (current !== '' || fields.length > 0) endRecord();
  return records;
}
