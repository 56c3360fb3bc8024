import { readXml } from '../../src/adapters/config-files/read-xml.ts';
import { checkFile } from '../../src/core/config-check/check-files.ts';
import type { ConfigFinding } from '../../src/core/config-check/finding.ts';
import type { CheckQuestion } from '../../src/core/config-check/question.ts';
import { parseLoadName } from '../../src/core/names/load-name.ts';
import { CONFIG_FACTS } from '../support/phone-config.ts';

/** What is known beside the file, in words. */
export interface Known extends Partial<Omit<CheckQuestion, 'load' | 'facts'>> {
  readonly load?: string;
  /** Names that lie beside the file; everything when absent. */
  readonly beside?: readonly string[];
  /** Sizes of files that lie beside it. */
  readonly sizes?: Readonly<Record<string, number>>;
  readonly before?: string;
}

/** The findings of a file of a name; a file that is passed over throws. */
export function check(path: string, text: string, known: Known = {}): readonly ConfigFinding[] {
  const { load: named, beside, before, sizes = {}, ...rest } = known;
  const load = named === undefined ? null : parseLoadName(named);
  if (load !== null && !load.ok) throw new Error(load.error);
  const question: CheckQuestion = {
    model: null,
    family: null,
    load: load?.value ?? null,
    pbx: null,
    isSecondHand: false,
    facts: CONFIG_FACTS,
    ...rest,
  };
  const isThere = (name: string) => beside === undefined || beside.includes(name);
  const given = before === undefined ? null : { path: 'SIPDefault.cnf', text: before };
  const result = checkFile(
    { path, text, isThere, sizeOf: (name) => sizes[name] ?? null, before: given },
    question,
    readXml,
  );
  if ('why' in result) throw new Error(`passed over: ${result.why}`);
  return result.findings;
}

/** A finding as its line (0 for what is missing), code and severity. */
export const short = ({ at, code, severity }: ConfigFinding) => `${at?.line ?? 0} ${code} ${severity}`;

/** The text with a line that begins with `key` in another form, or without it; the number of that line. */
export function changed(text: string, key: string, to: string | null): { text: string; line: number } {
  const lines = text.split('\n');
  const at = lines.findIndex((line) => line.trimStart().startsWith(key));
  if (at < 0) throw new Error(`no line begins with ${key}`);
  return { text: lines.toSpliced(at, 1, ...(to === null ? [] : [to])).join('\n'), line: at + 1 };
}
