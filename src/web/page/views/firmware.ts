import { countText, sizeText } from '../../../core/text/amounts.ts';
import { ask, faultText } from '../api.ts';
import { linked } from '../code-links.ts';
import { fill, h, setText } from '../dom.ts';
import { complain } from '../news.ts';
import { onPage } from '../words.ts';
import { dropZone } from './drop-zone.ts';
import { lackingElement, wantedBy } from './lacking.ts';
import type { View, ViewParts } from './view.ts';

const COLUMNS = ['Load', 'Family', 'Verdict', 'Helps to reach', 'Size'] as const;

interface Package {
  readonly load: string | null;
  readonly family: string | null;
  readonly verdict: string;
  readonly enables: readonly string[];
  readonly bytes: number;
  readonly isSynthetic?: true;
}

interface Verified {
  readonly load: string | null;
  readonly path: string;
  readonly verdict: string;
  readonly findings: readonly { readonly message: string; readonly advice: string | null }[];
}

interface ImportLine {
  readonly event: string;
  readonly load?: string | null;
  readonly message?: string;
  readonly detail?: string;
  readonly advice?: string;
  readonly verdict?: string;
}

/** The shelf, and what is missing for the phones on the list. */
export function firmwareView({ bench }: ViewParts): View {
  const shelf = h('tbody', { role: 'rowgroup' });
  const lacking = h('div', {});
  let wanted = '';
  let held: ReadonlySet<string | null> = new Set();
  const empty = h('p', { hidden: true }, 'The store holds no package yet.');
  const table = h(
    'div',
    { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': 'Packages' },
    h(
      'table',
      { class: 'shelf', role: 'table' },
      h(
        'thead',
        { role: 'rowgroup' },
        h(
          'tr',
          { role: 'row' },
          COLUMNS.map((text) => h('th', { scope: 'col', role: 'columnheader' }, text)),
        ),
      ),
      shelf,
    ),
  );
  const readLacking = async () => {
    wanted = wantedBy(bench.listed());
    fill(lacking, await lackingElement(bench.listed(), held));
  };
  const read = async () => {
    try {
      const { packages } = await ask<{ packages: Package[] }>('firmware');
      fill(shelf, packages.map(row));
      empty.hidden = packages.length > 0;
      for (const one of [verify, table]) one.hidden = packages.length === 0;
      held = new Set(packages.map(({ load }) => load));
      await readLacking();
    } catch (error) {
      complain(faultText(error));
    }
  };
  const bar = h('progress', { max: '1', hidden: true, 'aria-label': 'Upload' }) as HTMLProgressElement;
  const said = h('ul', { 'aria-live': 'polite' });
  const pick = async (files: FileList | null | undefined) => {
    if (bench.role !== 'act') return;
    for (const file of files ?? []) await upload(file, bar, said);
    await read();
  };
  const input = h('input', {
    type: 'file',
    multiple: true,
    'aria-label': 'Archives',
    change: () => void pick(input.files),
  }) as HTMLInputElement;
  const verify = h('button', { type: 'button', click: () => void check() }, 'Verify') as HTMLButtonElement;
  const check = async () => {
    const status = h('li', {}, 'All packages: every file is read and compared');
    said.prepend(status);
    verify.disabled = true;
    try {
      const { packages } = await ask<{ packages: Verified[] }>('firmware/verify', { method: 'POST' });
      const bad = packages.filter(({ verdict }) => verdict !== 'known-good' && verdict !== 'complete');
      const text = `${countText(packages.length, 'package')} verified`;
      fill(
        status,
        bad.length === 0 ? `${text}: every file is whole.` : [`${text}:`, h('ul', {}, bad.map(faultElement))],
      );
    } catch (error) {
      fill(status, linked(faultText(error)));
    }
    verify.disabled = false;
    await read();
  };
  void read();
  return {
    element: h(
      'div',
      {},
      h('h1', {}, 'Firmware'),
      lacking,
      bench.role === 'act' &&
        dropZone(
          'Drop archives (.zip, .tar, .cop) here to take their packages into the store, or choose them:',
          input,
          (files) => void pick(files),
        ),
      bar,
      bench.role === 'act' && h('p', {}, verify),
      said,
      empty,
      table,
    ),
    update: (what) => {
      if (what === 'phones' && wantedBy(bench.listed()) !== wanted) void readLacking();
    },
    drop: (files) => void pick(files),
  };
}

function faultElement({ load, path, verdict, findings }: Verified): HTMLElement {
  const why = findings.map(({ message, advice }) => onPage([message, advice].filter(Boolean).join(': ')));
  return h('li', { class: 'note bad' }, linked([`${load ?? path}: ${verdict}`, ...why].join('; ')));
}

function row({ load, family, verdict, enables, bytes, isSynthetic }: Package): HTMLElement {
  const cells = [
    h('code', {}, load ?? '?'),
    family ?? '?',
    isSynthetic ? `${verdict}, synthetic` : verdict,
    enables.join(', '),
    sizeText(bytes),
  ];
  // On a narrow screen each stands behind the name of its column.
  const named = cells.map((cell, i) => h('td', { role: 'cell', 'data-name': COLUMNS[i] }, cell));
  return h('tr', { role: 'row' }, named);
}

function upload(file: File, bar: HTMLProgressElement, said: HTMLElement): Promise<void> {
  const request = new XMLHttpRequest();
  const status = h('li', {}, `${file.name}: being sent`);
  said.prepend(status);
  return new Promise((resolve) => {
    bar.hidden = false;
    bar.value = 0;
    request.upload.addEventListener('progress', ({ loaded, total }) => {
      bar.value = total > 0 ? loaded / total : 0;
      if (loaded === total) setText(status, `${file.name}: ${sizeText(total)} sent, being unpacked and checked`);
    });
    request.addEventListener('loadend', () => {
      bar.hidden = true;
      const lines = request.responseText.split('\n').flatMap((line): ImportLine[] => {
        try {
          return [JSON.parse(line) as ImportLine];
        } catch {
          return [];
        }
      });
      fill(
        status,
        `${file.name}: ${request.status === 0 ? 'it broke off, and nothing of it was kept' : ''}`,
        h('ul', {}, lines.map(lineElement)),
      );
      resolve();
    });
    request.open('POST', `/api/v1/firmware/import?name=${encodeURIComponent(file.name)}`);
    request.setRequestHeader('content-type', 'application/octet-stream');
    request.send(file);
  });
}

function lineElement({ event, load, message, detail, advice, verdict }: ImportLine): HTMLElement | null {
  if (event === 'package.imported') return h('li', {}, `${load} is in the store (${verdict})`);
  if (event === 'package.present') return h('li', {}, `${load} was in the store already`);
  if (event === 'import.finished') return null;
  return h('li', { class: 'note bad' }, linked(onPage([load, message ?? detail, advice].filter(Boolean).join(': '))));
}
