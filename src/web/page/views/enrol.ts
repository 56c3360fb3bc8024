import { countText } from '../../../core/text/amounts.ts';
import { ask, faultText } from '../api.ts';
import { linked } from '../code-links.ts';
import { fill, h } from '../dom.ts';
import { onPage } from '../words.ts';
import { dropZone } from './drop-zone.ts';
import { scanPart } from './scan.ts';
import { TargetField } from './target-field.ts';
import type { View, ViewParts } from './view.ts';

interface Taken {
  readonly phones: readonly { readonly mac: string; readonly line: number; readonly result: string }[];
  readonly problems: readonly { readonly line: number; readonly why: string }[];
  readonly notes: readonly string[];
}

/** Puts phones on the list: typed or scanned one by one, pasted, or from a file. */
export function enrolView({ bench, alarm }: ViewParts): View {
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
  const wanted = new TargetField();
  const told = h('div', { 'aria-live': 'polite' });

  /** `added` lines were put before what somebody wrote: his are counted. */
  const send = async (list: Blob | string, added = 0) => {
    const { target, batch } = wanted.wish;
    const query = new URLSearchParams({
      ...(target === '' ? {} : { target }),
      ...(batch === undefined ? {} : { batch }),
    });
    try {
      const taken = await ask<Taken>(`phones/list?${query}`, {
        method: 'POST',
        body: list,
        headers: { 'content-type': 'text/csv' },
      });
      fill(told, takenElement(taken, added));
    } catch (error) {
      fill(told, h('p', { class: 'note bad' }, linked(faultText(error))));
    }
  };
  const pasted = h('textarea', {
    spellcheck: 'false',
    'aria-label': 'Lines with MAC, label and port',
  }) as HTMLTextAreaElement;
  const paste = () => {
    const lines = pasted.value.split('\n');
    const first = lines.find((line) => line.trim() !== '');
    if (first === undefined) return fill(told, h('p', { class: 'note bad' }, 'Nothing was pasted yet.'));
    // A list with a header says by its own columns what is wanted.
    if (/(^|[,;\t])\s*"?mac"?\s*([,;\t]|$)/i.test(first)) return void send(pasted.value);
    if (!wanted.isChosen()) return;
    void send(`mac,label,port\n${lines.map((line) => line.replaceAll(/[;\t]/g, ',')).join('\n')}\n`, 1);
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
  return {
    element: h(
      'div',
      {},
      h('h1', {}, 'Enrol'),
      wanted.element,
      h('h2', {}, 'Scan or type'),
      scanPart(wanted, alarm),
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

function takenElement({ phones, problems, notes }: Taken, added: number): HTMLElement {
  return h(
    'div',
    {},
    h('p', { class: phones.length > 0 ? 'note good' : 'note' }, `${countText(phones.length, 'phone')} taken.`),
    notes.map((note) => h('p', {}, note)),
    problems.length > 0 &&
      h(
        'div',
        { class: 'note bad' },
        h('b', {}, 'Left out'),
        h(
          'ul',
          {},
          problems.map(({ line, why }) => h('li', {}, `line ${line - added}: `, linked(onPage(recounted(why, added))))),
        ),
      ),
  );
}

/** A complaint about a line that stands twice names the other one, too. */
function recounted(why: string, added: number): string {
  return why.replace(
    /(is already in line )(\d+)/,
    (_whole, words: string, line: string) => `${words}${Number(line) - added}`,
  );
}
