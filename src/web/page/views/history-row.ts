import { h } from '../dom.ts';

/** A row of the record, as the API tells it. */
export interface Row {
  readonly event: string;
  readonly at: string;
  readonly [key: string]: unknown;
}

/** What happened, of what, and why. */
export function historyRow(row: Row): HTMLElement {
  const text = (key: string) => (typeof row[key] === 'string' || typeof row[key] === 'number' ? String(row[key]) : '');
  const isOffer = row.event === 'load.offered' && text('load') !== '';
  const what = [
    isOffer ? `${text('file')} names ${text('load')}` : text('file'),
    text('file') === '' ? text('load') : '',
    text('previous') === '' ? '' : `${text('previous')} → ${text('state')}`,
  ];
  const why = [text('reason'), text('advice'), text('code')].filter((one) => one !== '').join('. ');
  return h(
    'tr',
    {},
    h('td', {}, new Date(row.at).toLocaleTimeString()),
    h('td', {}, row.event),
    h('td', {}, what.filter((one) => one !== '').join(' ')),
    h('td', {}, why),
  );
}
