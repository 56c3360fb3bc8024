import { type ShownOutcome, shownOutcome } from './build-report.ts';
import { type Html, html } from './html.ts';
import type { PhoneStory } from './report.ts';

/** How moments, spans and sizes are written; core knows neither clock nor time zone. */
export interface ReportWords {
  /** A moment in local time, to the second. */
  readonly moment: (at: number) => string;
  /** Its time of day alone. */
  readonly timeOfDay: (at: number) => string;
  readonly span: (ms: number) => string;
  readonly size: (bytes: number) => string;
  /** The time zone of the moments. */
  readonly zone: string;
  readonly version: string;
}

const NAMES: Readonly<Record<ShownOutcome, readonly [name: string, look: string]>> = {
  landed: ['landed', 'good'],
  held: ['held', 'bad'],
  'needs-hand': ['needs a hand', 'bad'],
  'under-way': ['under way', 'wait'],
  'never-seen': ['never seen', 'wait'],
  cancelled: ['cancelled', 'wait'],
  released: ['released', 'wait'],
};

/** An outcome in words. */
export function outcomeName(outcome: ShownOutcome): string {
  return NAMES[outcome][0];
}

/** Good, bad, or something to wait for. */
export function outcomeLook(outcome: ShownOutcome): string {
  return NAMES[outcome][1];
}

export function badge(phone: PhoneStory, size: '' | 'big' = ''): Html {
  const outcome = shownOutcome(phone);
  return html`<span class="badge ${outcomeLook(outcome)} ${size}">${outcomeName(outcome)}</span>`;
}

/** What people call the phone: its label, or its MAC. */
export function nameOf(phone: PhoneStory): string {
  return phone.label ?? phone.mac;
}

/** MAC addresses as their labels print them, in pairs. */
export function macText(mac: string): string {
  return mac.replace(/(..)(?!$)/g, '$1:');
}

/** Where a phone's own page is, within the same file. */
export function anchorOf(phone: PhoneStory): string {
  return `phone-${phone.mac}`;
}

/** What a page of A4 has room for, in lines, at the usual size and at the size below it (seen in Chromium). */
const ROOMY = 24;
const DENSE = 60;

/** How small a sheet of so many lines has to be printed so that it fits one page: a class for the style. */
export function densityOf(lines: number): '' | 'dense' | 'dense densest' {
  return lines <= ROOMY ? '' : lines <= DENSE ? 'dense' : 'dense densest';
}

/** A name that leads to the sheet of its phone, where there is one. */
export function whoOf(phone: PhoneStory, name: Html | string, hasSheet: boolean): Html {
  return hasSheet ? html`<a href="#${anchorOf(phone)}">${name}</a>` : html`<b>${name}</b>`;
}
