import { sizeText } from '../text/amounts.ts';
import { effectOf } from './finding.ts';
import type { ImportEvent } from './import-event.ts';
import type { Verdict } from './package.ts';
import { isOtherPhones, type ListRecord, type VerifyRecord } from './report.ts';

const VERDICT_WORDS: Readonly<Record<Verdict, string>> = {
  'known-good': 'known good',
  complete: 'complete',
  incomplete: 'INCOMPLETE',
  damaged: 'DAMAGED',
  mixed: 'MIXED',
  unknown: 'UNKNOWN',
};

/** A verdict, and that a package is for emulated phones alone where it is. */
function wordFor({ verdict, isSynthetic }: { readonly verdict: Verdict; readonly isSynthetic?: true }): string {
  return `${VERDICT_WORDS[verdict]}${isSynthetic === true ? ', synthetic' : ''}`;
}

const SYNTHETIC =
  'written by "loadstep emulate firmware", for emulated phones alone: never let a real phone ask for it';

/** What is to be said of a road, or a store, that has such packages; null where there are none. */
export function syntheticNote(loads: readonly string[]): string | null {
  return loads.length === 0 ? null : `Synthetic: ${loads.join(', ')}, ${SYNTHETIC}.`;
}

/** The lines that tell a person about one package: verdict and place, then each finding with what to do. */
export function describeVerify(record: VerifyRecord): string[] {
  const what = record.load ?? (record.family === null ? 'files' : `files of family ${record.family}`);
  const isOther = isOtherPhones(record);
  const lines = [`${what}: ${isOther ? 'not of these phones' : wordFor(record)}  (${record.path})`];
  if (record.isSynthetic === true) lines.push(`  note: ${SYNTHETIC}`);
  for (const found of record.findings) {
    const where = found.offset === null ? '' : ` (offset ${found.offset})`;
    const file = found.file === null || found.message.includes(found.file) ? '' : `${found.file}: `;
    lines.push(`  ${effectOf(found) === 'note' || isOther ? 'note' : 'fault'}: ${file}${found.message}${where}`);
    if (effectOf(found) !== 'note') lines.push(`         ${found.advice}`);
  }
  return lines;
}

/** One line that sums up a verification. */
export function describeTotals(records: readonly VerifyRecord[]): string {
  if (records.length === 0) return 'no firmware';
  const others = records.filter(isOtherPhones).length;
  const ours = records.filter((record) => !isOtherPhones(record));
  const counts = (Object.keys(VERDICT_WORDS) as Verdict[])
    .map((verdict) => ({ verdict, count: ours.filter((record) => record.verdict === verdict).length }))
    .filter(({ count }) => count > 0);
  const words = counts.map(({ verdict, count }) => `${count} ${VERDICT_WORDS[verdict].toLowerCase()}`);
  return [...words, ...(others === 0 ? [] : [`${others} not of these phones`])].join(', ');
}

/** The table that `firmware list` prints, and the targets that phones can reach with what it lists. */
export function describeList(records: readonly ListRecord[]): string[] {
  const rows = records.map((record) => [
    record.family ?? '?',
    record.load ?? '?',
    record.protocol ?? '-',
    wordFor(record),
    sizeText(record.bytes),
    record.source ?? record.path,
  ]);
  const table = [['family', 'load', 'protocol', 'verdict', 'size', 'from'], ...rows];
  const widths = [0, 1, 2, 3, 4].map((column) => Math.max(...table.map((row) => row[column]?.length ?? 0)));
  const lines = table.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  const targets = [...new Set(records.flatMap(({ enables }) => enables))].join(', ');
  if (targets === '') return lines;
  return [...lines, `With these, phones can be taken to ${targets}; "loadstep plan" tells from which loads.`];
}

/** The lines that tell a person what became of one package of an import. */
export function describeImport(event: ImportEvent): string[] {
  if (event.event === 'package.refused') {
    const what = event.load === null ? event.source : `${event.load} from ${event.source}`;
    return [`refused   ${what}`, `          ${event.message}`, `          ${event.advice}`];
  }
  const files = `${event.files.length} ${event.files.length === 1 ? 'file' : 'files'}`;
  if (event.event === 'package.present') return [`present   ${event.load}, ${files}: in the store already`];
  const linked = event.linked === 0 ? '' : `, ${event.linked} of them in the store already`;
  const lines = [
    `imported  ${event.load}, ${files}, ${sizeText(event.bytes)}${linked}: ${wordFor(event)}  (${event.source})`,
  ];
  for (const { from, to } of event.renamed) lines.push(`          ${from} got back its name ${to}`);
  return lines;
}
