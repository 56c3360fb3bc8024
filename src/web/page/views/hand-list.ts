import type { PhoneJson } from '../../../app/told/phone-json.ts';
import { countText } from '../../../core/text/amounts.ts';
import { kindOf } from '../bench.ts';
import { codeLink, linked } from '../code-links.ts';
import { h, redraw, setText } from '../dom.ts';
import { printPart } from '../print/print-part.ts';

/** The phones that need a hand, those that need the same one together: to be read beside the wall, or printed and taken along. */
export class HandList {
  readonly element = h('section', { class: 'hands', hidden: true });
  readonly #title = h('h2', {});
  readonly #groups = h('div', {});

  constructor() {
    const print = h('button', { type: 'button', click: () => printPart('hands') }, 'Print this list');
    this.element.append(this.#title, this.#groups, print);
  }

  /** Whether any phone stands on it. */
  get isFilled(): boolean {
    return !this.element.hidden;
  }

  draw(listed: readonly PhoneJson[]): void {
    const needy = listed.filter((phone) => kindOf(phone) === 'hand');
    this.element.hidden = needy.length === 0;
    setText(this.#title, `${countText(needy.length, 'phone')} ${needy.length === 1 ? 'needs' : 'need'} a hand`);
    const shown = needy.map(({ mac, label, port, code, reason, advice }) => [mac, label, port, code, reason, advice]);
    redraw(this.#groups, shown, () => groupsOf(needy));
  }
}

function groupsOf(needy: readonly PhoneJson[]): HTMLElement[] {
  const groups = new Map<string, PhoneJson[]>();
  for (const phone of needy) {
    // The advice names the phone; what is the same for all is the code.
    const key = phone.code ?? '';
    groups.set(key, [...(groups.get(key) ?? []), phone]);
  }
  return [...groups].map(([code, phones]) =>
    h('div', {}, code !== '' && h('p', {}, codeLink(code)), h('ul', {}, phones.map(row))),
  );
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
