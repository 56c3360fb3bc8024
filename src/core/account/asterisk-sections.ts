/** A line `key = value` of a section. */
interface SectionEntry {
  readonly key: string;
  readonly value: string;
}

/** A section of one of Asterisk's files, with what its templates give it. */
export interface AsteriskSection {
  readonly name: string;
  /** The line of its heading. */
  readonly at: number;
  readonly isTemplate: boolean;
  readonly entries: readonly SectionEntry[];
}

export interface AsteriskText {
  readonly sections: readonly AsteriskSection[];
  /** Lines that ask for other files, which are not read. */
  readonly includes: readonly { readonly at: number; readonly file: string }[];
}

/** `[name]`, `[name](!)`, `[name](template,other)`, `[name](+)`. */
const HEADING = /^\[([^\]]+)\](?:\s*\(([^)]*)\))?/;
const INCLUDE = /^#\s*(?:try)?include\s+["<]?([^">]+)[">]?/i;
const ENTRY = /^([^=\s][^=]*?)\s*=>?\s*(.*)$/;
/** Templates on templates are followed so far (invented). */
const MOST_TEMPLATES = 20;

/** Whether a text is made of sections with a `type`, as Asterisk's files for SIP are. */
export function isAsteriskText(text: string): boolean {
  return /^\s*\[[^\]]+\]/m.test(text) && /^\s*(?:type|secret|inbound_auth\/password)\s*=/m.test(text);
}

/** Reads sections with their templates. Comments are left out: `;` to the end of the line, and `;--` to `--;`. It never throws. */
export function readAsteriskText(text: string): AsteriskText {
  const sections: { name: string; at: number; isTemplate: boolean; parents: readonly string[]; own: SectionEntry[] }[] =
    [];
  const includes: { at: number; file: string }[] = [];
  for (const [index, line] of withoutBlocks(text)
    .split(/\r\n|\n|\r/)
    .entries()) {
    const bare = withoutComment(line).trim();
    const heading = HEADING.exec(bare);
    const include = INCLUDE.exec(bare);
    const entry = ENTRY.exec(bare);
    if (heading !== null) {
      const words = (heading[2] ?? '').split(',').map((word) => word.trim());
      const parents = words.filter((word) => word !== '' && word !== '!' && word !== '+');
      const before = words.includes('+') ? sections.findLast(({ name }) => name === heading[1]) : undefined;
      if (before !== undefined) sections.push(before);
      else sections.push({ name: heading[1] ?? '', at: index + 1, isTemplate: words.includes('!'), parents, own: [] });
    } else if (include !== null) includes.push({ at: index + 1, file: include[1] ?? '' });
    else if (entry !== null) {
      // As in [name](+), what follows belongs to the section that was named last.
      sections.at(-1)?.own.push({ key: (entry[1] ?? '').toLowerCase(), value: (entry[2] ?? '').trim() });
    }
  }
  const whole = (name: string, depth: number): readonly SectionEntry[] => {
    const section = sections.find((one) => one.name === name);
    if (section === undefined || depth > MOST_TEMPLATES) return [];
    return [...section.parents.flatMap((parent) => whole(parent, depth + 1)), ...section.own];
  };
  return {
    sections: [...new Set(sections)].map(({ name, at, isTemplate, parents, own }) => ({
      name,
      at,
      isTemplate,
      entries: [...parents.flatMap((parent) => whole(parent, 1)), ...own],
    })),
    includes,
  };
}

/** What a section says last under a key; null where it does not have it. */
export function lastOf({ entries }: AsteriskSection, key: string): string | null {
  return entries.findLast((entry) => entry.key === key)?.value ?? null;
}

/** The lines stay where they are, so that their numbers do. */
function withoutBlocks(text: string): string {
  return text.replace(/;--(?!-)[\s\S]*?--;/g, (block) => block.replace(/[^\r\n]/g, ' '));
}

/** `\;` is no comment. */
function withoutComment(line: string): string {
  const at = /(?<!\\);/.exec(line)?.index ?? line.length;
  return line.slice(0, at).replaceAll('\\;', ';');
}
