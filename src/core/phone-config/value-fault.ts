import { parseLoadName } from '../names/load-name.ts';
import { countText } from '../text/amounts.ts';
import type { ValueForm } from './facts.ts';

/** What is wrong with a value. `length` is a matter of room, `form` of meaning. */
export interface ValueFault {
  readonly kind: 'length' | 'form';
  /** What it has to be, such as `a number from 1 to 5`. */
  readonly wanted: string;
  /** What it is or has, behind the name of the value: `is no number`. */
  readonly wrong: string;
}

const LAST_PORT = 65_535;
/** So many values of a choice are told; more would hide the sentence (invented). */
const MOST_TOLD = 12;

/** What is wrong with a value for a setting of this form; null when it fits. Empty fits. Names of time zones are not looked up. */
export function faultOfValue(form: ValueForm, value: string): ValueFault | null {
  if (value === '') return null;
  if ('maxLength' in form && form.maxLength !== null) {
    const { length } = [...value];
    if (length > form.maxLength) return tooLong(form.maxLength, length);
  }
  switch (form.type) {
    case 'choice':
      return choiceFault(value, form.values);
    case 'number':
      return numberFault(value, form.min, form.max, form.unit);
    case 'port':
      return isNumber(value, 1, LAST_PORT) ? null : not(`a port, 1 to ${LAST_PORT}`, 'is no port');
    case 'host':
      return /^[A-Za-z0-9._:-]+$/.test(value) ? null : not('an address or a name', 'is no address and no name');
    case 'url':
      return /^[a-z][a-z0-9+.-]*:\S+$/i.test(value) ? null : not('a URL', 'is no URL');
    case 'load':
      return parseLoadName(value).ok ? null : not('the name of a load', 'is no name of a load');
    case 'file-name':
      return /^[A-Za-z0-9][A-Za-z0-9_.-]*$/.test(value)
        ? null
        : not('the plain name of a file', 'is no plain name of a file');
    case 'time':
      return /^\d{1,2}(?:[/:]\d{2})?$/.test(value) ? null : not('a time, such as 02/00', 'is no time');
    default:
      return null;
  }
}

/** The same as the end of a sentence that begins with the name of the setting. */
export function valueFault(form: ValueForm, value: string): string | null {
  const fault = faultOfValue(form, value);
  if (fault === null) return null;
  return fault.kind === 'length' ? fault.wrong : `must be ${fault.wanted}`;
}

function choiceFault(value: string, values: readonly string[]): ValueFault | null {
  if (values.includes(value)) return null;
  const near = values.find((one) => one.toLowerCase() === value.toLowerCase());
  if (near !== undefined) return not(`${near}, in these letters`, 'is in other letters than the phone knows');
  const told = values.length > MOST_TOLD ? `${values.slice(0, MOST_TOLD).join(', ')} …` : values.join(', ');
  return not(values.length === 1 ? told : `one of ${told}`, 'is none that the phone knows');
}

function numberFault(value: string, min: number, max: number, unit: string | null): ValueFault | null {
  if (isNumber(value, min, max)) return null;
  const wrong = /^\d+$/.test(value) ? 'is out of its range' : 'is no number';
  return not(`a number from ${min} to ${max}${unit === null ? '' : ` ${unit}`}`, wrong);
}

function isNumber(text: string, min: number, max: number): boolean {
  return /^\d{1,9}$/.test(text) && Number(text) >= min && Number(text) <= max;
}

function tooLong(most: number, length: number): ValueFault {
  const wanted = `at most ${countText(most, 'character')}`;
  return { kind: 'length', wanted, wrong: `has ${countText(length, 'character')} and may have ${most}` };
}

function not(wanted: string, wrong: string): ValueFault {
  return { kind: 'form', wanted, wrong };
}
