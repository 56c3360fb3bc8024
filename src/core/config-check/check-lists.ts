import type { PhoneConfigFacts } from '../phone-config/facts.ts';
import { ringSoundFault } from '../phone-config/lists.ts';
import { type ConfigElement, childOf } from './element.ts';
import type { Position, Report } from './finding.ts';
import type { Beside } from './question.ts';
import { faultOfLoad } from './value-form.ts';

const CODE = 'P_SERVICE_FILE_UNREADABLE';
/** At most so many pictures are shown (after-landing 2.6). */
const MOST_PICTURES = 50;
/** So many missing files are named (invented). */
const MOST_NAMES = 5;
/** Room for `syncinfo.xml`, bytes (after-landing 5.2). */
const SYNC_BYTES = 4096;

type Tell = (at: Position | null, place: string, wrong: string, phone: string, mend: string) => void;

function teller(report: Report, severity: 'works badly' | 'harmless' = 'works badly'): Tell {
  return (at, place, wrong, phone, mend) => report({ at, code: CODE, severity, place, wrong, phone, mend });
}

/** `RINGLIST.DAT`: a label, white space, and a file on each line (after-landing 1.8). */
export function checkLegacyRings(text: string, facts: PhoneConfigFacts, beside: Beside, report: Report): void {
  const tell = teller(report);
  let rings = 0;
  const files: string[] = [];
  for (const [index, content] of text.split(/\r\n|\n|\r/).entries()) {
    const bare = content.trim();
    if (bare === '') continue;
    rings += 1;
    const at = { line: index + 1, column: 1 };
    const words = bare.split(/\s+/);
    const file = words.at(-1) ?? '';
    if (words.length < 2) {
      tell(
        at,
        'the line',
        'it has no label and file with white space between them',
        'it passes the line over',
        'write LABEL, a tab, FILE.raw',
      );
      continue;
    }
    files.push(file);
    checkRing(at, words.slice(0, -1).join(' '), file, facts, tell);
  }
  tooMany(rings, facts.forms.rings.maxEntries, 'ring tones', tell);
  tellMissing(files, beside, report);
  tellSounds(files, beside, facts, tell);
}

/** What is no sound of a phone by its size alone; each file once. */
function tellSounds(files: readonly string[], { sizeOf }: Beside, { forms }: PhoneConfigFacts, tell: Tell): void {
  for (const file of new Set(files)) {
    const size = sizeOf(file);
    const fault = size === null ? null : ringSoundFault(file, size, forms);
    if (fault === null) continue;
    const { minSamples, maxSamples, sampleStep } = forms.rings;
    const mend = `cut it to ${minSamples} to ${maxSamples} bytes and a multiple of ${sampleStep}, without a header`;
    tell(null, file, fault.message, 'it may play nothing, or noise', mend);
  }
}

/** `ringlist.xml` and `distinctiveringlist.xml` of the Java phones. */
export function checkJavaRings(
  name: string,
  root: ConfigElement,
  facts: PhoneConfigFacts,
  beside: Beside,
  report: Report,
): void {
  const tell = teller(report);
  if (name === 'RINGLIST.XML') {
    const phone = 'SIP software of a 7940 or 7960 asks for RINGLIST.DAT, and a Java phone for ringlist.xml';
    teller(report, 'harmless')(null, 'the name', 'no SIP phone asks for it in these letters', phone, 'rename it');
  }
  if (!hasRoot(root, 'CiscoIPPhoneRingList', tell)) return;
  const rings = root.children.filter((child) => child.name === 'Ring');
  const files: string[] = [];
  for (const ring of rings) {
    const [label, file] = [childOf(ring, 'DisplayName')?.text ?? '', childOf(ring, 'FileName')?.text ?? ''];
    if (label === '' || file === '') {
      tell(ring, 'Ring', 'it lacks DisplayName or FileName', 'it passes the ring over', 'write both');
    } else {
      files.push(file);
      checkRing(ring, label, file, facts, tell);
    }
  }
  tooMany(rings.length, facts.forms.rings.maxEntries, 'ring tones', tell);
  tellMissing(files, beside, report);
  tellSounds(files, beside, facts, tell);
}

function checkRing(at: Position, label: string, file: string, facts: PhoneConfigFacts, tell: Tell): void {
  const { maxNameLength, ending } = facts.forms.rings;
  if (label.length > maxNameLength) {
    tell(at, 'the label', `it has more than ${maxNameLength} characters`, 'it may pass the ring over', 'shorten it');
  }
  if (!file.toLowerCase().endsWith(ending)) {
    tell(
      at,
      'the file',
      `it does not end in ${ending}`,
      'it may not play it',
      `give headerless u-law sound as ${ending}`,
    );
  } else if (/[/\\]/.test(file)) {
    tell(
      at,
      'the file',
      'it has a folder in its name',
      'it asks for rings in the root only',
      'put it into the root of the TFTP server',
    );
  }
}

/** Files of rings that lie elsewhere or nowhere, in one word: lists name dozens that come with a load. */
function tellMissing(files: readonly string[], { isThere }: Beside, report: Report): void {
  const missing = files.filter((file) => !/[/\\]/.test(file) && isThere(file) === false);
  if (missing.length === 0) return;
  const told = missing.slice(0, MOST_NAMES).join(', ');
  const more = missing.length > MOST_NAMES ? ` and ${missing.length - MOST_NAMES} more` : '';
  const wrong = `${told}${more} ${missing.length === 1 ? 'does' : 'do'} not lie beside this list`;
  teller(report, 'harmless')(
    null,
    'the files',
    wrong,
    'it stays silent for a ring that the server lacks',
    'put them there',
  );
}

