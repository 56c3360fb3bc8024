import { ask } from '../api.ts';
import { fill, h, setText } from '../dom.ts';
import { svg } from '../svg.ts';

interface Machine {
  readonly states: readonly string[];
  readonly transitions: readonly { readonly from: string; readonly to: string; readonly event: string }[];
}

/** Measures of the drawing, in its own units. */
const [STEP, WIDE, HIGH, MIDDLE] = [120, 100, 30, 90];

/** The machine of a phone, as the server has it, with the present state lit. */
export class StateChart {
  readonly element = h('section', { hidden: true });
  readonly #drawing = h('div', { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': 'States of a phone' });
  readonly #words = h('p', { class: 'quiet' });
  #machine: Machine | null = null;
  #shown = '';

  constructor() {
    this.element.append(h('h2', {}, 'Where it stands'), this.#drawing, this.#words);
    void ask<Machine>('machine')
      .then((machine) => {
        this.#machine = machine;
        this.light(this.#shown);
      })
      .catch(() => {});
  }

  light(state: string): void {
    const machine = this.#machine;
    const key = machine === null ? '' : state;
    if (this.element.getAttribute('data-state') === key && this.#shown === state) return;
    this.#shown = state;
    this.element.hidden = machine === null || !machine.states.includes(state);
    if (machine === null || this.element.hidden) return;
    this.element.setAttribute('data-state', key);
    const next = machine.transitions.filter(({ from, to }) => from === state && to !== state);
    const ways = new Map<string, string[]>();
    for (const { to, event } of next) ways.set(to, [...new Set([...(ways.get(to) ?? []), event])]);
    fill(this.#drawing, drawing(machine, state));
    setText(
      this.#words,
      ways.size === 0
        ? `${state}: from here it goes on only where somebody says so.`
        : `From ${state} it goes on to ${[...ways].map(([to, events]) => `${to} (${events.join(', ')})`).join('; ')}.`,
    );
  }
}

function drawing({ states, transitions }: Machine, present: string): SVGElement {
  const width = states.length * STEP;
  const centre = (state: string) => states.indexOf(state) * STEP + STEP / 2;
  const pairs = new Map<string, readonly [string, string]>();
  for (const { from, to } of transitions) {
    if (from !== to && states.includes(from) && states.includes(to)) pairs.set(`${from} ${to}`, [from, to]);
  }
  const arcs = [...pairs.values()].map(([from, to]) => {
    const [a, b] = [centre(from), centre(to)];
    // Forward above, back below: which way an arc goes is seen without an arrow.
    const side = a < b ? -1 : 1;
    const edge = MIDDLE + (side * HIGH) / 2;
    const bow = edge + side * Math.min(70, 14 + Math.abs(b - a) / 9);
    const d = `M${a} ${edge} C${a} ${bow} ${b} ${bow} ${b} ${edge}`;
    return svg('path', { d, class: from === present ? 'way now' : 'way' });
  });
  const boxes = states.flatMap((state) => [
    svg('rect', {
      ...{ x: centre(state) - WIDE / 2, y: MIDDLE - HIGH / 2, width: WIDE, height: HIGH, rx: 6 },
      class: state === present ? 'state now' : 'state',
    }),
    svg('text', { x: centre(state), y: MIDDLE + 5, class: state === present ? 'now' : '' }, state),
  ]);
  const text = `${states.join(', ')}; now it is ${present}`;
  const whole = svg('svg', { viewBox: `0 0 ${width} ${MIDDLE * 2}`, class: 'chart', role: 'img', 'aria-label': text });
  whole.append(...arcs, ...boxes);
  return whole;
}
