import type { PhoneJson } from '../../../app/told/phone-json.ts';
import type { KeySequence } from '../../../core/explain/keys.ts';
import { isJavaFamily } from '../../../core/names/family.ts';
import { familyOfLoad } from '../../../core/names/load-name.ts';
import { ask, faultText, post } from '../api.ts';
import { KIND_WORDS, kindOf } from '../bench.ts';
import { fill, h, say } from '../dom.ts';
import { StateChart } from './chart.ts';
import { type Entry, entryElement } from './explain.ts';
import { historyRow, type Row } from './history-row.ts';
import { facts } from './phone-facts.ts';
import { type GoneHop, type Plan, roadElement } from './road.ts';
import type { View, ViewParts } from './view.ts';

interface Story {
  readonly witnesses: readonly string[];
  readonly hops: readonly GoneHop[];
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

/** Which keypad a phone has: that of the family of its target; null where it has none. */
function groupOf(phone: PhoneJson | undefined): KeySequence['phones'] | null {
  const family = phone?.target == null ? null : familyOfLoad(phone.target);
  return family === null ? null : isJavaFamily(family) ? 'java' : '79x0';
}

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

  function orders({ state }: PhoneJson, busy: string): HTMLElement[] {
    const button = (name: string, order: () => void, isMain = false) =>
      h('button', { type: 'button', class: isMain ? 'main' : undefined, click: order }, name);
    const cancel = () => act('cancel', `Stop the conversion of ${mac} and take it off the list?${busy}`);
    return [
      ...(state === 'held' ? [button('Try again', retry, true)] : []),
      ...(state === 'landed' ? [] : [button('Cancel', cancel)]),
      button('Release', () => act('release', `Take ${mac} off the list?${busy}`)),
    ];
  }

  function certificate({ target }: PhoneJson): HTMLElement | null {
    const link = { class: 'button', href: `/certificates?mac=${mac}`, target: '_blank', rel: 'noopener' };
    return target === null ? null : h('a', link, 'Certificate');
  }

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
      h('div', { class: 'row' }, bench.role === 'act' && phone.isEnrolled && orders(phone, busy), certificate(phone)),
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
    const [entry] = entries;
    const phone = bench.phones.get(mac);
    fill(help, entry !== undefined && entryElement(entry, groupOf(phone)));
  }

  async function read(): Promise<void> {
    try {
      const page = await ask<{ rows: Row[]; before: string | null }>(`phones/${mac}/history?limit=${PAGE}`);
      fill(rows, page.rows.toReversed().map(historyRow));
      fill(past, page.before !== null && older(page.before));
      const [plan, story] = await Promise.all([ask<Plan>(`phones/${mac}/plan`), ask<Story>(`phones/${mac}/report`)]);
      fill(road, roadElement(story.hops, plan, bench.phones.get(mac)));
      drawProof(story);
    } catch {
      // A phone that was never enrolled has no road and no certificate.
    }
  }

  function older(before: string): HTMLElement {
    const more = async () => {
      const page = await ask<{ rows: Row[]; before: string | null }>(
        `phones/${mac}/history?limit=${PAGE}&before=${before}`,
      );
      rows.append(...page.rows.toReversed().map(historyRow));
      fill(past, page.before !== null && older(page.before));
    };
    return h(
      'button',
      { type: 'button', click: () => void more().catch((error: unknown) => say(faultText(error))) },
      'What was before',
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
