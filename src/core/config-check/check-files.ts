import { checkDialTemplate } from './check-dial-template.ts';
import { isForOldPhone } from './check-java-load.ts';
import { checkJavaPhone } from './check-java-phone.ts';
import { checkLegacyFile } from './check-legacy-file.ts';
import { checkLegacyPhone } from './check-legacy-phone.ts';
import {
  checkJavaDefault,
  checkJavaRings,
  checkLegacyRings,
  checkPage,
  checkPictures,
  checkSoftKeys,
  checkSync,
} from './check-lists.ts';
import type { ReadXml, XmlReading } from './element.ts';
import { type ConfigFinding, findingsOf, type Report } from './finding.ts';
import { javaPhone } from './java-phone.ts';
import { baseName, type ConfigKind, isLikeLegacy, kindOfName, kindOfRoot } from './kind-of.ts';
import type { Held, Tell } from './legacy-phone.ts';
import type { Beside, CheckQuestion } from './question.ts';
import { type LegacyFile, readLegacyConfig } from './read-legacy.ts';

/** A file as it was named, with its text. */
export interface GivenFile extends Beside {
  readonly path: string;
  readonly text: string;
  /** The `SIPDefault.cnf` that a 7940 or 7960 reads before this file; null when there is none. */
  readonly before: { readonly path: string; readonly text: string } | null;
}

/** What was found in one file. */
export interface CheckedFile {
  readonly path: string;
  readonly kind: ConfigKind;
  readonly findings: readonly ConfigFinding[];
  /** How many more there were. */
  readonly left: number;
}

/** What a file is for when it is none that phones read as settings. */
export interface SkippedFile {
  readonly path: string;
  readonly why: string;
}

/** So many findings of one file are told (invented). */
const MOST_FINDINGS = 200;

const CODE_OF_BROKEN: Readonly<Partial<Record<ConfigKind, string>>> = {
  java: 'P_CONFIG_NOT_TAKEN',
  sync: 'P_W310_W340',
};
const EFFECT_OF_BROKEN: Readonly<Partial<Record<ConfigKind, string>>> = {
  java: 'it keeps its old settings or stays "Unprovisioned", and does not say why',
  sync: 'it shows W340, and no check-sync restarts it',
};

/** Checks one file by what it is; never throws, whatever is in it. */
export function checkFile(file: GivenFile, question: CheckQuestion, readXml: ReadXml): CheckedFile | SkippedFile {
  const { path, text } = file;
  const named = kindOfName(baseName(path));
  const isXml = named === null ? /^[\ufeff\s]*</.test(text) : !named.startsWith('legacy');
  if (text.includes('\0')) return { path, why: 'it is no text' };
  const of = (kind: ConfigKind) => questionFor(kind, question);
  if (!isXml) {
    const kind = named ?? (isLikeLegacy(text) ? 'legacy' : null);
    if (kind === null) return { path, why: 'it is no file that phones read as settings' };
    return checked(path, kind, legacyFindings(file, kind, of(kind)));
  }
  const reading = readXml(text);
  const kind = named ?? (reading.ok ? kindOfRoot(reading.root) : kindOfText(text));
  if (kind === null) return { path, why: 'it is no XML that phones read as settings' };
  return checked(
    path,
    kind,
    xmlFindings(file, kind, reading, reading.ok && isForOldPhone(reading.root) ? question : of(kind)),
  );
}

/** Phones of the other kind do not read the file: what is known of one of them says nothing about it. */
function questionFor(kind: ConfigKind, question: CheckQuestion): CheckQuestion {
  const family = question.family ?? question.load?.family ?? null;
  const isOfOther = kind.startsWith('legacy') ? family !== '79x0' : family === '79x0' && kind === 'java';
  return family !== null && isOfOther ? { ...question, model: null, family: null, load: null } : question;
}

function checked(path: string, kind: ConfigKind, findings: readonly ConfigFinding[]): CheckedFile {
  return { path, kind, findings: findings.slice(0, MOST_FINDINGS), left: Math.max(0, findings.length - MOST_FINDINGS) };
}

/** What broken XML was to be, by the first tag in it. */
function kindOfText(text: string): ConfigKind | null {
  const name = /<([A-Za-z]\w{0,40})/.exec(text)?.[1];
  return name === undefined ? null : kindOfRoot({ name, attributes: {}, text: '', children: [], line: 1, column: 1 });
}

