import { parseMac } from '../../../core/names/mac-address.ts';
import type { Alarm } from '../alarm.ts';
import { faultText, post } from '../api.ts';
import { h } from '../dom.ts';

/** What is scanned after the MAC of a phone, in this order. */
const ORDERS = {
  'label port': 'its label, then its port',
  label: 'its label',
  port: 'its port',
  nothing: 'nothing: the next phone',
} as const;

/** What came of a phone, by the word of the server. */
const RESULTS: Readonly<Record<string, string>> = {
  new: 'is on the list',
  changed: 'is on the list, as it is wanted now',
  again: 'was held, and starts again',
  'going-on': 'was on the list already',
  landed: 'has landed already',
};

const [GOOD, KNOWN, BAD] = [[1200], [1200, 900], [300, 300]];

/**
 * Phones one by one, typed or scanned: scanners type what they read, and press Enter. What is no MAC is the label or port of the phone before;
 * after a MAC that was refused it belongs to nobody.
 */
export function scanPart(wish: () => object, alarm: Alarm): HTMLElement {
  const field = h('input', { size: '26', autocomplete: 'off', spellcheck: 'false' }) as HTMLInputElement;
  const orders = Object.entries(ORDERS).map(([value, text]) => h('option', { value }, text));
  const order = h('select', {}, orders) as HTMLSelectElement;
  const scanned = h('ol', { reversed: true, 'aria-live': 'polite' });
  /** The phone that was scanned last, and what is still to be scanned of it. */
  let last: { readonly mac: string; left: string[] } | null = null;
  /** One after the other: a scanner is faster than a network, and a label must not come before its phone. */
  let queue: Promise<void> = Promise.resolve();

  const note = (...children: readonly (Node | string)[]) => scanned.prepend(h('li', {}, ...children));
  const refuse = (text: string, why: string) => {
    alarm.beep(...BAD);
    scanned.prepend(h('li', { class: 'note bad' }, `${text}: ${why}`));
  };

  async function takePhone(mac: string): Promise<void> {
    const isAgain = last?.mac === mac;
    last = null;
    const { result } = await post<{ result: string }>('phones', { mac, ...wish() });
    last = { mac, left: order.value.split(' ').filter((one) => one !== 'nothing') };
    alarm.beep(...(isAgain || result === 'going-on' || result === 'landed' ? KNOWN : GOOD));
    note(h('code', {}, mac), ` ${RESULTS[result] ?? result}`);
  }

  async function takeWord(text: string, why: string): Promise<void> {
    const [what] = last?.left ?? [];
    if (last === null || what === undefined) {
      refuse(text, last === null ? why : `label and port of ${last.mac} were scanned; scan the next phone`);
      return;
    }
    const { mac } = last;
    await post('phones', { mac, ...wish(), [what]: text });
    last.left = last.left.slice(1);
    note(h('code', {}, mac), what === 'label' ? ` is “${text}”` : ` is at port ${text}`);
  }

  async function take(text: string): Promise<void> {
    const mac = parseMac(text);
    await (mac.ok ? takePhone(mac.value) : takeWord(text, mac.error)).catch((error: unknown) =>
      refuse(text, faultText(error)),
    );
  }

  const submit = (event: Event) => {
    event.preventDefault();
    const text = field.value.trim();
    field.value = '';
    field.focus();
    if (text !== '') queue = queue.then(() => take(text));
  };
  return h(
    'div',
    {},
    h(
      'form',
      { submit },
      h(
        'div',
        { class: 'row' },
        h('label', {}, 'MAC address; then its label', field),
        h('label', {}, 'After a MAC comes', order),
        h('button', { class: 'main' }, 'Put on the list'),
      ),
    ),
    h(
      'p',
      { class: 'quiet' },
      'The bar code on the back of a phone is its MAC, with or without SEP. One beep: it is on the list. Two: it was already. Two low ones: it is not.',
    ),
    scanned,
  );
}
