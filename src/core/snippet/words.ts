import { countText } from '../text/amounts.ts';
import type { Chosen, SnippetPhone } from './kind.ts';

/** The name under which everything of ours is found again: tags, classes, policies, files. */
export const OURS = 'loadstep';

/** Longest label in a comment, in characters (invented). */
const MOST_LABEL = 60;

/** What may stand in a comment of every server: letters, digits and signs that none of them reads. */
const HARMLESS = /[^\p{L}\p{M}\p{N} .,:;()/+_#@&=-]/gu;
/** The same, for consoles that know no other letters, or guess the encoding of a file and then may swallow the end of a line. */
const HARMLESS_ASCII = /[^A-Za-z0-9 .,:;()/+_#@&=-]/g;

/** A label as text of a comment on one line, whatever is in it; null when nothing is left. */
export function labelText(label: string | null, letters: 'every' | 'ascii' = 'every'): string | null {
  if (label === null) return null;
  const text = label
    .replace(letters === 'ascii' ? HARMLESS_ASCII : HARMLESS, '_')
    .replace(/ +/g, ' ')
    .trim();
  return [...text].slice(0, MOST_LABEL).join('').trim() || null;
}

/** The label as a comment in front of what belongs to the phone; no line where there is none. */
export function labelLines(
  phone: SnippetPhone,
  { mark = '#', letters = 'every' }: { readonly mark?: string; readonly letters?: 'every' | 'ascii' } = {},
): readonly string[] {
  const text = labelText(phone.label, letters);
  return text === null ? [] : [`${mark} ${text}`];
}

/** What the first comment of a snippet says. */
export function aim(chosen: Chosen, server: string): string {
  const who = chosen.by === 'mac' ? countText(chosen.phones.length, 'phone') : 'every Cisco phone of a known model';
  return `Points ${who} at loadstep on ${server}.`;
}

/** An IPv4 address as eight hexadecimal digits. */
export function addressInHex(address: string): string {
  return address
    .split('.')
    .map((byte) => Number(byte).toString(16).padStart(2, '0'))
    .join('');
}
