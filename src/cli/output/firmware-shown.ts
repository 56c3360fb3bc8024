import { describeImport, describeList, describeTotals, describeVerify } from '../../core/firmware/describe.ts';
import type { ImportEvent } from '../../core/firmware/import-event.ts';
import { areAllGood, type ListRecord, type VerifyRecord } from '../../core/firmware/report.ts';
import type { LoadName } from '../../core/names/load-name.ts';
import { describeNeeded } from '../../core/plan/describe-needed.ts';
import { withoutRules } from '../../core/plan/describe-plan.ts';
import type { NeededFrom } from '../../core/plan/needed-starts.ts';
import { describeNeededSum } from '../../core/plan/needed-sum.ts';
import { sizeText } from '../../core/text/amounts.ts';

/** Where a firmware command writes: text for people, one JSON object a line for scripts, how far it is. */
export interface FirmwareOutput {
  line(text: string): void;
  json(record: object): void;
  progress(text: string): void;
}

const DONE = 0;
const NOT_GOOD = 3;

/** What a store holds, wherever it is. */
export interface StoreListed {
  readonly records: readonly ListRecord[];
  /** What they take on disk. */
  readonly bytes: number;
  /** Whether there are files that make no package. */
  readonly hasStrays: boolean;
}

/** `firmware list`. */
export function showPackages(
  { records, bytes, hasStrays }: StoreListed,
  isJson: boolean,
  output: FirmwareOutput,
): number {
  if (isJson) {
    for (const record of records) output.json(record);
    return DONE;
  }
  if (records.length === 0) {
    output.line('the store is empty; fill it with "loadstep firmware import ARCHIVE"');
    return DONE;
  }
  for (const line of describeList(records)) output.line(line);
  output.line(`${records.length} ${records.length === 1 ? 'package' : 'packages'}, ${sizeText(bytes)} on disk`);
  if (hasStrays) output.line('some files make no package; "loadstep firmware verify" tells which and why');
  return DONE;
}

/** `firmware verify`: 3 unless everything looked at is known-good or complete. */
export function showVerified(records: readonly VerifyRecord[], isJson: boolean, output: FirmwareOutput): number {
  for (const record of records) {
    if (isJson) output.json(record);
    else for (const line of describeVerify(record)) output.line(line);
  }
  if (!isJson) output.line(describeTotals(records));
  return areAllGood(records) ? DONE : NOT_GOOD;
}

/** What an import did in all. */
export interface ImportCounts {
  readonly imported: number;
  readonly present: number;
  readonly refused: number;
}

/** One thing that happens in an import. */
export function showImport(event: ImportEvent, isJson: boolean, output: FirmwareOutput): void {
  if (isJson) output.json(event);
  else for (const line of describeImport(event)) output.line(line);
}

/** How an import ended: 3 when anything was refused. */
export function showImported(counts: ImportCounts, isJson: boolean, output: FirmwareOutput): number {
  if (isJson) output.json({ event: 'import.finished', ...counts });
  else output.line(`${counts.imported} imported, ${counts.present} present, ${counts.refused} refused`);
  return counts.refused > 0 ? NOT_GOOD : DONE;
}

/** A package that was taken out of a store. */
export interface ForgottenPackage {
  readonly load: string;
  readonly path: string;
  readonly files: readonly string[];
  readonly freedBytes: number;
}

/** One package that is gone. */
export function showForgotten(pack: ForgottenPackage, isJson: boolean, output: FirmwareOutput): void {
  if (isJson) output.json({ event: 'package.forgotten', ...pack });
  else
    output.line(
      `forgotten ${pack.load}, ${pack.files.length} files, ${sizeText(pack.freedBytes)} freed  (${pack.path})`,
    );
}

/** More roads than these are for those who ask for them. */
const SHOWN_ROADS = 2;

/** A shopping list. */
interface NeededShown {
  readonly target: LoadName;
  readonly lists: readonly NeededFrom[];
  /** Whether every road is told of to a person, and not only the best ones. */
  readonly isAll: boolean;
}

/** `firmware needed`: 0 when some road is ready from everywhere, else 3. */
export function showNeeded({ target, lists, isAll }: NeededShown, isJson: boolean, output: FirmwareOutput): number {
  const isSummed = !isJson && !isAll && lists.length > 1;
  if (isSummed) for (const line of describeNeededSum(target, lists)) output.line(line);
  let areAllReady = true;
  for (const { from, words = from, needed } of lists) {
    const alternatives = needed.ok ? needed.alternatives : [];
    const ready = alternatives.some((alternative) => alternative.missing.length === 0);
    areAllReady = areAllReady && ready;
    const failure = needed.ok ? {} : { code: needed.reason.code, reasons: needed.reason.reasons };
    if (isSummed) continue;
    if (isJson) output.json({ from, target, ready, alternatives, ...failure });
    else if (needed.ok)
      for (const line of describeNeeded(words, needed.target, alternatives, isAll ? undefined : SHOWN_ROADS))
        output.line(line);
    else
      for (const line of [
        `From ${words} to ${target}: no road`,
        ...needed.reason.reasons.map((reason) => `  ${withoutRules(reason)}`),
      ])
        output.line(line);
  }
  return areAllReady ? DONE : NOT_GOOD;
}
