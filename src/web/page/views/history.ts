import { ask, faultText } from '../api.ts';
import { linked } from '../code-links.ts';
import { fill, h } from '../dom.ts';
import { momentText } from '../moment.ts';
import { complain } from '../news.ts';
import { onPage } from '../words.ts';

/** A row of the record, as the API tells it. */
interface Row {
  readonly event: string;
  readonly at: string;
  readonly [key: string]: unknown;
}

interface Page {
  readonly rows: readonly Row[];
  readonly before: string | null;
}

/** Rows that are shown at first, and with each press for more. */
const PAGE = 100;

/** Everything that was recorded of a phone, the newest first. News is put on top of what is shown, and nothing else moves. */
export class History {
  readonly element: HTMLElement;
  readonly #mac: string;
  readonly #rows = h('tbody', { role: 'rowgroup' });
  readonly #past = h('div', {});
  /** The newest row that is shown, as text; null before there is one. */
  #newest: string | null = null;

  constructor(mac: string) {
    this.#mac = mac;
    const cells = ['Time', 'What happened', 'Of what', 'Why'].map((text) =>
      h('th', { scope: 'col', role: 'columnheader' }, text),
    );
    const head = h('thead', { role: 'rowgroup' }, h('tr', { role: 'row' }, cells));
    // On a narrow screen a row is laid out as a block; that it is one of a table is said all the same.
    const table = h('table', { class: 'timeline', role: 'table' }, head, this.#rows);
    this.element = h(
      'section',
      {},
      h('h2', {}, 'What happened'),
      h('div', { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': 'History' }, table),
      this.#past,
    );
  }

  async read(): Promise<void> {
    const { rows, before } = await this.#page('');
    const newest = rows.at(-1);
    if (newest === undefined) return;
    const known = this.#newest === null ? -1 : rows.findLastIndex((row) => JSON.stringify(row) === this.#newest);
    this.#newest = JSON.stringify(newest);
    const fresh = rows
      .slice(known + 1)
      .toReversed()
      .map(historyRow);
    if (known >= 0) return this.#rows.prepend(...fresh);
    // Nothing of what is shown is among them: what lies between is not known.
    fill(this.#rows, fresh);
    this.#offerOlder(before);
  }

  #page(more: string): Promise<Page> {
    return ask<Page>(`phones/${this.#mac}/history?limit=${PAGE}${more}`);
  }

  #offerOlder(before: string | null): void {
    const more = async () => {
      const page = await this.#page(`&before=${before}`);
      this.#rows.append(...page.rows.toReversed().map(historyRow));
      this.#offerOlder(page.before);
    };
    const click = () => void more().catch((error: unknown) => complain(faultText(error)));
    fill(this.#past, before !== null && h('button', { type: 'button', click }, 'What was before'));
  }
}

/** What happened, of what, and why. */
function historyRow(row: Row): HTMLElement {
  const text = (key: string) => (typeof row[key] === 'string' || typeof row[key] === 'number' ? String(row[key]) : '');
  const isOffer = row.event === 'load.offered' && text('load') !== '';
  const what = [
    isOffer ? `${text('file')} names ${text('load')}` : text('file'),
    text('file') === '' ? text('load') : '',
    text('previous') === '' ? '' : `${text('previous')} → ${text('state')}`,
  ];
  const why = [text('reason'), text('advice'), text('code')].filter((one) => one !== '').join('. ');
  const cell = (...content: Parameters<typeof fill>[1][]) => h('td', { role: 'cell' }, ...content);
  return h(
    'tr',
    { role: 'row' },
    cell(momentText(row.at)),
    cell(row.event),
    cell(what.filter((one) => one !== '').join(' ')),
    cell(linked(onPage(why, text('mac')))),
  );
}
