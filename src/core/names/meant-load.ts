import { err, ok, type Result } from '../result.ts';
import type { FamilyId, Protocol } from './family.ts';
import { familyOfLoad, type LoadName, parseLoadName } from './load-name.ts';
import { nearestWord } from './nearest-word.ts';
import { otherPhoneOf } from './other-phones.ts';

/** A load that the matrix or the store lists, as far as finding out what somebody means needs it. */
export interface KnownLoad {
  readonly load: LoadName;
  /** As people say it, such as `8.5(2)SR1`; null when only its name is known. */
  readonly title: string | null;
  readonly family: FamilyId;
  readonly protocol: Protocol | null;
  /** Build id in the names of its archives; null when it has none or it is not known. */
  readonly buildId: string | null;
}

/** What was most likely meant by a text that is no load name, and what is wrong with the text. */
interface Meant {
  readonly loads: readonly string[];
  readonly fault: string;
}

/** Reads a load name as somebody typed or copied it; an error says what is wrong with it and which load is meant. */
export function readLoadName(text: string, known: readonly KnownLoad[] = []): Result<LoadName, string> {
  const parsed = parseLoadName(text);
  if (parsed.ok) return ok(parsed.value.name);
  const meant = meantBy(text, known);
  if (meant === null) return parsed;
  const [first, ...others] = meant.loads;
  if (first === undefined) return err(`"${text}" is not a load name: ${meant.fault}`);
  const list = [first, ...others.slice(0, MOST_NAMED - 1)].join(' or ');
  const more = others.length >= MOST_NAMED ? ` or one of ${others.length - MOST_NAMED + 1} more` : '';
  return err(`"${text}" is not a load name: ${meant.fault}; is ${list}${more} meant?`);
}

const MOST_NAMED = 4;

/** What to say of a well-formed name that nobody lists: the nearest listed load of its own family, where one is near. No phone takes another's. */
export function spellingHint(name: string, known: readonly KnownLoad[]): string {
  const near = nearestOf(name, known);
  return near === null ? 'check how it is spelled' : `check how it is spelled, the nearest that is known is ${near}`;
}

function nearestOf(name: string, known: readonly KnownLoad[]): string | null {
  const own = familyOfLoad(name);
  const others = known.filter(({ load, family }) => load !== name && (own === null || family === own));
  return nearestWord(
    name,
    others.map(({ load }) => load),
  );
}

function meantBy(text: string, known: readonly KnownLoad[]): Meant | null {
  const bare = text.trim();
  const { clean, fault: dashes } = withoutTypography(bare);
  const found = byForm(clean, known) ?? byWords(clean, known) ?? byArchive(clean, known) ?? byNearness(clean, known);
  if (dashes === null) return found;
  if (parseLoadName(clean).ok) return { loads: [clean], fault: dashes };
  return found === null ? { loads: [], fault: dashes } : { loads: found.loads, fault: `${dashes}, and ${found.fault}` };
}

/** Dashes and blanks that look like the ones of a load name and are others; copied from web pages and word processors. */
const DASHES = /[\u00ad\u2010-\u2015\u2212\ufe58\ufe63\uff0d]/u;
const BLANKS = /[\u00a0\u2007\u200b-\u200d\u202f\u2060\ufeff]/u;

