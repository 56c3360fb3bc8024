import { parseLoadName } from '../names/load-name.ts';
import type { LegacyKey, PhoneConfigFacts } from '../phone-config/facts.ts';
import { countText } from '../text/amounts.ts';

type ValueForm = LegacyKey['form'];

/** What is wrong with a value. `length` is a matter of room, `form` of meaning. */
export interface ValueFault {
  readonly kind: 'length' | 'form';
  /** What the value should be, as in `has to be …`. */
  readonly wanted: string;
  readonly wrong: string;
}

/** The highest port. */
const LAST_PORT = 65_535;
/** So many values of a choice are told; more would hide the sentence (invented). */
const MOST_TOLD = 12;

/** What is wrong with a value that has a form; null when nothing is, and for empty values, which switch things off. */
export function faultOfValue(form: ValueForm, value: string, zones: ReadonlySet<string>): ValueFault | null {
  if (value === '') return null;
  switch (form.type) {
    case 'text':
    case 'url':
    case 'host':
      if (form.maxLength !== null && value.length > form.maxLength) return tooLong(form.maxLength, value.length);
      if (form.type === 'host' && /[\s/]|:\/\//.test(value))
        return notA('an address or a name', 'no address and no name');
      if (form.type === 'url' && !/^(https?|tftp|phone|Application:|Play:|Dial:|Key:|RTP|File:)/i.test(value))
        return notA('a URL such as http://192.0.2.10/page.xml', 'no URL');
      return null;
    case 'number':
      return numberFault(value, form.min, form.max, form.unit);
    case 'port':
      return numberFault(value, 1, LAST_PORT, null);
    case 'choice':
      return choiceFault(value, form.values);
    case 'load':
      if (form.maxLength !== null && value.length > form.maxLength) return tooLong(form.maxLength, value.length);
      return null;
    case 'time-zone':
      return zones.has(value) ? null : notA('a time zone that the phone knows', 'no time zone that the phone knows');
    case 'time':
      return /^\d{1,2}([/:]\d{2})?$/.test(value) ? null : notA('a time such as 02:00', 'no time');
    case 'file-name':
      return /[/\\\s]/.test(value) ? notA('the name of a file, without folder and blanks', 'no name of a file') : null;
    case 'path':
      return null;
  }
}

const ZONES = new WeakMap<readonly unknown[], ReadonlySet<string>>();

/** The names of time zones that phones of a group know. */
export function zonesOf(facts: PhoneConfigFacts, phones: '79x0' | 'java'): ReadonlySet<string> {
  const zones = phones === '79x0' ? facts.legacyZones : facts.javaZones;
  const known = ZONES.get(zones) ?? new Set(zones.map(({ name }) => name));
  ZONES.set(zones, known);
  return known;
}

/** Whether a load's name is written with an extension or cannot be read at all, in words; null when it is a load's name. */
export function faultOfLoad(text: string): string | null {
  if (/\.(loads|bin|sbn|sb2)$/i.test(text)) return 'the name of the load has an extension';
  const parsed = parseLoadName(text);
  return parsed.ok ? null : 'it is no name of a load';
}

/** Whether a text is an IPv4 address. */
export function isAddress(text: string): boolean {
  return /^\d{1,3}(\.\d{1,3}){3}$/.test(text) && text.split('.').every((part) => Number(part) < 256);
}

function numberFault(value: string, min: number, max: number, unit: string | null): ValueFault | null {
  const isNumber = /^\d+$/.test(value);
  if (isNumber && Number(value) >= min && Number(value) <= max) return null;
  return notA(
    `a number from ${min} to ${max}${unit === null ? '' : ` ${unit}`}`,
    isNumber ? 'out of its range' : 'no number',
  );
}

function choiceFault(value: string, values: readonly string[]): ValueFault | null {
  if (values.includes(value)) return null;
  const near = values.find((one) => one.toLowerCase() === value.toLowerCase());
  if (near !== undefined) return notA(`${near}, in these letters`, 'in other letters than the phone knows');
  const told = values.length > MOST_TOLD ? `${values.slice(0, MOST_TOLD).join(', ')} …` : values.join(', ');
  return notA(values.length === 1 ? told : `one of ${told}`, 'none that the phone knows');
}

function tooLong(most: number, length: number): ValueFault {
  return {
    kind: 'length',
    wanted: `at most ${countText(most, 'character')}`,
    wrong: `has ${countText(length, 'character')}, and there is room for ${most}`,
  };
}

function notA(wanted: string, what: string): ValueFault {
  return { kind: 'form', wanted, wrong: `is ${what}` };
}
