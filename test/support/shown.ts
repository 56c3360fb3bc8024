import type { TftpAnswer } from '../../src/ports/tftp.ts';
import { textOf } from './bench.ts';

/** What one answer shows to a phone: loads that a text names for it, or a file of a firmware package. */
export type Shown =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'named'; readonly loads: readonly string[]; readonly isOs79xx: boolean }
  | { readonly kind: 'served'; readonly package: string; readonly name: string };

/** A name that no load carries; it is shown to find out which generation asks (docs/decisions/0007). */
export const PROBE_NAME = 'P0S3-00-0-00';

/** Reads an answer as a phone of this device type would, by the file it asked for. */
export function shownBy(asked: string, answer: TftpAnswer, typeId: number): Shown {
  const text = textOf(answer);
  if (text === null || text.startsWith('STATIC ')) return { kind: 'nothing' };
  const served = /^FIRMWARE (\S+) (\S+)$/.exec(text);
  if (served !== null) return { kind: 'served', package: served[1] ?? '', name: served[2] ?? '' };
  const name = asked.slice(asked.lastIndexOf('/') + 1).toLowerCase();
  if (name.endsWith('.xml')) return { kind: 'named', loads: inXml(text, typeId), isOs79xx: false };
  if (name === 'os79xx.txt') return { kind: 'named', loads: [text.trim()], isOs79xx: true };
  const version = /image_version:\s*"?([^"\s;]+)/.exec(text)?.[1];
  return { kind: 'named', loads: [version ?? text.trim()], isOs79xx: false };
}

/** Every load that an XML text names for this device type, or for everybody who reads it. */
function inXml(text: string, typeId: number): string[] {
  const found = [...text.matchAll(/<loadInformation(\d*)[^>]*>([^<]*)</g)];
  return found.flatMap(([, type = '', load = '']) => (type === '' || Number(type) === typeId ? [load.trim()] : []));
}

/** Every load that a text names for anybody at all. */
export function anyLoadIn(text: string): string[] {
  return [...text.matchAll(/P0[0SM]3[-0-9A-Z]{4,}|(?:SCCP|SIP|TERM)\d\d\.[-0-9A-Z]+S\b/g)].map(([load]) => load);
}
