import { nearestWord } from '../names/nearest-word.ts';
import { isWithin } from '../names/release.ts';
import { type LegacyKey, namesOf, type PhoneConfigFacts } from '../phone-config/facts.ts';
import type { Report } from './finding.ts';
import type { CheckQuestion } from './question.ts';
import type { LegacyEntry, LegacyFile, LineFault } from './read-legacy.ts';
import { faultInFile, zonesOf } from './value-form.ts';

/** Keys that the phone knows and takes from nobody but its own menu: "… not allowed in cfgfile" (after-landing 1.2). */
const NOT_FROM_FILES = ['auto_answer'];
/** Keys whose values have rules of their own beside their form. */
const RULED_ELSEWHERE = /^(image_version|line\d_password|phone_label)$/;
/** Without these a phone does not register, so a wrong value is as bad as none. */
const VITAL =
  /^(proxy1_(address|port)|proxy_register|line1_(name|authname)|call_manager1_(addr|sip_port)|voip_control_port)$/;
/** Beyond so many unknown keys, and for longer ones, nobody looks for the nearest (invented). */
const MOST_GUESSES = 50;
const LONGEST_GUESS = 40;

const LINE_FAULTS: Readonly<Record<LineFault, readonly [wrong: string, phone: string, mend: string]>> = {
  'unclosed quote': [
    'a quotation mark is missing',
    'it may take a part of the line as the value',
    'put the value in two double quotes',
  ],
  'text behind quote': [
    'there is text behind the closing quotation mark',
    'it may take it as a part of the value',
    'remove it, or put a ; before a comment',
  ],
  'blank without quotes': [
    'the value has a blank and no quotation marks',
    'it may take only the part before the blank',
    'put the value in double quotes',
  ],
  'comment sign in quotes': [
    'there is a ; inside the quotation marks',
    'it may take the rest as a comment',
    'leave the ; out of the value',
  ],
};

const KEYS = new WeakMap<PhoneConfigFacts, ReadonlyMap<string, LegacyKey>>();

/** Every key that some 7940 or 7960 knows, with its number where it has one. */
function legacyKeys(facts: PhoneConfigFacts): ReadonlyMap<string, LegacyKey> {
  const known =
    KEYS.get(facts) ?? new Map(facts.legacyKeys.flatMap((key) => namesOf(key).map((name) => [name, key] as const)));
  KEYS.set(facts, known);
  return known;
}

/** What can be seen of one file alone: its lines, its keys and their values. */
export function checkLegacyFile(file: LegacyFile, question: CheckQuestion, report: Report): void {
  const parseError = (at: { line: number; column: number }, wrong: string, mend: string) =>
    report({
      at,
      code: 'P_W310_W340',
      severity: 'works badly',
      place: 'the line',
      wrong,
      phone: 'it counts an error (W310 or W320) and takes the rest',
      mend,
    });
  if (file.hasByteOrderMark) {
    parseError({ line: 1, column: 1 }, 'the file begins with a byte order mark', 'save it as plain text without one');
  }
  for (const at of file.strayLines) {
    parseError(at, 'the line is not "name: value"', 'correct it, or make it a comment with # in front');
  }
  let guesses = 0;
  const seen = new Map<string, LegacyEntry>();
  for (const entry of file.entries) {
    checkWriting(entry, report);
    const first = seen.get(entry.key);
    if (first !== undefined) {
      report({
        at: entry,
        code: 'P_CONFIG_KEY_TWICE',
        severity: first.value === entry.value ? 'harmless' : 'works badly',
        place: entry.key,
        wrong: `it stands in line ${first.line} already${first.value === entry.value ? '' : ', with another value'}`,
        phone: 'it takes one of them; which one is not proven',
        mend: 'leave one of them',
      });
    }
    seen.set(entry.key, entry);
    const key = legacyKeys(question.facts).get(entry.key);
    if (key === undefined) unknownKey(entry, guesses++ < MOST_GUESSES ? question.facts : null, report);
    else checkKey(entry, key, question, report);
  }
}

function checkWriting(entry: LegacyEntry, report: Report): void {
  if (entry.hasTypographicQuotes) {
    report({
      at: entry.valueAt,
      code: 'P_TYPOGRAPHIC_QUOTES',
      severity: VITAL.test(entry.key) || entry.key.endsWith('_password') ? 'will not work' : 'works badly',
      place: entry.key,
      wrong: 'the value has the quotation marks of a word processor',
      phone: 'it takes them as a part of the value (inference)',
      mend: 'write plain double quotes',
    });
  }
  for (const fault of entry.faults) {
    const [wrong, phone, mend] = LINE_FAULTS[fault];
    report({ at: entry.valueAt, code: 'P_W310_W340', severity: 'works badly', place: entry.key, wrong, phone, mend });
  }
}

function unknownKey(entry: LegacyEntry, facts: PhoneConfigFacts | null, report: Report): void {
  const isOfMenu = NOT_FROM_FILES.includes(entry.key);
  const isShort = entry.key.length > 2 && entry.key.length <= LONGEST_GUESS;
  const near = facts === null || isOfMenu || !isShort ? null : nearestWord(entry.key, [...legacyKeys(facts).keys()]);
  report({
    at: entry,
    code: 'P_CONFIG_KEY_UNKNOWN',
    severity: near === null ? 'harmless' : 'works badly',
    place: shortened(entry.key),
    wrong: isOfMenu
      ? 'phones take this key from nobody but their own menu'
      : 'no 7940 or 7960 is known to have this key',
    phone: 'it counts an error (W310 or W320) and takes the rest',
    mend: near === null ? 'remove the line' : `did you mean ${near}? Else remove the line`,
  });
}

function checkKey(entry: LegacyEntry, key: LegacyKey, question: CheckQuestion, report: Report): void {
  const { load } = question;
  if (load !== null && !isWithin(load.release, key.releases)) {
    report({
      at: entry,
      code: 'P_CONFIG_KEY_UNKNOWN',
      severity: 'harmless',
      place: entry.key,
      wrong: `${load.name} does not know this key`,
      phone: 'it counts an error (W310 or W320) and takes the rest',
      mend: 'remove the line',
    });
  }
  if (RULED_ELSEWHERE.test(entry.key)) return;
  const fault = faultInFile(key.form, entry.value, zonesOf(question.facts, '79x0'));
  if (fault === null) return;
  const isClock = key.form.type === 'time-zone' || entry.key.startsWith('dst_');
  const code = fault.kind === 'length' ? 'P_VALUE_CUT_OFF' : 'P_CONFIG_VALUE';
  const isVital = VITAL.test(entry.key);
  report({
    at: entry.valueAt,
    code: isClock ? 'P_CLOCK_WRONG' : code,
    severity: isVital ? 'will not work' : 'works badly',
    place: entry.key,
    wrong: `the value ${fault.wrong}`,
    phone: isClock ? 'its clock is wrong' : 'it does not take it as it is meant',
    mend: `write ${fault.wanted}`,
  });
}

/** Keys may be as long as a line. */
function shortened(key: string): string {
  return key.length > LONGEST_GUESS ? `${key.slice(0, LONGEST_GUESS)}…` : key;
}
