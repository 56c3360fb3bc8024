import type { PhoneJson } from '../../../app/told/phone-json.ts';
import type { KeysOf } from '../../../core/explain/keys.ts';
import { countText } from '../../../core/text/amounts.ts';
import { ask } from '../api.ts';
import { kindOf } from '../bench.ts';
import { codeLink, linked } from '../code-links.ts';
import { h, redraw, setText } from '../dom.ts';
import { printPart } from '../print/print-part.ts';
import type { Entry } from './explain.ts';
import { keysElement, keysOf } from './keys.ts';

/** The keys that each code may need, once the catalogue has told. */
const TOPICS = new Map<string, Entry['keys']>();

/** The phones that need a hand, those that need the same one together, with the keys for it: to be read beside the wall, or printed and taken along. */
export class HandList {
  readonly element = h('section', { class: 'hands', hidden: true });
  readonly #title = h('h2', {});
  readonly #groups = h('div', {});
  #needy: readonly PhoneJson[] = [];

  constructor() {
    const print = h('button', { type: 'button', click: () => printPart('hands') }, 'Print this list');
    this.element.append(this.#title, this.#groups, print);
  }

  /** Whether any phone stands on it. */
  get isFilled(): boolean {
    return !this.element.hidden;
  }

  draw(listed: readonly PhoneJson[]): void {
    this.#needy = listed.filter((phone) => kindOf(phone) === 'hand');
    const count = this.#needy.length;
    this.element.hidden = count === 0;
    setText(this.#title, `${countText(count, 'phone')} ${count === 1 ? 'needs' : 'need'} a hand`);
    this.#drawGroups();
    for (const code of new Set(this.#needy.map((phone) => phone.code ?? ''))) void this.#learn(code);
  }

  #drawGroups(): void {
    const shown = this.#needy.map((phone) => {
      const { mac, label, port, code, reason, advice, target } = phone;
      return [mac, label, port, code, reason, advice, target, TOPICS.get(code ?? '')];
    });
    redraw(this.#groups, shown, () => groupsOf(this.#needy));
  }

  async #learn(code: string): Promise<void> {
    if (code === '' || TOPICS.has(code)) return;
    TOPICS.set(code, []);
    try {
      const { entries } = await ask<{ entries: Entry[] }>(`explain?q=${encodeURIComponent(code)}`);
      TOPICS.set(code, entries[0]?.keys ?? []);
      this.#drawGroups();
    } catch {
      // What to do is said in words, too.
      TOPICS.delete(code);
    }
  }
}

function groupsOf(needy: readonly PhoneJson[]): HTMLElement[] {
  const groups = new Map<string, PhoneJson[]>();
  for (const phone of needy) {
    // The advice names the phone; what is the same for all is the code, and for those of one family the keys.
    const key = JSON.stringify([phone.code, keysOf(phone)]);
    groups.set(key, [...(groups.get(key) ?? []), phone]);
  }
  return [...groups].map(([key, phones]) => {
    const [code, of] = JSON.parse(key) as [string | null, KeysOf];
    const topics = (code === null ? undefined : TOPICS.get(code)) ?? [];
    // The last resort is not for a list that is gone through phone by phone.
    const keys = keysElement(
      topics.filter((topic) => topic !== 'factory-reset'),
      of,
    );
    return h('div', {}, code !== null && h('p', {}, codeLink(code)), h('ul', {}, phones.map(row)), keys);
  });
}

function row({ mac, label, port, reason, advice }: PhoneJson): HTMLElement {
  const where = [label, mac, port === undefined ? null : `port ${port}`].filter((one) => one !== null).join(' · ');
  const who = h('a', { href: `#/phone/${mac}` }, h('b', {}, where));
  return h(
    'li',
    {},
    who,
    h('br'),
    linked(reason ?? ''),
    h('br'),
    linked(advice === null ? '' : `What to do: ${advice}`),
  );
}
