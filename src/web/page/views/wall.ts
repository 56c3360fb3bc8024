import { batchLeftMs } from '../../../app/told/batch-left.ts';
import type { PhoneJson } from '../../../app/told/phone-json.ts';
import { factsOf } from '../../../core/phone-states.ts';
import { countText, spanText } from '../../../core/text/amounts.ts';
import { type Bench, isLeaving, KIND_WORDS, type Kind, kindOf } from '../bench.ts';
import { arrange, fill, h, redraw, setText } from '../dom.ts';
import { HandList } from './hand-list.ts';
import { SilentPorts } from './silent-ports.ts';
import type { View, ViewParts } from './view.ts';

/** Below that the past is no guide: the phone is later than usual. */
const LEAST_TOLD_MS = 5000;

const ORDER: readonly Kind[] = ['hand', 'stop', 'work', 'wait', 'done', 'off'];

/** The bench: a tile a phone, and one colour that says it all. */
export function wallView({ bench }: ViewParts): View {
  const counts = h('ul', { class: 'counts', 'aria-label': 'How many phones' });
  const left = h('p', { class: 'quiet' });
  const wall = h('ul', { class: 'wall' });
  const strangers = new Others(
    (count) => `${countText(count, 'phone')} asked and ${count === 1 ? 'is' : 'are'} on no list`,
  );
  const takenOff = new Others(
    (count) => `${countText(count, 'phone')} ${count === 1 ? 'was' : 'were'} taken off the list`,
  );
  const silent = new SilentPorts();
  const hands = new HandList();
  const tiles = new Map<string, Tile>();

  let listed: readonly PhoneJson[] = [];

  function update(): void {
    listed = bench.listed();
    drawCounts(counts, listed);
    setText(left, leftText(listed, bench));
    const order = listed.map((phone) => {
      const tile = tiles.get(phone.mac) ?? new Tile();
      tiles.set(phone.mac, tile);
      tile.draw(phone);
      tile.tick(bench);
      return tile.element;
    });
    arrange(wall, order);
    const there = new Set<string>(listed.map(({ mac }) => mac));
    for (const mac of tiles.keys()) if (!there.has(mac)) tiles.delete(mac);
    strangers.draw(bench.strangers());
    takenOff.draw(bench.takenOff());
    hands.draw(listed);
  }

  update();
  return {
    element: h(
      'div',
      {},
      h('h1', {}, 'The bench'),
      counts,
      left,
      wall,
      hands.element,
      silent.element,
      takenOff.element,
      strangers.element,
    ),
    isWide: true,
    update: (what) => {
      if (what === 'phones' || what === 'batch') update();
    },
    tick: () => {
      silent.tick();
      setText(left, leftText(listed, bench));
      for (const tile of tiles.values()) tile.tick(bench);
    },
  };
}

function drawCounts(counts: Element, listed: readonly PhoneJson[]): void {
  const by = new Map<Kind, number>();
  for (const phone of listed) by.set(kindOf(phone), (by.get(kindOf(phone)) ?? 0) + 1);
  redraw(counts, [...by].sort(), () =>
    ORDER.filter((kind) => by.has(kind)).map((kind) =>
      h('li', { class: `k-${kind}` }, h('b', {}, by.get(kind)), KIND_WORDS[kind]),
    ),
  );
}

/** When all will be done, as far as the past tells; nothing while the batch is paused. */
function leftText(listed: readonly PhoneJson[], bench: Bench): string {
  if (listed.length === 0) return 'No phone is on the list yet. “Enrol” puts phones on it.';
  const { limits, limitsText, paused } = bench.batch ?? {};
  const held = limitsText == null ? '' : `Limits: ${limitsText}.`;
  const left = (of: (phone: PhoneJson) => number | null) =>
    batchLeftMs(
      listed.map((phone) => ({ ...phone, leftMs: leftNow(phone, of(phone), bench.ageOf(phone.mac)) })),
      limits?.atOnce ?? null,
    );
  const usual = paused == null ? left(({ leftMs }) => leftMs) : null;
  if (usual === null || usual.ms < LEAST_TOLD_MS) return held;
  const late = left(({ leftMs, leftLateMs }) => leftLateMs ?? leftMs)?.ms ?? usual.ms;
  const [word, most] = [spanText(usual.ms), spanText(late)];
  const spread = most === word ? '' : `, nearly always within ${most}`;
  const many = usual.phones !== 1;
  const moving = many ? `The ${usual.phones} phones on the road are` : 'The phone on the road is';
  return `${moving} usually done in ${word}${spread}.${othersText(listed, usual.phones)} ${held}`.trim();
}

/** Of those that are not on the road nobody knows how long they take. */
function othersText(listed: readonly PhoneJson[], moving: number): string {
  const hands = listed.filter((phone) => kindOf(phone) === 'hand').length;
  const isToBegin = (phone: PhoneJson) => ['wait', 'work'].includes(kindOf(phone)) && !factsOf(phone.state).underWay;
  const rest = listed.filter(isToBegin).length;
  const needs = hands === 0 ? '' : `${hands} ${hands === 1 ? 'needs' : 'need'} a hand`;
  const away = rest === 0 ? '' : `${rest} ${rest === 1 ? 'has' : 'have'} not begun`;
  const both = [needs, away].filter((one) => one !== '').join(', and ');
  return both === '' ? '' : ` Beside ${moving === 1 ? 'it' : 'them'} ${both}.`;
}

