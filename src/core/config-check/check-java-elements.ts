import { nearestWord } from '../names/nearest-word.ts';
import type { JavaElement, PhoneConfigFacts } from '../phone-config/facts.ts';
import type { ConfigElement } from './element.ts';
import type { JavaPhone } from './java-phone.ts';
import { faultInFile, zonesOf } from './value-form.ts';

/** What stands below it differs by model and load, and harms nothing. */
const FREE = 'vendorConfig';
/** Elements of which there may be several. */
const LISTS = ['member', 'line', 'ntp'];
/** Their values have rules of their own. */
const RULED_ELSEWHERE = [
  'sipProfile/sipLines/line/authPassword',
  'sipProfile/phoneLabel',
  'sipProfile/kpml',
  'loadInformation',
  'transportLayerProtocol',
  'deviceSecurityMode',
];
/** Two spellings of one thing, in files and in the reader of the vendor; what is read either way is the default. */
const OTHER_SPELLINGS = ['sipProfile/dtmfOutOfBand'];
/** A phone with a wrong value here does not register. */
const VITAL = /\/(port|sipPort|proxy|processNodeName)$/;
const FATAL_WHEN_CUT = /\/(proxy|processNodeName|line\/name)$/;
/** With these cut the phone registers and is another than it should be. */
const BAD_WHEN_CUT = /\/line\/(authName|contact|displayName)$/;
/** Beyond so many unknown elements, and for longer names, nobody looks for the nearest (invented). */
const MOST_GUESSES = 50;
const LONGEST_GUESS = 40;

const NO_ZONES: ReadonlySet<string> = new Set();

interface Known {
  readonly byPath: ReadonlyMap<string, JavaElement>;
  readonly attributes: ReadonlyMap<string, JavaElement>;
  /** Names that may stand below a path, leaves and others. */
  readonly children: ReadonlyMap<string, readonly string[]>;
  /** Where a name belongs. */
  readonly places: ReadonlyMap<string, readonly string[]>;
}

const KNOWN = new WeakMap<PhoneConfigFacts, Known>();

function knownOf(facts: PhoneConfigFacts): Known {
  const known = KNOWN.get(facts) ?? made(facts);
  KNOWN.set(facts, known);
  return known;
}

function made({ javaElements }: PhoneConfigFacts): Known {
  const children = new Map<string, Set<string>>();
  const places = new Map<string, Set<string>>();
  for (const { path } of javaElements) {
    const names = (path.split('@')[0] ?? '').split('/');
    for (const [i, name] of names.entries()) {
      const parent = names.slice(0, i).join('/');
      children.set(parent, (children.get(parent) ?? new Set()).add(name));
      places.set(name, (places.get(name) ?? new Set()).add(parent));
    }
  }
  const lists = (sets: ReadonlyMap<string, Set<string>>) => new Map([...sets].map(([key, set]) => [key, [...set]]));
  const isAttribute = ({ path }: JavaElement) => path.includes('@');
  return {
    byPath: new Map(javaElements.filter((one) => !isAttribute(one)).map((one) => [one.path, one])),
    attributes: new Map(javaElements.filter(isAttribute).map((one) => [one.path, one])),
    children: lists(children),
    places: lists(places),
  };
}

/** Every element of the file: known in its place, once, and with a value that the phone knows. */
export function checkJavaElements(phone: JavaPhone): void {
  const guesses = { left: MOST_GUESSES };
  checkChildren(phone, knownOf(phone.question.facts), phone.root, '', guesses);
}

/** Goes down only where something is known, so that the depth of the facts bounds it. */
function checkChildren(
  phone: JavaPhone,
  known: Known,
  parent: ConfigElement,
  parentPath: string,
  guesses: { left: number },
): void {
  const siblings = known.children.get(parentPath);
  if (siblings === undefined) return;
  const first = new Map<string, ConfigElement>();
  for (const element of parent.children) {
    const path = parentPath === '' ? element.name : `${parentPath}/${element.name}`;
    if (!siblings.includes(element.name)) {
      if (parentPath !== FREE) checkUnknown(phone, known, element, parentPath, guesses.left-- > 0 ? siblings : []);
      continue;
    }
    const before = first.get(element.name);
    if (before === undefined) first.set(element.name, element);
    else if (!LISTS.includes(element.name)) tellTwice(phone, before, element, path);
    checkValue(phone, known, element, path);
    checkAttributes(phone, known, element, path);
    checkChildren(phone, known, element, path, guesses);
  }
}

