import type { PhoneJson } from '../../../app/told/phone-json.ts';
import { countText } from '../../../core/text/amounts.ts';
import { kindOf } from '../bench.ts';
import { fill, h } from '../dom.ts';
import { printPart } from '../print/print-part.ts';

/** The phones that need a hand, those that need the same one together: to be read beside the wall, or printed and taken along. */
export class HandList {
  readonly element = h('section', { class: 'hands' });
  #shown = '';

  /** Whether any phone stands on it. */
  get isFilled(): boolean {
    return this.element.childElementCount > 0;
  }

  draw(listed: readonly PhoneJson[]): void {
    const needy = listed.filter((phone) => kindOf(phone) === 'hand');
    const groups = new Map<string, PhoneJson[]>();
    for (const phone of needy) {
      // The advice names the phone; what is the same for all is the code.
      const key = phone.code ?? phone.reason ?? '';
      groups.set(key, [...(groups.get(key) ?? []), phone]);
    }
    const shown = JSON.stringify(
      needy.map(({ mac, label, port, code, reason, advice }) => [mac, label, port, code, reason, advice]),
    );
    if (shown === this.#shown) return;
    this.#shown = shown;
    fill(
      this.element,
      needy.length > 0 &&
        h('h2', {}, `${countText(needy.length, 'phone')} ${needy.length === 1 ? 'needs' : 'need'} a hand`),
      [...groups].map(([code, phones]) => h('div', {}, h('p', {}, h('code', {}, code)), h('ul', {}, phones.map(row)))),
      needy.length > 0 && h('button', { type: 'button', click: () => printPart('hands') }, 'Print this list'),
    );
  }
}

function row({ mac, label, port, reason, advice }: PhoneJson): HTMLElement {
  const where = [label, mac, port === undefined ? null : `port ${port}`].filter((one) => one !== null).join(' · ');
  return h('li', {}, h('b', {}, where), h('br'), reason ?? '', h('br'), advice === null ? '' : `What to do: ${advice}`);
}