/** What is left by now of what was told some time ago: time goes by in the present step until its usual end, and no further. */
function leftNow({ usualMs, inStateMs }: PhoneJson, leftMs: number | null, ageMs: number): number | null {
  if (leftMs === null) return null;
  const rest = Math.max(0, (usualMs ?? 0) - (inStateMs ?? 0));
  return Math.max(0, leftMs - Math.min(ageMs, rest));
}

/** So many of them are shown one by one (invented). */
const MOST_OTHERS = 50;

/** Phones beside the wall: folded, and the last of them. */
class Others {
  readonly element = h('details', {});
  readonly #title = h('summary', {});
  readonly #list = h('ul', {});
  readonly #words: (count: number) => string;

  constructor(words: (count: number) => string) {
    this.#words = words;
    this.element.append(this.#title, this.#list);
  }

  draw(phones: readonly PhoneJson[]): void {
    this.element.hidden = phones.length === 0;
    setText(this.#title, this.#words(phones.length));
    const shown = phones
      .slice(-MOST_OTHERS)
      .map(({ mac, label, model, from, reason }) => [mac, [label, model, from, reason].filter(Boolean).join('; ')]);
    redraw(this.#list, shown, () =>
      shown.map(([mac, words]) => h('li', {}, h('a', { href: `#/phone/${mac}`, class: 'mac' }, mac), ` ${words}`)),
    );
  }
}

/** One phone. Its parts stay, and only what changes is drawn. */
class Tile {
  readonly element = h('li', {});
  readonly #word = h('span', { class: 'word' });
  readonly #name = h('span', {});
  readonly #port = h('span', { class: 'port' });
  readonly #what = h('span', { class: 'quiet mac' });
  readonly #start = h('span', { class: 'load' });
  readonly #target = h('span', { class: 'load' });
  readonly #road = h('span', { class: 'quiet' }, this.#start, ' → ', this.#target);
  readonly #stations = h('span', { class: 'stations', role: 'img' });
  readonly #bar = h('progress', { max: '100', 'aria-label': 'File' }) as HTMLProgressElement;
  readonly #why = h('span', { class: 'why' });
  readonly #time = h('span', {});
  readonly #usual = h('span', {});
  readonly #link = h('a', { class: 'tile' });
  #phone: PhoneJson | null = null;

  constructor() {
    const who = h('span', { class: 'who' }, this.#name, this.#port);
    const time = h('span', { class: 'time' }, this.#time, this.#usual);
    fill(this.#link, this.#word, who, this.#what, this.#road, this.#stations, this.#bar, this.#why, time);
    this.element.append(this.#link);
  }

  draw(phone: PhoneJson): void {
    this.#phone = phone;
    const { mac, label, port, model, start, target, hop, hops, file, bytes, size, state } = phone;
    const kind = kindOf(phone);
    this.#link.className = `tile k-${kind}`;
    this.#link.setAttribute('href', `#/phone/${mac}`);
    setText(this.#word, KIND_WORDS[kind]);
    setText(this.#name, label ?? mac);
    setText(this.#port, port === undefined ? '' : `port ${port}`);
    setText(this.#what, [label === null ? null : mac, model].filter(Boolean).join(' · '));
    setText(this.#start, start ?? '?');
    setText(this.#target, target ?? '?');
    this.#drawStations(hop, hops, kind);
    const isTaking = file !== null && bytes !== null && size !== null && size > 0;
    this.#bar.hidden = !isTaking;
    if (isTaking) this.#bar.value = (bytes / size) * 100;
    const step = hops > 0 && kind !== 'done' ? `${state}, hop ${hop} of ${hops}` : state;
    setText(this.#why, whyText(phone, kind, step));
  }

  #drawStations(hop: number, hops: number, kind: Kind): void {
    this.#stations.hidden = hops === 0;
    this.#stations.setAttribute('aria-label', `hop ${hop} of ${hops}`);
    const classes = Array.from({ length: hops }, (_, i) =>
      i + 1 < hop || kind === 'done' ? 'past' : i + 1 === hop ? 'here' : '',
    );
    if (this.#stations.getAttribute('data-at') === classes.join()) return;
    this.#stations.setAttribute('data-at', classes.join());
    fill(
      this.#stations,
      classes.map((name) => h('i', { class: name })),
    );
  }

  tick(bench: Bench): void {
    const phone = this.#phone;
    const since = phone?.since ?? null;
    const hasLanded = phone !== null && kindOf(phone) === 'done';
    const span = since === null ? '' : spanText(bench.now() - Date.parse(since));
    setText(this.#time, span === '' || !hasLanded ? span : `${span} ago`);
    const usual = phone?.usualMs ?? null;
    setText(this.#usual, usual === null || phone === null || hasLanded ? '' : `usually ${spanText(usual)}`);
  }
}

/** What a tile says in a sentence: what the hand is to do, why it waits, or how far it is. */
function whyText(phone: PhoneJson, kind: Kind, step: string): string {
  const { advice, reason, waits } = phone;
  if (kind === 'done') return '';
  if (kind === 'hand') return advice ?? reason ?? '';
  if (isLeaving(phone)) return reason ?? step;
  return waits ?? (kind === 'wait' ? (reason ?? step) : step);
}
