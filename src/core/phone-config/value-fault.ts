import { parseLoadName } from '../names/load-name.ts';
import type { ValueForm } from './facts.ts';

/** What is wrong with a value for a setting of this form, as the end of a sentence that begins with its name; null when it fits. Empty fits. */
export function valueFault(form: ValueForm, value: string): string | null {
  if (value === '') return null;
  if ('maxLength' in form && form.maxLength !== null && [...value].length > form.maxLength) {
    return `has ${[...value].length} characters and may have ${form.maxLength}`;
  }
  switch (form.type) {
    case 'choice':
      return form.values.includes(value) ? null : `must be ${form.values.join(', ')}`;
    case 'number':
      return isNumber(value, form.min, form.max) ? null : `must be a number from ${form.min} to ${form.max}`;
    case 'port':
      return isNumber(value, 1, 65_535) ? null : 'must be a port, 1 to 65535';
    case 'host':
      return /^[A-Za-z0-9._:-]+$/.test(value) ? null : 'must be an address or a name';
    case 'url':
      return /^[a-z][a-z0-9+.-]*:\S+$/i.test(value) ? null : 'must be a URL';
    case 'load':
      return parseLoadName(value).ok ? null : 'must be the name of a load';
    case 'file-name':
      return /^[A-Za-z0-9][A-Za-z0-9_.-]*$/.test(value) ? null : 'must be the plain name of a file';
    case 'time':
      return /^\d{1,2}(?:[/:]\d{2})?$/.test(value) ? null : 'must be a time, such as 02/00';
    default:
      return null;
  }
}

function isNumber(text: string, min: number, max: number): boolean {
  return /^\d{1,9}$/.test(text) && Number(text) >= min && Number(text) <= max;
}
