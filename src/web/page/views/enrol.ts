import { countText } from '../../../core/text/amounts.ts';
import { ask, faultText } from '../api.ts';
import { fill, h } from '../dom.ts';
import { dropZone } from './drop-zone.ts';
import { scanPart } from './scan.ts';
import type { View, ViewParts } from './view.ts';

interface Taken {
  readonly phones: readonly { readonly mac: string; readonly line: number; readonly result: string }[];
  readonly problems: readonly { readonly line: number; readonly why: string }[];
  readonly notes: readonly string[];
}

/** Puts phones on the list: typed or scanned one by one, pasted, or from a file. */
export function enrolView({ bench, alarm }: ViewParts): View {
  const loads = h('datalist', { id: 'loads' });
  void ask<{ packages: { load: string | null; protocol: string | null }[] }>('firmware')
    .then(({ packages }) =>
      fill(
        loads,
        [...new Set(packages.map(({ load }) => load))].map((load) => load !== null && h('option', { value: load })),
      ),
    )
    .catch(() => {});
  const target = h('input', {
    list: 'loads',
    size: '26',
    required: true,
    placeholder: 'P0S3-08-11-00',
    autocomplete: 'off',
  }) as HTMLInputElement;
  const batch = h('input', { size: '14', maxlength: '100' }) as HTMLInputElement;
  const told = h('div', { 'aria-live': 'polite' });
  const wish = () => ({ target: target.value.trim(), ...(batch.value === '' ? {} : { batch: batch.value }) });

  const send = async (list: Blob | string) => {
    const { target: load, batch: name } = { batch: undefined, ...wish() };
    const query = new URLSearchParams({
      ...(load === '' ? {} : { target: load }),
      ...(name === undefined ? {} : { batch: name }),
    });
    try {
      const taken = await ask<Taken>(`phones/list?${query}`, {
        method: 'POST',
        body: list,
        headers: { 'content-type': 'text/csv' },
      });
      fill(told, takenElement(taken));
    } catch (error) {
      fill(told, h('p', { class: 'note bad' }, faultText(error)));
    }
  };
  const pasted = h('textarea', {
    spellcheck: 'false',
    'aria-label': 'Lines with MAC, label and port',
  }) as HTMLTextAreaElement;
  const paste = () => {
    const lines = pasted.value.split('\n').filter((line) => line.trim() !== '');
    const isList = /(^|[,;\t])\s*"?mac"?\s*([,;\t]|$)/i.test(lines[0] ?? '');
    void send(
      isList ? pasted.value : `mac,label,port\n${lines.map((line) => line.replaceAll(/[;\t]/g, ',')).join('\n')}\n`,
    );
  };
  const file = h('input', {
    type: 'file',
    accept: '.csv,.txt,text/csv',
    'aria-label': 'A list as CSV',
    change: () => pick(file.files),
  }) as HTMLInputElement;
  const pick = (files: FileList | null | undefined) => {
    const [one] = files ?? [];
    if (one !== undefined) void send(one);
  };
  if (bench.role !== 'act') {
    return {
      element: h(
        'div',
        {},
        h('h1', {}, 'Enrol'),
        h('p', { class: 'note' }, 'You may look and not act: log in with the password that may act.'),
      ),
    };
  }
  return {
    element: h(
      'div',
      {},
      h('h1', {}, 'Enrol'),
      loads,
      h('div', { class: 'row' }, h('label', {}, 'Target load', target), h('label', {}, 'Batch', batch)),
      h('h2', {}, 'Scan or type'),
      scanPart(wish, alarm),
      h('h2', {}, 'Paste'),
      h(
        'p',
        { class: 'quiet' },
        'A phone a line: MAC, then its label and port where it has them. Or a list with a header.',
      ),
      pasted,
      h('button', { type: 'button', click: paste }, 'Put these on the list'),
      h('h2', {}, 'A file'),
      dropZone('Drop a list (CSV) here, or choose one:', file, pick),
      told,
    ),
    drop: pick,
  };
}

function takenElement({ phones, problems, notes }: Taken): HTMLElement {
  return h(
    'div',
    {},
    h('p', { class: 'note good' }, `${countText(phones.length, 'phone')} taken.`),
    notes.map((note) => h('p', {}, note)),
    problems.length > 0 &&
      h(
        'div',
        { class: 'note bad' },
        h('b', {}, 'Left out'),
        h(
          'ul',
          {},
          problems.map(({ line, why }) => h('li', {}, `line ${line}: ${why}`)),
        ),
      ),
  );
}
