import { type Kind, kindOf } from '../support/dossier.ts';
import type { Pair } from './pairs.ts';

/** A step that only one of the two phones takes. */
export interface Difference extends Pair {
  readonly taker: string;
}

/** What stands behind such steps: a row of the table in docs/safety.md. */
export interface DifferenceRow {
  readonly from: readonly Kind[];
  readonly to: readonly Kind[];
  /** What runs and what is named, in words. */
  readonly words: readonly [from: string, to: string];
  readonly emulator: string;
  readonly model: string;
  readonly dossier: string;
  readonly decided: string;
}

const UNSIGNED_SIP: readonly Kind[] = ['sip-2', 'sip-3', 'sip-4.4'];

/** Where the two phones differ, the dossier decides. */
export const DIFFERENCE_ROWS: readonly DifferenceRow[] = [
  {
    from: ['loader', 'sip-8', 'sccp-8', 'mgcp-7'],
    to: ['sip-5', 'sip-6', 'sccp-5', 'sccp-6'],
    words: ['loader, SIP, SCCP or MGCP 7.x and 8.x', 'signed SIP or SCCP 5.x, 6.x'],
    emulator: 'asks for its `.sbn` when there is no manifest, and takes it (knob `takesOldImages`)',
    model: 'asks for a manifest only and keeps what it runs',
    dossier: 'Cisco goes down from SIP 7.x to signed loads (legacy-79x0 4.1 R5, R7); by which file is in no source',
    decided:
      'planned from the loader and from SIP, with a warning that begins with "Careful"; such a phone lands or is held with a code. From SCCP and MGCP nobody describes it: refused',
  },
  {
    from: ['sccp-3'],
    to: ['sccp-3', ...UNSIGNED_SIP, 'sip-5'],
    words: ['SCCP 3.x', 'SCCP 3.x, SIP 2.x to 4.x, SIP 5.2'],
    emulator: 'takes any unsigned image',
    model: 'takes what the planner table has: SIP 5.3 and 6.x, SCCP 5.0',
    dossier: 'software before 5.x accepts unsigned files (4.1 R2); only those three have a witness (4.2)',
    decided: 'refused: no rule speaks of it',
  },
  {
    from: UNSIGNED_SIP,
    to: ['sip-2', 'sip-3', 'sip-5'],
    words: ['SIP 2.x to 4.x', 'SIP 2.x to 4.1 sideways and back, SIP 5.2'],
    emulator: 'takes any unsigned image of SIP up to 4.x; from 4.4 any of 5.x',
    model: 'goes to 3.0 or 4.4, and from 4.4 to 5.3',
    dossier: 'Cisco names 4.4, then 5.3 (4.1 R4)',
    decided: 'refused: no rule speaks of it',
  },
  {
    from: UNSIGNED_SIP,
    to: ['sccp-3', 'sccp-5'],
    words: ['SIP 2.x to 4.x', 'SCCP 3.x, 5.x'],
    emulator: 'takes the unsigned image',
    model: 'keeps what it runs',
    dossier: 'Cisco has a procedure of which only the heading was read (4.1, Doc 5455)',
    decided: 'refused, and the refusal says so (`sip-g1-not-to-sccp`)',
  },
  {
    from: ['sccp-5', 'sccp-6'],
    to: ['loader'],
    words: ['SCCP 5.x, 6.x', 'the bare loader `P003-…`'],
    emulator: 'passes over it in OS79XX.TXT, takes it as `loadInformation`',
    model: 'keeps what it runs',
    dossier: 'signed loads replace each other (4.1 R1); the planner table has no such row',
    decided: 'refused, and the refusal says so (`sccp56-not-to-loader`); the loader comes with SIP 6.x or SCCP 7.x',
  },
  {
    from: ['java-both'],
    to: ['java-old'],
    words: ['Java 8.3(3) to 8.5(2)', 'Java before 8.3(3)'],
    emulator: 'trusts the old key, and takes it',
    model: 'takes nothing older than its own signing keys',
    dossier:
      'free among loads signed with a trusted key; no downgrade below the running key generation (java-phones 3.4)',
    decided: 'refused, and the refusal says so (`java-both-not-to-old`)',
  },
];

/** The row that stands behind a step; null where the difference is explained by nothing. */
export function rowBehind({ from, target }: Pair): DifferenceRow | null {
  const [was, is] = [kindOf(from), kindOf(target)];
  if (was === undefined || is === undefined) return null;
  return DIFFERENCE_ROWS.find((row) => row.from.includes(was) && row.to.includes(is)) ?? null;
}

/** The table as docs/safety.md has it, with how many steps stand behind each row. */
export function differenceTable(differences: readonly Difference[]): string {
  const head = ['from', 'to', 'emulated phone', 'model phone', 'what the dossier says', 'decided', 'steps'];
  const rows = DIFFERENCE_ROWS.map((row) => {
    const steps = differences.filter((one) => rowBehind(one) === row).length;
    return [...row.words, row.emulator, row.model, row.dossier, row.decided, String(steps)];
  });
  return [head, head.map((_, n) => (n === 6 ? '---:' : '---')), ...rows]
    .map((row) => `| ${row.join(' | ')} |`)
    .join('\n');
}