function withoutTypography(text: string): { clean: string; fault: string | null } {
  const strange: string[] = [];
  const clean = [...text]
    .map((letter, at) => {
      if (!DASHES.test(letter) && !BLANKS.test(letter)) return letter;
      const code = (letter.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
      strange.push(`U+${code} at place ${at + 1}`);
      return DASHES.test(letter) ? '-' : '';
    })
    .join('');
  if (strange.length === 0) return { clean, fault: null };
  const what = [...text].some((letter) => DASHES.test(letter)) ? 'a dash that is no "-"' : 'a blank that is not seen';
  return { clean, fault: `it holds ${what} (${strange.join(', ')}), as text copied from a page does` };
}

/** Letters and digits that are taken for each other, in the places where load names have the other. */
const TAKEN_FOR: Readonly<Record<string, string>> = {
  O: '0',
  o: '0',
  Q: '0',
  l: '1',
  I: '1',
  i: '1',
  Z: '2',
  S: '5',
  s: '5',
  B: '8',
  '0': 'O',
  '1': 'I',
  '5': 'S',
  '8': 'B',
};

/** A text that one small change makes a load name: the change that leads to a listed load, else the first that leads to any. */
function byForm(text: string, known: readonly KnownLoad[]): Meant | null {
  const shown = bySccpDisplay(text);
  if (shown !== null) return shown;
  const boot = bootLoaderName(text);
  if (boot !== null) return boot;
  const other = otherPhoneOf(text);
  if (other !== null) {
    return { loads: [], fault: `it is a load of ${other.other.phones}, which loadstep does not convert` };
  }
  const names = new Set<string>(known.map(({ load }) => load));
  const changed = [...changes(text)].filter(({ to }) => parseLoadName(to).ok);
  const listed = changed.find(({ to }) => names.has(to));
  // What is listed and begins with the text is meant before a name that nobody lists.
  const begun = listed === undefined ? byBeginning(text, known) : null;
  if (begun !== null) return begun;
  const best = listed ?? changed[0];
  return best === undefined ? null : { loads: [best.to], fault: best.fault };
}

/** Shorter texts are the beginning of too many names. */
const LEAST_BEGINNING = 6;

/** `P0S3-08-11` and `P0S3-8-11`: the beginning of a name, zero padding aside. */
function byBeginning(text: string, known: readonly KnownLoad[]): Meant | null {
  const wanted = unpadded(text);
  if (text.length < LEAST_BEGINNING || !wanted.includes('-')) return null;
  const loads = known
    .map(({ load }) => load)
    .filter((load) => unpadded(load).startsWith(wanted) && /^[^\d]/.test(unpadded(load).slice(wanted.length)));
  return loads.length === 0 ? null : { loads, fault: 'it is the beginning of a name' };
}

function unpadded(name: string): string {
  return name.toUpperCase().replace(/-0+(?=\d)/g, '-');
}

interface Change {
  readonly to: string;
  readonly fault: string;
}

function* changes(text: string): Generator<Change> {
  const upper = text.toUpperCase();
  if (upper !== text) yield { to: upper, fault: 'upper and lower case are part of a name' };
  const zeroes = text.replace(/[Oo]/g, '0');
  if (zeroes !== text) yield { to: zeroes, fault: 'it has the letter O where the digit 0 belongs' };
  for (const at of [...text].keys()) {
    const letter = text[at] ?? '';
    const other = TAKEN_FOR[letter];
    const where = at === text.length - 1 ? 'at the end' : `at place ${at + 1}`;
    if (other !== undefined) {
      yield { to: replaced(text, at, 1, other), fault: `it has ${kindOf(letter)} ${where}, where ${other} belongs` };
    }
    if (/[^A-Za-z0-9]/.test(letter)) {
      yield { to: replaced(text, at, 1, ''), fault: `it has ${signOf(letter)} too many ${where}` };
      if (letter !== '-') yield { to: replaced(text, at, 1, '-'), fault: `it has ${signOf(letter)} ${where}, not "-"` };
      if (letter !== '.') yield { to: replaced(text, at, 1, '.'), fault: `it has ${signOf(letter)} ${where}, not "."` };
    }
  }
  for (const at of [...text].keys()) {
    if (at > 0) yield { to: replaced(text, at, 0, '-'), fault: `a "-" is missing before place ${at + 1}` };
  }
  // Names of 7940 and 7960 end in a version, whether they are signed or not.
  if (/^(?:SIP|SCCP|TERM)\d/i.test(text)) {
    yield { to: `${text}S`, fault: 'the S at its end is missing, which says that the load is signed' };
  }
}

function replaced(text: string, at: number, count: number, by: string): string {
  return text.slice(0, at) + by + text.slice(at + count);
}

function kindOf(letter: string): string {
  return /\d/.test(letter) ? `the digit ${letter}` : `the letter ${letter}`;
}

function signOf(letter: string): string {
  if (letter === '.') return 'a dot';
  return letter === ' ' ? 'a blank' : `a "${letter}"`;
}

/** `8.1(SR.2)`: major, minor, then the last four places of the name in two pairs (legacy-79x0 1.1). */
function bySccpDisplay(text: string): Meant | null {
  const shown = /^(\d{1,2})\.(\d{1,2})\(([0-9A-Z]{1,2})\.([0-9A-Z]{1,2})\)$/i.exec(text);
  if (shown === null) return null;
  const pairs = shown.slice(1).map((part) => part.toUpperCase().padStart(2, '0'));
  const load = `P003${pairs.join('')}`;
  return { loads: [load], fault: 'it is a version as the SCCP software of a 7940 or 7960 shows it' };
}

function bootLoaderName(text: string): Meant | null {
  const term = /^term(\d\d)\.default(\.loads)?$/i.exec(text);
  if (term === null) return null;
  const what = `term${term[1]}.default is what a phone calls whichever load its boot loader installed`;
  return { loads: [], fault: `${what}, and no release; give the load itself` };
}

/** `SIP 8.11`, `SCCP42 9.4(2)SR3`: a protocol and a version in words. */
function byWords(text: string, known: readonly KnownLoad[]): Meant | null {
  const words = /^(?:(SIP|SCCP|MGCP)[ _-]?(\d\d)?(?:[ _-]+v?|v| *(?=\d))|v)?(\d{1,2}[.(-].*)$/i.exec(text);
  if (words === null) return null;
  const [, protocol, family, version = ''] = words;
  const wanted = plainVersion(version);
  const loads = known.filter(
    (one) =>
      (protocol === undefined || one.protocol === protocol.toUpperCase()) &&
      (family === undefined || one.family === family) &&
      one.protocol !== null &&
      [one.title ?? '', versionIn(one.load)].some((each) => plainVersion(each) === wanted),
  );
  if (loads.length === 0) return null;
  return { loads: loads.map(({ load }) => load), fault: 'it is a version in words' };
}

/** `9.4(2)SR3`, `9-4-2SR3` and `9.4.2 SR3` are one version; zeroes in front do not count. */
function plainVersion(text: string): string {
  return text
    .toUpperCase()
    .replace(/[^0-9A-Z]+/g, '.')
    .replace(/([A-Z])\.(?=\d)/g, '$1')
    .replace(/\.(?=[A-Z])/g, '')
    .replace(/(^|\.|[A-Z])0+(?=\d)/g, '$1')
    .replace(/(\.0)+$|\.$/g, '');
}

function versionIn(load: string): string {
  const java = /^(?:SIP|SCCP)\d\d\.(.*)S$/.exec(load)?.[1];
  // Old names of SCCP loads write the release in two pairs of digits: P0030301MFG2 is 3.1.
  return (
    java ?? /^P0[0SM]3-(\d+-\d+)/.exec(load)?.[1] ?? /^P0[0S]3(\d{4})/.exec(load)?.[1]?.replace(/..$/, '-$&') ?? ''
  );
}

/** `jar42sip.9-4-2ES26.sbn`, as a phone's page calls the load it runs (java-phones 6). */
function byArchive(text: string, known: readonly KnownLoad[]): Meant | null {
  const archive = /^(?:jar|cnu|apps|dsp|cvm)(\d\d)(sip|sccp)?\.([0-9A-Za-z-]+?)(?:\.sbn)?$/i.exec(text);
  if (archive === null) return null;
  const [, family, protocol, build = ''] = archive;
  const loads = known.filter(
    (one) =>
      one.family === family &&
      one.buildId?.toLowerCase() === build.toLowerCase() &&
      (protocol === undefined || one.protocol === protocol.toUpperCase()),
  );
  if (loads.length === 0) return { loads: [], fault: 'it is an archive out of a load' };
  return { loads: loads.map(({ load }) => load), fault: 'it is an archive out of a load' };
}

function byNearness(text: string, known: readonly KnownLoad[]): Meant | null {
  const load = nearestOf(text, known);
  return load === null ? null : { loads: [load], fault: 'no load is written so' };
}
