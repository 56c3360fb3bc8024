/** A load that a configuration names. `typeId` is null where it is not bound to a model. */
export interface NamedLoad {
  readonly load: string;
  readonly typeId: number | null;
}

const LOAD_INFORMATION = /<loadInformation(\d*)\b[^>]*>([^<]*)<\/loadInformation\1\s*>/gi;
const LOAD_WORD = /P0[0SM]3[0-9A-Z-]{4,12}/;

/**
 * The line of `OS79XX.TXT` as an old phone takes it: everything before the line's end. A trailing blank stays and
 * becomes part of the name asked for (CSCdv19260).
 */
export function os79xxLine(content: string): string {
  return /^[^\r\n\0]*/.exec(content)?.[0] ?? '';
}

/** Every load that an XML configuration names, in order; empty ones are left out. */
export function loadInformation(content: string): readonly NamedLoad[] {
  const found: NamedLoad[] = [];
  for (const [, id = '', text = ''] of content.matchAll(LOAD_INFORMATION)) {
    const load = text.trim();
    if (load !== '') found.push({ load, typeId: id === '' ? null : Number(id) });
  }
  return found;
}

/** The value of a setting in a `.cnf` of the 79x0: quotes off, comment after `;` off; null where it is not set. */
export function cnfValue(content: string, setting: string): string | null {
  for (const line of content.split(/\r?\n/)) {
    const match = /^\s*([A-Za-z0-9_]+)\s*:\s*("[^"]*"|[^;]*)/.exec(line);
    if (match?.[1]?.toLowerCase() !== setting) continue;
    const value = (match[2] ?? '').trim().replace(/^"|"$/g, '').trim();
    return value === '' ? null : value;
  }
  return null;
}

/**
 * The first load name anywhere in a file. Invented: what an SCCP image older than XML reads in `SEPDefault.cnf` or
 * `SEP<MAC>.cnf` is not documented, so any line that holds a load name will do.
 */
export function anyLoadName(content: string): string | null {
  return LOAD_WORD.exec(content)?.[0] ?? null;
}

/** The text of an element; null where there is none, empty where it is empty. */
export function elementText(content: string, element: string): string | null {
  const match = new RegExp(`<${element}\\b[^>]*?(?:/>|>([^<]*)</${element}\\s*>)`, 'i').exec(content);
  return match === null ? null : (match[1] ?? '').trim();
}
