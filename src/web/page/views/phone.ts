import type { PhoneJson } from '../../../app/told/phone-json.ts';
import { spanText } from '../../../core/text/amounts.ts';
import { ask, faultText, post } from '../api.ts';
import { KIND_WORDS, kindOf } from '../bench.ts';
import { fill, h, say } from '../dom.ts';
import { StateChart } from './chart.ts';
import { type Entry, entryElement } from './explain.ts';
import type { View, ViewParts } from './view.ts';

interface Row {
  readonly event: string;
  readonly at: string;
  readonly [key: string]: unknown;
}

interface Plan {
  readonly ready: boolean;
  readonly reasons?: readonly string[];
  readonly hops?: readonly {
    readonly load: string;
    readonly why: string;
    readonly sources: readonly string[];
    readonly level: string;
  }[];
}

interface Story {
  readonly witnesses: readonly string[];
  readonly hops: readonly {
    readonly load: string;
    readonly outcome: string;
    readonly files: readonly { readonly name: string; readonly sha1: string | null }[];
  }[];
}

/** What came of an order, by the word of the server. */
const ACTED: Readonly<Record<string, string>> = {
  released: 'is off the list',
  cancelled: 'is cancelled',
  'after-next-boot': 'is cancelled at its next boot: until then it may be writing its flash, so leave its power on',
  landed: 'has landed already, and stays as it is',
};

/** Rows that are shown at first. */
const PAGE = 100;
/** How long rows are collected before they are read, so that a phone that takes a file costs no request a block. */
const CALM_MS = 700;