function legacyFindings(file: GivenFile, kind: ConfigKind, question: CheckQuestion): readonly ConfigFinding[] {
  const { path, text, isThere, before } = file;
  if (kind === 'legacy-rings') {
    return findingsOf(path, (report) => checkLegacyRings(text, question.facts, file, report));
  }
  const own = readLegacyConfig(text);
  const alone = findingsOf(path, (report) => {
    checkName(path, kind, report);
    checkLegacyFile(own, question, report);
    if (kind === 'legacy-default') checkSharedLoad(own, report);
  });
  if (kind === 'legacy-default') return alone;
  const values = new Map<string, Held>();
  for (const [name, one] of [
    [before?.path ?? path, before === null ? null : readBefore(before)],
    [path, own],
  ] as const) {
    for (const { key, value, valueAt } of one?.entries ?? []) values.set(key, { file: name, value, at: valueAt });
  }
  const together: ConfigFinding[] = [];
  const tell: Tell = (held, finding) => together.push({ file: held?.file ?? path, at: held?.at ?? null, ...finding });
  checkLegacyPhone({ values, question, isThere, tell });
  return inOrder([...alone, ...together], path);
}

const READ = new WeakMap<NonNullable<GivenFile['before']>, LegacyFile>();

/** The file that many phones read is read once. */
function readBefore(before: NonNullable<GivenFile['before']>): LegacyFile {
  const read = READ.get(before) ?? readLegacyConfig(before.text);
  READ.set(before, read);
  return read;
}

/** Findings of the file itself by line, then those of the one that is read before it, then what is missing. */
function inOrder(findings: readonly ConfigFinding[], path: string): readonly ConfigFinding[] {
  const rank = ({ at, file }: ConfigFinding) => (at === null ? 2 : file === path ? 0 : 1);
  return findings.toSorted((a, b) => rank(a) - rank(b) || (a.at?.line ?? 0) - (b.at?.line ?? 0));
}

/** A phone asks for its MAC in capitals, and the ending in small letters (after-landing 1.1). */
function checkName(path: string, kind: ConfigKind, report: Report): void {
  const name = baseName(path);
  const asked = kind === 'java' ? /^SEP[0-9A-F]{12}\.cnf\.xml$/ : /^(SIP[0-9A-F]{12}|SIPDefault)\.cnf$/;
  if (asked.test(name) || kindOfName(name) !== kind) return;
  report({
    at: null,
    code: 'P_WRONG_CASE',
    severity: 'works badly',
    place: 'the name of the file',
    wrong: 'it is in other letters than the phone asks for',
    phone: 'to most TFTP servers it is another file, and the phone gets none',
    mend: 'write the MAC in capitals and the ending in small letters',
  });
}

function checkSharedLoad({ entries }: LegacyFile, report: Report): void {
  const entry = entries.find(({ key }) => key === 'image_version');
  if (entry === undefined || entry.value === '') return;
  report({
    at: entry,
    code: 'P_CONFIG_NAMES_OTHER_LOAD',
    severity: 'harmless',
    place: 'image_version',
    wrong: 'a load is named for all phones that read this file',
    phone: 'each of them leaves its load for this one',
    mend: 'name the load in SIP<MAC>.cnf of each phone',
  });
}

function xmlFindings(
  file: GivenFile,
  kind: ConfigKind,
  reading: XmlReading,
  question: CheckQuestion,
): readonly ConfigFinding[] {
  const { path, text, isThere } = file;
  const { facts } = question;
  return findingsOf(path, (report) => {
    if (kind === 'java') checkName(path, kind, report);
    if (kind === 'dial-template') {
      checkDialTemplate(text, reading, facts.forms.dialTemplate, report);
    } else if (!reading.ok) {
      report({
        at: reading.at,
        code: CODE_OF_BROKEN[kind] ?? 'P_SERVICE_FILE_UNREADABLE',
        severity: kind === 'java' ? 'will not work' : 'works badly',
        place: 'the file',
        wrong: reading.why,
        phone: EFFECT_OF_BROKEN[kind] ?? 'it passes the file over',
        mend: 'correct this place; what follows it was not checked',
      });
    } else if (kind === 'java') {
      const tell: Tell = (held, finding) => report({ at: held?.at ?? null, ...finding });
      checkJavaPhone(javaPhone(path, reading.root, question, isThere, tell));
    } else if (kind === 'java-default') checkJavaDefault(reading.root, report);
    else if (kind === 'java-rings') checkJavaRings(baseName(path), reading.root, facts, file, report);
    else if (kind === 'pictures') checkPictures(reading.root, report);
    else if (kind === 'soft-keys') checkSoftKeys(reading.root, facts, report);
    else if (kind === 'sync') checkSync(text, reading.root, report);
    else if (kind === 'page') checkPage(reading.root, facts, report);
  });
}
