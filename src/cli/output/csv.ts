/** One record of RFC 4180: fields with a comma, quote or line break are quoted, quotes doubled, ended by CR LF. */
export function csvRecord(fields: readonly string[]): string {
  return `${fields.map(field).join(',')}\r\n`;
}

function field(text: string): string {
  return /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/**
 * Reads RFC 4180 text; bare LF ends a record too, and a byte order mark is dropped. Each record bears the number of the
 * line it starts on. Blank lines are left out.
 */
export function parseCsv(text: string): readonly { readonly line: number; readonly fields: readonly string[] }[] {
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
    } else if (char === ',') {
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
