import { isNearMac, parseMac } from '../../../core/names/mac-address.ts';
import type { Alarm } from '../alarm.ts';
import { faultText, post } from '../api.ts';
import { linked } from '../code-links.ts';
import { type Child, h, setText } from '../dom.ts';
import type { TargetField } from './target-field.ts';

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

/** A phone that was scanned, and what is still to be scanned of it. */
interface Scanned {
  readonly mac: string;
  readonly left: readonly string[];
}

/**
 * Phones one by one, typed or scanned: scanners type what they read, and press Enter. What is no MAC is the label or port of the phone before;
 * after a MAC that was refused it belongs to nobody, and what may be a MAC with a slip in it is no label unless somebody says so.
 */
export function scanPart(wanted: TargetField, alarm: Alarm): HTMLElement {
  const field = h('input', { size: '26', autocomplete: 'off', spellcheck: 'false' }) as HTMLInputElement;
  const next = h('span', {});
  const orders = Object.entries(ORDERS).map(([value, text]) => h('option', { value }, text));
  const order = h('select', {}, orders) as HTMLSelectElement;
  const scanned = h('ol', { reversed: true, 'aria-live': 'polite' });
  let last: Scanned | null = null;
  /** One after the other: a scanner is faster than a network, and a label must not come before its phone. */
  let queue: Promise<void> = Promise.resolve();

  const note = (...children: readonly Child[]) => scanned.prepend(h('li', {}, ...children));
  const refuse = (text: string, why: string, ...more: readonly Child[]) => {
    alarm.beep(...BAD);
    scanned.prepend(h('li', { class: 'note bad' }, `${text}: `, linked(why), ...more));
  };
  const expectNext = (scan: Scanned | null) => {
    last = scan;
    const [what] = scan?.left ?? [];
    setText(next, what === undefined ? 'MAC address of a phone' : `MAC address, or the ${what} of ${scan?.mac}`);
  };

  async function takePhone(mac: string): Promise<void> {
    const isAgain = last?.mac === mac;
    expectNext(null);
    const { result } = await post<{ result: string }>('phones', { mac, ...wanted.wish });
    expectNext({ mac, left: order.value.split(' ').filter((one) => one !== 'nothing') });
    alarm.beep(...(isAgain || result === 'going-on' || result === 'landed' ? KNOWN : GOOD));
    note(h('code', {}, mac), ` ${RESULTS[result] ?? result}`);
  }

  async function takeName({ mac, left: [what = '', ...left] }: Scanned, text: string): Promise<void> {
    await post('phones', { mac, ...wanted.wish, [what]: text });
    expectNext({ mac, left });
    note(h('code', {}, mac), what === 'label' ? ` is “${text}”` : ` is at port ${text}`);
  }

  async function takeWord(text: string, why: string): Promise<void> {
    const of = last;
    if (of === null || of.left.length === 0) {
      refuse(text, of === null ? why : `label and port of ${of.mac} were scanned; scan the next phone`);
    } else if (isNearMac(text)) {
      // What follows belongs to nobody, as after any MAC that was refused.
      expectNext(null);
      refuse(text, `${why}. Scan it again. `, takeAsName(of, text));
    } else await takeName(of, text);
  }

  /** For the few labels that look like a MAC, such as the number of a telephone. */
  function takeAsName(of: Scanned, text: string): HTMLElement {
    const button = h('button', { type: 'button', click: take }, `It is the ${of.left[0]} of ${of.mac}`);
    function take(): void {
      button.remove();
      field.focus();
      queue = queue.then(() => takeName(of, text)).catch((error: unknown) => refuse(text, faultText(error)));
    }
    return button;
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
    if (text === '') return;
    if (!wanted.isChosen()) return refuse(text, 'nothing was done, since no target load is chosen yet');
    field.focus();
    queue = queue.then(() => take(text));
  };
  expectNext(null);
  return h(
    'div',
    {},
    h(
      'form',
      { submit },
      h(
        'div',
        { class: 'row' },
        h('label', {}, next, field),
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
