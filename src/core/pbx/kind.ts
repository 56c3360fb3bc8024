import type { PbxPlace } from '../account/account.ts';
import type { PbxLine } from './pbx-line.ts';

/** What is to be written for a PBX. */
export interface PbxWish {
  readonly lines: readonly PbxLine[];
  /** Where the phones find the PBX; null where nobody said. */
  readonly place: PbxPlace | null;
  /** The part of the dial plan that the phones call in. */
  readonly context: string;
  /** Whether Java phones are offered G.722. */
  readonly hasG722: boolean;
}

/** A file for a PBX. */
export interface PbxFile {
  readonly name: string;
  readonly text: string;
}

/** A kind of PBX, as data. */
export interface PbxKind {
  readonly name: string;
  readonly product: string;
  /** Whether its files name the host that the phones ask. */
  readonly needsPlace: boolean;
  readonly files: (wish: PbxWish) => readonly PbxFile[];
  /** What remains to be done by hand, a step a line. */
  readonly steps: (wish: PbxWish, folder: string) => readonly string[];
}

/** Stands in every file that is made here, so that only those are ever written over. */
const MADE_BY = 'Made by loadstep';

/** The head of a file whose comments begin with `mark`. */
export function head(kind: string, mark: string): string {
  return [
    `${MADE_BY}: "loadstep pbx ${kind}" writes it anew from the accounts. Put changes of your own elsewhere.`,
    'It holds passwords: whoever reads it can make calls.',
  ]
    .map((line) => `${mark} ${line}\n`)
    .join('');
}

/** A text as a comment of so many lines, each begun with `mark`. */
export function remark(mark: string, ...lines: readonly string[]): string {
  return lines.map((line) => `${mark} ${line}\n`).join('');
}
