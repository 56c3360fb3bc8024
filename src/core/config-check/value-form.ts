import { parseLoadName } from '../names/load-name.ts';
import type { PhoneConfigFacts, ValueForm } from '../phone-config/facts.ts';
import { faultOfValue, type ValueFault } from '../phone-config/value-fault.ts';

const ZONES = new WeakMap<readonly unknown[], ReadonlySet<string>>();

/** The names of time zones that phones of a group know. */
export function zonesOf(facts: PhoneConfigFacts, phones: '79x0' | 'java'): ReadonlySet<string> {
  const zones = phones === '79x0' ? facts.legacyZones : facts.javaZones;
  const known = ZONES.get(zones) ?? new Set(zones.map(({ name }) => name));
  ZONES.set(zones, known);
  return known;
}

/** What is wrong with a value of a file; loads have rules of their own. */
export function faultInFile(form: ValueForm, value: string, zones: ReadonlySet<string>): ValueFault | null {
  if (form.type !== 'time-zone') return form.type === 'load' ? null : faultOfValue(form, value);
  if (value === '' || zones.has(value)) return null;
  const wanted = 'a time zone that the phone knows';
  return { kind: 'form', wanted, wrong: `is no time zone that the phone knows` };
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

/** Whether a text may be the name of a host, which DNS would have to know. */
export function isName(text: string): boolean {
  return /^[A-Za-z0-9._-]+$/.test(text) && !isAddress(text);
}
