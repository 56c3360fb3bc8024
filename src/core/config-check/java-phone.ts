import { type ParsedLoad, parseLoadName } from '../names/load-name.ts';
import { isWithin } from '../names/release.ts';
import type { PhoneConfigFacts } from '../phone-config/facts.ts';
import { type ConfigElement, childOf, elementAt } from './element.ts';
import type { Held, Tell } from './legacy-phone.ts';
import type { CheckQuestion, IsThere } from './question.ts';

/** One `SEP<MAC>.cnf.xml` with all that its rules ask. */
export interface JavaPhone {
  readonly root: ConfigElement;
  readonly question: CheckQuestion;
  /** The load that the phone runs: the one that was said, else the one that the file names; null when neither says. */
  readonly load: ParsedLoad | null;
  readonly isThere: IsThere;
  readonly tell: Tell;
  /** An element as something to report at. */
  held(element: ConfigElement | null): Held | null;
}

type ProxyUse = PhoneConfigFacts['forms']['proxyForms'][number]['use'];

/** What a configuration for Java phones is, as seen from its root. */
export function javaPhone(
  file: string,
  root: ConfigElement,
  question: CheckQuestion,
  isThere: IsThere,
  tell: Tell,
): JavaPhone {
  const named = parseLoadName(childOf(root, 'loadInformation')?.text ?? '');
  return {
    root,
    question,
    load: question.load ?? (named.ok ? named.value : null),
    isThere,
    tell,
    held: (element) =>
      element === null ? null : { file, value: element.text, at: { line: element.line, column: element.column } },
  };
}

/** The text of an element at a path; empty when it is not there. */
export function textAt(root: ConfigElement, path: string): string {
  return elementAt(root, path)?.text ?? '';
}

/** The word in `<proxy>` that stands for the call managers of `callManagerGroup`. */
export const CALL_MANAGER = 'USECALLMANAGER';

/** Lines that are to register: those of `featureID` 9. */
export function registeringLines(root: ConfigElement): readonly ConfigElement[] {
  const lines = elementAt(root, 'sipProfile/sipLines')?.children ?? [];
  return lines.filter((line) => line.name === 'line' && childOf(line, 'featureID')?.text === '9');
}

/** The call managers, in their order. */
export function callManagers(root: ConfigElement): readonly ConfigElement[] {
  const members = elementAt(root, 'devicePool/callManagerGroup/members')?.children ?? [];
  return members
    .flatMap((member) => (member.name === 'member' ? member.children : []))
    .filter(({ name }) => name === 'callManager');
}

/** Whether a load takes a form of naming the PBX; null when the load is not known. */
export function useOfProxyForm({ load, question }: JavaPhone, form: 'address' | 'callmanager'): ProxyUse | null {
  if (load === null) return null;
  const known = question.facts.forms.proxyForms.find(
    (facts) => facts.form === form && facts.families.includes(load.family) && isWithin(load.release, facts.releases),
  );
  return known?.use ?? null;
}
