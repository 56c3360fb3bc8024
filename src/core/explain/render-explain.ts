import type { ExplainEntry } from './entry.ts';
import { KEY_SEQUENCES, PHONE_GROUPS, phonesText } from './keys.ts';

/** Longer lines do not read well. */
const WIDTH = 100;
const INDENT = 17;

/**
 * The text for a person: what it means, how it looks on phone and server, what to do, keys, sources; in lines of at most `columns`
 * signs, and never more than 100. No final line end.
 */
export function renderExplain(entry: ExplainEntry & { readonly about?: string | null }, columns = WIDTH): string {
  const wrap = (text: string, indent: number, head = '') => wrapped(text, indent, head, Math.min(WIDTH, columns));
  const about = entry.about ?? null;
  const lines = [entry.code, ...wrap(entry.title, 2), ...(about === null ? [] : wrap(about, 2)), ''];
  const add = (label: string, text: string): void => {
    lines.push(...wrap(text, INDENT, `  ${label}`));
  };
  if (entry.phones !== 'all') add('Phones', PHONE_GROUPS[entry.phones]);
  if (entry.screen.length > 0) add('On the phone', entry.screen.map((text) => `"${text}"`).join(', '));
  if (entry.server !== null) add('On the server', entry.server);
  add('Why', entry.cause);
  entry.advice.forEach((step, index) => {
    const label = index === 0 ? '  What to do' : '';
    const head = entry.advice.length > 1 ? `${label.padEnd(INDENT)}${index + 1}. ` : label;
    lines.push(...wrap(step, entry.advice.length > 1 ? INDENT + 3 : INDENT, head));
  });
  const sequences = KEY_SEQUENCES.filter(
    ({ topic, phones }) => entry.keys.includes(topic) && (entry.phones === 'all' || entry.phones === phones),
  );
  sequences.forEach((sequence, index) => {
    const text = `${phonesText(sequence)}: ${sequence.keys}. ${capital(sequence.effect)}. [${sequence.sources.join(', ')}]`;
    lines.push(...wrap(text, INDENT, index === 0 ? '  Keys' : ''));
  });
  if (entry.exitCode !== null) add('Exit code', String(entry.exitCode));
  if (entry.sources.length > 0)
    add('Sources', `${entry.sources.join(', ')} (${levelText(entry)}; see docs/sources.md)`);
  return lines.join('\n');
}

function levelText(entry: ExplainEntry): string {
  return entry.level === 'A' ? 'A: documented by Cisco or seen first hand' : 'B: community report or inference';
}

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

/** Lines of at most `width` signs, the first behind `head`, all indented; a single longer word stays whole. */
function wrapped(text: string, indent: number, head: string, width: number): string[] {
  const lines: string[] = [];
  let line = head.padEnd(indent);
  let isEmpty = true;
  for (const word of text.split(/\s+/)) {
    if (!isEmpty && line.length + 1 + word.length > width) {
      lines.push(line);
      line = ' '.repeat(indent);
      isEmpty = true;
    }
    line += isEmpty ? word : ` ${word}`;
    isEmpty = false;
  }
  lines.push(line);
  return lines;
}