/** `List.xml` below `Desktops/` (after-landing 2.6). */
export function checkPictures(root: ConfigElement, report: Report): void {
  const tell = teller(report);
  if (!hasRoot(root, 'CiscoIPPhoneImageList', tell)) return;
  const items = root.children.filter(({ name }) => name === 'ImageItem');
  for (const item of items) {
    for (const name of ['Image', 'URL']) {
      const value = item.attributes[name] ?? '';
      if (/^TFTP:/i.test(value) || (name === 'URL' && /^https?:/i.test(value))) continue;
      tell(
        item,
        name,
        value === '' ? 'it is missing' : 'it is no path of TFTP',
        'it cannot fetch the picture',
        `write ${name}="TFTP:Desktops/…/picture.png"`,
      );
    }
  }
  tooMany(items.length, MOST_PICTURES, 'pictures', tell);
}

/** A set of soft keys (after-landing 2.6). */
export function checkSoftKeys(root: ConfigElement, facts: PhoneConfigFacts, report: Report): void {
  const tell = teller(report);
  if (!hasRoot(root, 'softKeyCfg', tell)) return;
  const defined = new Set(
    (childOf(root, 'typeSoftKey')?.children ?? []).flatMap(({ attributes }) => attributes.keyID ?? []),
  );
  const sets = childOf(root, 'softKeySets')?.children ?? [];
  if (sets.length === 0)
    tell(
      root,
      'softKeySets',
      'there is no set',
      'it shows the keys that are built in',
      'write a softKeySet for each state',
    );
  for (const set of sets) {
    const id = set.attributes.id ?? '';
    if (!facts.forms.softKeys.states.includes(id)) {
      const states = facts.forms.softKeys.states.join(', ');
      tell(set, 'softKeySet id', 'no state of this name is known', 'it passes the set over', `write one of ${states}`);
    }
    for (const key of set.children) {
      const used = key.attributes.keyID ?? '';
      if (defined.size === 0 || defined.has(used)) continue;
      tell(key, 'softKey keyID', 'no softKeyDef has this number', 'it shows nothing there', 'define it in typeSoftKey');
    }
  }
}

/** `syncinfo.xml` of a 7940 or 7960 (after-landing 5.2). */
export function checkSync(text: string, root: ConfigElement, report: Report): void {
  const tell = teller(report);
  if (text.length > SYNC_BYTES) {
    tell(null, 'the file', `it has more than ${SYNC_BYTES} bytes`, 'it does not fit (W270)', 'shorten it');
  }
  const isBare = root.name.toUpperCase() === 'IMAGE';
  if (isBare || root.name.toUpperCase() !== 'SYNCINFO') {
    tell(
      root,
      'the root',
      'the root is not <SYNCINFO>',
      'it shows W340, and no check-sync restarts it',
      'put <IMAGE …/> into <SYNCINFO>',
    );
    return;
  }
  const image = root.children.find(({ name }) => name.toUpperCase() === 'IMAGE');
  const attributes = Object.entries(image?.attributes ?? {}).map(
    ([name, value]) => [name.toUpperCase(), value] as const,
  );
  const missing = ['VERSION', 'SYNC'].filter(
    (name) => !attributes.some(([key, value]) => key === name && value !== ''),
  );
  if (missing.length === 0) return;
  const what = image === undefined ? 'there is no IMAGE' : `IMAGE has no ${missing.join(' and no ')}`;
  tell(image ?? root, 'IMAGE', what, 'no check-sync restarts it', 'write <IMAGE VERSION="*" SYNC="2"/>');
}

/** `XMLDefault.cnf.xml`, as far as it names loads. */
export function checkJavaDefault(root: ConfigElement, report: Report): void {
  if (!hasRoot(root, 'Default', teller(report))) return;
  for (const element of root.children) {
    if (!/^loadInformation/.test(element.name) || element.text === '') continue;
    const fault = faultOfLoad(element.text);
    if (fault === null) continue;
    report({
      at: element,
      code: 'P_VERSION_ERROR',
      severity: 'works badly',
      place: element.name,
      wrong: fault,
      phone: 'a phone of this type looks for a load that is not there',
      mend: 'write the name without extension, exactly as its manifest is called',
    });
  }
}

/** A page of a directory or of services (after-landing 1.8). */
export function checkPage(root: ConfigElement, facts: PhoneConfigFacts, report: Report): void {
  const entries = root.children.filter(({ name }) => name === 'DirectoryEntry').length;
  tooMany(entries, facts.forms.directory.maxEntries, 'entries', teller(report));
}

function hasRoot(root: ConfigElement, wanted: string, tell: Tell): boolean {
  if (root.name === wanted) return true;
  tell(root, 'the root', `the root is <${root.name}>`, 'it passes the file over', `write <${wanted}>`);
  return false;
}

function tooMany(count: number, most: number, what: string, tell: Tell): void {
  if (count > most) tell(null, what, `there are ${count}`, `it shows ${most} at most`, `leave ${count - most} out`);
}
