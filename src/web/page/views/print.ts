import { countText } from '../../../core/text/amounts.ts';
import { ask, faultText } from '../api.ts';
import { fill, h, setText } from '../dom.ts';
import { type BarsOf, type Labelled, labelPages, PAPERS } from '../print/labels.ts';
import { printPart } from '../print/print-part.ts';
import { HandList } from './hand-list.ts';
import type { View, ViewParts } from './view.ts';

const ALL_BATCHES = '';

/** What leaves the bench on paper: labels, certificates, and what to do. */
export function printView({ bench }: ViewParts): View {
  const batches = h('select', { change: () => void read() }) as HTMLSelectElement;
  const which = h(
    'select',
    { change: draw },
    h('option', { value: 'landed' }, 'those that have landed'),
    h('option', { value: 'all' }, 'all on the list'),
  ) as HTMLSelectElement;
  const paper = h(
    'select',
    { change: draw },
    PAPERS.map(({ name, title }) => h('option', { value: name }, title)),
  ) as HTMLSelectElement;
  const first = h('input', { type: 'number', min: '1', max: '30', value: '1', input: draw }) as HTMLInputElement;
  const firstLabel = h('label', {}, 'First free label', first);
  const sheets = h('div', { class: 'papers' });
  const fault = h('p', { role: 'alert' });
  const button = h('button', { type: 'button', class: 'main', click: () => printPart('labels') });
  const certificates = h('div', { class: 'row' });
  const hands = new HandList();
  const noHands = h('p', { class: 'quiet' }, 'No phone needs a hand.');
  let phones: readonly Labelled[] = [];
  let barsOf: BarsOf | null = null;

  async function read(): Promise<void> {
    try {
      const batch = batches.value;
      const query = batch === ALL_BATCHES ? '' : `?batch=${encodeURIComponent(batch)}`;
      // What draws the bars is larger than the page itself, and is loaded only here.
      const [report, code] = await Promise.all([
        ask<{ phones: Labelled[] }>(`report${query}`),
        import('../bar-code.ts'),
      ]);
      [phones, barsOf] = [report.phones, code.barsOf];
      setText(fault, '');
    } catch (error) {
      setText(fault, faultText(error));
    }
    draw();
  }

  function draw(): void {
    const on = PAPERS.find(({ name }) => name === paper.value) ?? PAPERS[0];
    const chosen = phones.filter(
      ({ outcome }) => outcome === 'landed' || (which.value === 'all' && !LET_GO.has(outcome)),
    );
    (firstLabel as HTMLElement).hidden = on === undefined || on.labels === 1;
    if (on !== undefined && barsOf !== null) {
      first.max = String(on.labels);
      fill(sheets, labelPages(chosen, on, on.labels === 1 ? 1 : Math.max(1, Number(first.value) || 1), barsOf));
    }
    setText(button, `Print ${countText(chosen.length, 'label')}`);
    button.toggleAttribute('disabled', chosen.length === 0);
    const query = batches.value === ALL_BATCHES ? '' : `?batch=${encodeURIComponent(batches.value)}`;
    fill(
      certificates,
      phones.length > 0 &&
        h(
          'a',
          { class: 'button', href: `/certificates${query}`, target: '_blank', rel: 'noopener' },
          `Certificates of ${countText(phones.length, 'phone')}`,
        ),
    );
  }

  function drawBatches(): void {
    const names = bench.batch?.batches ?? [];
    const was = batches.value;
    fill(
      batches,
      h('option', { value: ALL_BATCHES }, 'all'),
      names.map((name) => h('option', { value: name }, name)),
    );
    batches.value = names.includes(was) ? was : ALL_BATCHES;
  }

  function drawHands(): void {
    const listed = bench.listed();
    hands.draw(listed);
    noHands.hidden = hands.isFilled;
  }

  drawBatches();
  drawHands();
  draw();
  void read();
  return {
    element: h(
      'div',
      {},
      h('h1', {}, 'Print'),
      h('div', { class: 'row' }, h('label', {}, 'Batch', batches)),
      h('h2', {}, 'Labels'),
      h(
        'div',
        { class: 'row' },
        h('label', {}, 'Phones', which),
        h('label', {}, 'Labels on a', paper),
        firstLabel,
        button,
      ),
      h(
        'p',
        { class: 'quiet' },
        'In the window of the printer: 100 % size, no margins. The bar code is the MAC (Code 128), as scanners read it on the Enrol page.',
      ),
      fault,
      h('div', { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': 'Labels' }, sheets),
      h('h2', {}, 'Certificates'),
      h(
        'p',
        { class: 'quiet' },
        'A summary, and a sheet for each phone with its road, its files and what proves its landing. They open in a tab of their own, to be printed there.',
      ),
      certificates,
      h('h2', {}, 'What needs a hand'),
      noHands,
      hands.element,
    ),
    update: (what) => {
      if (what === 'phones') drawHands();
      if (what === 'batch') drawBatches();
    },
  };
}

/** What is off the list needs no label. */
const LET_GO: ReadonlySet<string> = new Set(['cancelled', 'released']);