/** Everything that is known of one phone. */
export function phoneView({ bench }: ViewParts, mac: string): View {
  const [head, road, help, past, proof] = ['div', 'div', 'div', 'div', 'div'].map((name) => h(name, {})) as [
    HTMLElement,
    HTMLElement,
    HTMLElement,
    HTMLElement,
    HTMLElement,
  ];
  const rows = h('tbody', {});
  const chart = new StateChart();
  let shownCode: string | null = null;
  let wanted: ReturnType<typeof setTimeout> | null = null;

  const act = (path: string, question: string) => {
    if (!confirm(question)) return;
    post<{ result: string }>(`phones/${mac}/${path}`)
      .then(({ result }) => say(`${mac} ${ACTED[result] ?? result}`))
      .catch((error: unknown) => say(faultText(error)));
  };
  /** A phone that goes on by now, since another tab has started it again, is not disturbed. */
  const retry = () => {
    const state = bench.phones.get(mac)?.state;
    if (state === 'held') act('retry', `Start ${mac} again?`);
    else say(`${mac} is not held any more: it is ${state}`);
  };

  function drawHead(): void {
    const phone = bench.phones.get(mac);
    if (phone === undefined) {
      fill(head, h('h1', {}, mac), h('p', {}, 'Nothing is known of this phone.'));
      return;
    }
    const kind = kindOf(phone);
    const busy = kind === 'stop' ? ' It is taking or writing a load now: it goes on until its next boot.' : '';
    fill(
      head,
      h('h1', {}, phone.label ?? mac),
      h('div', { class: `tile k-${kind}` }, h('span', { class: 'word' }, KIND_WORDS[kind]), facts(phone, bench.now())),
      bench.role === 'act' &&
        phone.isEnrolled &&
        h(
          'div',
          { class: 'row' },
          phone.state === 'held' && h('button', { type: 'button', class: 'main', click: retry }, 'Try again'),
          phone.state !== 'landed' &&
            h(
              'button',
              {
                type: 'button',
                click: () => act('cancel', `Stop the conversion of ${mac} and take it off the list?${busy}`),
              },
              'Cancel',
            ),
          h('button', { type: 'button', click: () => act('release', `Take ${mac} off the list?${busy}`) }, 'Release'),
        ),
    );
    road.className = `k-${kind}`;
    chart.element.className = `k-${kind}`;
    chart.light(phone.state);
    if (phone.code !== shownCode) void explainCode(phone.code);
  }

  async function explainCode(code: string | null): Promise<void> {
    shownCode = code;
    if (code === null) {
      fill(help);
      return;
    }
    const { entries } = await ask<{ entries: Entry[] }>(`explain?q=${encodeURIComponent(code)}`).catch(() => ({
      entries: [],
    }));
    fill(help, entries.slice(0, 1).map(entryElement));
  }

  async function read(): Promise<void> {
    try {
      const page = await ask<{ rows: Row[]; before: string | null }>(`phones/${mac}/history?limit=${PAGE}`);
      fill(rows, page.rows.toReversed().map(rowElement));
      fill(past, page.before !== null && older(page.before));
      drawRoad(await ask<Plan>(`phones/${mac}/plan`), bench.phones.get(mac));
      drawProof(await ask<Story>(`phones/${mac}/report`));
    } catch {
      // A phone that was never enrolled has no road and no certificate.
    }
  }

  function older(before: string): HTMLElement {
    const more = async () => {
      const page = await ask<{ rows: Row[]; before: string | null }>(
        `phones/${mac}/history?limit=${PAGE}&before=${before}`,
      );
      rows.append(...page.rows.toReversed().map(rowElement));
      fill(past, page.before !== null && older(page.before));
    };
    return h(
      'button',
      { type: 'button', click: () => void more().catch((error: unknown) => say(faultText(error))) },
      'What was before',
    );
  }

  function drawRoad({ hops = [], reasons = [] }: Plan, phone: PhoneJson | undefined): void {
    const [at, all] = [phone?.hop ?? 0, phone?.hops ?? 0];
    // What is planned from here is the end of the whole road.
    const first = Math.max(0, all - hops.length);
    const items = hops.map(({ load, why, sources, level }, i) =>
      h(
        'li',
        { class: first + i + 1 < at ? 'past' : first + i + 1 === at ? 'here' : '' },
        h('b', {}, load),
        h('br'),
        why,
        ' ',
        h('span', { class: 'quiet' }, `[${sources.join(', ')}; level ${level}]`),
      ),
    );
    fill(
      road,
      (hops.length > 0 || reasons.length > 0) && h('h2', {}, 'The road from here'),
      h('ol', { class: 'road' }, items),
      reasons.map((reason) => h('p', {}, reason)),
    );
  }

  function drawProof({ witnesses, hops }: Story): void {
    const files = hops.flatMap(({ files }) => files);
    fill(
      proof,
      witnesses.length > 0 &&
        h(
          'div',
          {},
          h('h2', {}, 'What proves the landing'),
          h(
            'ul',
            {},
            witnesses.map((one) => h('li', {}, one)),
          ),
        ),
      files.length > 0 &&
        h(
          'details',
          {},
          h('summary', {}, 'Files that were sent, with their SHA-1'),
          h(
            'ul',
            {},
            files.map(({ name, sha1 }) => h('li', {}, h('code', {}, `${name} ${sha1 ?? ''}`))),
          ),
        ),
    );
  }

  drawHead();
  void read();
  const heads = ['Time', 'What happened', 'Of what', 'Why'].map((text) => h('th', { scope: 'col' }, text));
  const table = h('table', { class: 'timeline' }, h('thead', {}, h('tr', {}, heads)), rows);
  return {
    element: h(
      'div',
      {},
      head,
      help,
      road,
      chart.element,
      proof,
      h('h2', {}, 'What happened'),
      h('div', { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': 'History' }, table),
      past,
    ),
    update: (what, of) => {
      if (what === 'phones' || what === 'batch') drawHead();
      if (what !== 'row' || of !== mac) return;
      wanted ??= setTimeout(() => {
        wanted = null;
        void read();
      }, CALM_MS);
    },
    close: () => {
      if (wanted !== null) clearTimeout(wanted);
    },
  };
}

function facts(phone: PhoneJson, now: number): HTMLElement {
  const {
    mac,
    model,
    port,
    from,
    target,
    state,
    hop,
    hops,
    load,
    since,
    usualMs,
    leftMs,
    file,
    reason,
    advice,
    lastSeenAt,
    waits,
  } = phone;
  const usual = usualMs === null ? '' : `, usually ${spanText(usualMs)}`;
  const all: readonly (readonly [string, string | null | undefined])[] = [
    ['MAC', mac],
    ['Model', model],
    ['Port', port],
    ['Runs', from],
    ['Target', target],
    ['State', hops > 0 ? `${state}, hop ${hop} of ${hops}${load === null ? '' : ` (${load})`}` : state],
    ['For', since === null ? null : `${spanText(now - Date.parse(since))}${usual}`],
    ['Left', leftMs === null ? null : `usually ${spanText(leftMs)}`],
    ['File', file],
    ['Waits', waits],
    ['Why', reason],
    ['What to do', advice],
    ['Last heard', lastSeenAt === null ? null : new Date(lastSeenAt).toLocaleString()],
  ];
  return h(
    'dl',
    { class: 'facts' },
    all.flatMap(([name, value]) => (value == null || value === '' ? [] : [h('dt', {}, name), h('dd', {}, value)])),
  );
}

function rowElement(row: Row): HTMLElement {
  const text = (key: string) => (typeof row[key] === 'string' || typeof row[key] === 'number' ? String(row[key]) : '');
  const what = [
    text('file'),
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
