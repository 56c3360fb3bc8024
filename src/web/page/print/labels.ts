import { type MacAddress, macInPairs } from '../../../core/names/mac-address.ts';
import type { Bar } from '../bar-code.ts';
import { h } from '../dom.ts';
import { svg } from '../svg.ts';

/** What a label tells of a phone. */
export interface Labelled {
  readonly mac: MacAddress;
  readonly label: string | null;
  readonly model: string | null;
  /** Its switch port, as the list says, or else where a switch saw it. */
  readonly port: string | null;
  readonly extension?: string;
  readonly target: string;
  readonly outcome: string;
  readonly landedAt: string | null;
}

/** Paper with labels on it; `name` is the class under which page.css has its measures. */
export interface Paper {
  readonly name: string;
  readonly title: string;
  /** How many labels a page has; one on a roll, which is cut behind each. */
  readonly labels: number;
}

/** Measures: page.css, with their sources. */
export const PAPERS: readonly Paper[] = [
  { name: 'roll62', title: 'roll of 62 mm (Brother DK and others)', labels: 1 },
  { name: 'a4-21', title: 'A4, 21 labels of 63.5 × 38.1 mm (Avery L7160)', labels: 21 },
  { name: 'a4-24', title: 'A4, 24 labels of 70 × 37 mm (Avery Zweckform 3474)', labels: 24 },
  { name: 'letter-30', title: 'Letter, 30 labels of 2⅝ × 1 in (Avery 5160, 8160)', labels: 30 },
];

export type BarsOf = (text: string) => { readonly bars: readonly Bar[]; readonly width: number };

/** What Code 128 wants blank at both sides (ISO/IEC 15417: ten of the narrowest bars). */
const QUIET = 10;

function barCode(mac: string, barsOf: BarsOf): SVGElement {
  const { bars, width } = barsOf(mac);
  const box = `0 0 ${width + 2 * QUIET} 10`;
  const whole = {
    viewBox: box,
    preserveAspectRatio: 'none',
    class: 'bars',
    role: 'img',
    'aria-label': `Bar code ${mac}`,
  };
  return svg('svg', whole, ...bars.map(({ left, width }) => svg('rect', { x: left + QUIET, y: 0, width, height: 10 })));
}

/** Day of a moment as people sort it. */
function dayOf(moment: string): string {
  const at = new Date(moment);
  const two = (part: number) => String(part).padStart(2, '0');
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
}

/** One label. A load stands on it only where the phone was proven to run it. */
function labelOf(
  { mac, label, model, port, extension, target, outcome, landedAt }: Labelled,
  barsOf: BarsOf,
): HTMLElement {
  const hasLanded = outcome === 'landed' && landedAt !== null;
  return h(
    'div',
    { class: 'label' },
    h(
      'div',
      { class: 'top' },
      h('b', {}, label ?? model ?? ''),
      label !== null && model !== null && h('span', {}, model),
      extension !== undefined && h('b', {}, `ext. ${extension}`),
    ),
    barCode(mac, barsOf),
    h(
      'div',
      { class: 'mac' },
      h('span', {}, macInPairs(mac)),
      port !== null && h('span', { class: 'port' }, `port ${port}`),
    ),
    h(
      'div',
      { class: 'what' },
      ...(hasLanded ? [h('span', {}, target), h('span', {}, dayOf(landedAt))] : ['not landed']),
    ),
  );
}

/** Pages with a label for each phone, the first on place `first` (from 1) of its page. */
export function labelPages(phones: readonly Labelled[], paper: Paper, first: number, barsOf: BarsOf): HTMLElement[] {
  const blank = Array.from({ length: Math.min(first, paper.labels) - 1 }, () => h('div', { class: 'label blank' }));
  const all = [...blank, ...phones.map((phone) => labelOf(phone, barsOf))];
  const pages: HTMLElement[] = [];
  for (let at = 0; at < all.length; at += paper.labels) {
    pages.push(h('div', { class: `paper ${paper.name}` }, all.slice(at, at + paper.labels)));
  }
  return pages;
}
