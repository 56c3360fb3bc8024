import { ask } from '../api.ts';
import { KIND_WORDS, kindOf } from '../bench.ts';
import { fill, h, redraw, setText } from '../dom.ts';
import { StateChart } from './chart.ts';
import { type Entry, entryElement } from './explain.ts';
import { History } from './history.ts';
import { keysOf } from './keys.ts';
import { Facts } from './phone-facts.ts';
import { PhoneOrders } from './phone-orders.ts';
import { PhoneWish } from './phone-wish.ts';
import { type GoneHop, type Plan, roadElement } from './road.ts';
import type { View, ViewParts } from './view.ts';

interface Story {
  readonly witnesses: readonly string[];
  readonly hops: readonly GoneHop[];
}

/** How long rows are collected before they are read, so that a phone that takes a file costs no request a block. */
const CALM_MS = 700;

/** Everything that is known of one phone. */
export function phoneView({ bench }: ViewParts, mac: string): View {
  const [title, word] = [h('h1', {}), h('span', { class: 'word' })];
  const [road, help, proof] = [h('div', {}), h('div', {}), h('div', {})];
  const [known, orders, wish] = [new Facts(), new PhoneOrders(bench, mac), new PhoneWish(mac)];
  const tile = h('div', {}, word, known.element);
  const isKnown = h('div', {}, tile, orders.element, bench.role === 'act' && wish.element);
  const isUnknown = h('p', {}, 'Nothing is known of this phone.');
  const history = new History(mac);
  const chart = new StateChart();
  let shownCode: string | null = null;
  let wanted: ReturnType<typeof setTimeout> | null = null;

  function drawHead(): void {
    const phone = bench.phones.get(mac);
    isKnown.hidden = phone === undefined;
    isUnknown.hidden = phone !== undefined;
    setText(title, phone?.label ?? mac);
    if (phone === undefined) return;
    const kind = kindOf(phone);
    setText(word, KIND_WORDS[kind]);
    for (const one of [tile, road, chart.element]) one.className = one === tile ? `tile k-${kind}` : `k-${kind}`;
    known.draw(phone, bench.now());
    orders.draw(phone);
    wish.draw(phone);
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
    // Another code may have come meanwhile.
    if (shownCode !== code) return;
    const [entry] = entries;
    const phone = bench.phones.get(mac);
    fill(help, entry !== undefined && entryElement(entry, keysOf(phone)));
  }

  async function read(): Promise<void> {
    try {
      await history.read();
      const [plan, story] = await Promise.all([ask<Plan>(`phones/${mac}/plan`), ask<Story>(`phones/${mac}/report`)]);
      const phone = bench.phones.get(mac);
      redraw(road, [story.hops, plan, phone?.state, phone?.hop, phone?.start], () =>
        roadElement(story.hops, plan, phone),
      );
      const files = story.hops.flatMap((hop) => hop.files);
      redraw(proof, [story.witnesses, files], () => proofElement(story.witnesses, files));
    } catch {
      // A phone that was never enrolled has no road and no certificate.
    }
  }

  drawHead();
  void read();
  return {
    element: h('div', {}, title, isUnknown, isKnown, help, road, chart.element, proof, history.element),
    tick: drawHead,
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

function proofElement(witnesses: readonly string[], files: GoneHop['files']): HTMLElement {
  const listed = files.map(({ name, sha1 }) => h('li', {}, h('code', {}, `${name} ${sha1 ?? ''}`)));
  const proven = witnesses.map((one) => h('li', {}, one));
  return h(
    'div',
    {},
    witnesses.length > 0 && h('div', {}, h('h2', {}, 'What proves the landing'), h('ul', {}, proven)),
    files.length > 0 &&
      h('details', {}, h('summary', {}, 'Files that were sent, with their SHA-1'), h('ul', {}, listed)),
  );
}