function tellTwice({ tell, held }: JavaPhone, first: ConfigElement, element: ConfigElement, path: string): void {
  const isSame = first.text === element.text && element.children.length === 0;
  tell(held(element), {
    code: 'P_CONFIG_KEY_TWICE',
    severity: isSame ? 'harmless' : 'works badly',
    place: path,
    wrong: `it stands in line ${first.line} already${isSame ? '' : ', with something else in it'}`,
    phone: 'it takes one of them; which one is not proven',
    mend: 'leave one of them',
  });
}

function checkUnknown(
  { tell, held, question }: JavaPhone,
  known: Known,
  element: ConfigElement,
  parent: string,
  siblings: readonly string[],
): void {
  const { name } = element;
  const where = parent === '' ? 'device' : parent;
  const never = question.facts.forms.neverWritten.find((one) => one.element === name);
  if (never !== undefined || OTHER_SPELLINGS.includes(`${parent}/${name}`)) {
    if (never === undefined) return;
    tell(held(element), {
      code: 'P_CONFIG_KEY_UNKNOWN',
      severity: 'harmless',
      place: name,
      wrong: 'nobody knows in which of two spellings phones read this element',
      phone: 'it may pass it over',
      mend: 'leave it out',
    });
    return;
  }
  const isOften = name === 'name';
  const places = isOften ? undefined : known.places.get(name);
  const needed = question.facts.forms.places.find((one) => one.element === name);
  if (places !== undefined) {
    tell(held(element), {
      code: needed === undefined ? 'P_CONFIG_KEY_UNKNOWN' : 'P_CONFIG_NOT_TAKEN',
      severity: needed === undefined ? 'works badly' : 'will not work',
      place: name,
      wrong: `it stands in ${where}, and belongs into ${needed?.inside ?? (places[0] === '' ? 'device' : places[0])}`,
      phone: needed === undefined ? 'it passes it over' : 'it fetches the file and stays "Unprovisioned"',
      mend: 'move it there',
    });
    return;
  }
  const isLong = name.length > 4 && name.length <= LONGEST_GUESS;
  const near = isLong ? nearestWord(name, siblings) : null;
  if (near === null) return;
  tell(held(element), {
    code: 'P_CONFIG_KEY_UNKNOWN',
    severity: 'works badly',
    place: name,
    wrong: `no element of this name is known in ${where}`,
    phone: 'it passes it over without a word',
    mend: `did you mean ${near}?`,
  });
}

function checkValue({ tell, held, question }: JavaPhone, known: Known, element: ConfigElement, path: string): void {
  const facts = known.byPath.get(path);
  if (facts === undefined || RULED_ELSEWHERE.includes(path)) return;
  const fault = faultInFile(facts.form, element.text, zonesOf(question.facts, 'java'));
  if (fault === null) return;
  const isClock = path.startsWith('devicePool/dateTimeSetting/');
  const isLong = fault.kind === 'length';
  const isVital = isLong ? FATAL_WHEN_CUT.test(path) : VITAL.test(path);
  const isCut = isLong && !isVital && !BAD_WHEN_CUT.test(path);
  const code = fault.kind === 'length' ? 'P_VALUE_CUT_OFF' : 'P_CONFIG_VALUE';
  tell(held(element), {
    code: isClock ? 'P_CLOCK_WRONG' : code,
    severity: isVital ? 'will not work' : isCut ? 'harmless' : 'works badly',
    place: path,
    wrong: `the value ${fault.wrong}`,
    phone: phoneWith(isClock, isLong),
    mend: `write ${fault.wanted}`,
  });
}

function phoneWith(isClock: boolean, isLong: boolean): string {
  if (isClock) return 'its clock is wrong, or it shows the date in another form';
  return isLong ? 'it cuts it off, or refuses it' : 'it does not take it as it is meant';
}

function checkAttributes({ tell, held }: JavaPhone, known: Known, element: ConfigElement, path: string): void {
  for (const [name, value] of Object.entries(element.attributes)) {
    const facts = known.attributes.get(`${path}@${name}`);
    const fault = facts === undefined ? null : faultInFile(facts.form, value, NO_ZONES);
    if (fault === null) continue;
    tell(held(element), {
      code: 'P_CONFIG_VALUE',
      severity: 'works badly',
      place: `${path} ${name}`,
      wrong: `the value ${fault.wrong}`,
      phone: 'it does not take it as it is meant',
      mend: `write ${fault.wanted}`,
    });
  }
}
