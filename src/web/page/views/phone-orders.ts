import type { PhoneJson } from '../../../app/told/phone-json.ts';
import { faultText, post } from '../api.ts';
import { type Bench, isLeaving, kindOf } from '../bench.ts';
import { h } from '../dom.ts';
import { complain, say } from '../news.ts';
import { PhoneRestart } from './phone-restart.ts';

/** What came of an order, by the word of the server. */
const ACTED: Readonly<Record<string, string>> = {
  released: 'is off the list',
  cancelled: 'is cancelled',
  'after-next-boot': 'is cancelled at its next boot: until then it may be writing its flash, so leave its power on',
  landed: 'has landed already, and stays as it is',
};

/** The buttons for what is allowed now. They stay what they are while the phone moves, so that a press is not lost: those that are not allowed hide. */
export class PhoneOrders {
  readonly element: HTMLElement;
  readonly #bench: Bench;
  readonly #mac: string;
  readonly #retry = h('button', { type: 'button', class: 'main', click: () => this.#tryAgain() }, 'Try again');
  readonly #cancel = h('button', { type: 'button', click: () => this.#takeOff('cancel') }, 'Cancel');
  readonly #release = h('button', { type: 'button', click: () => this.#takeOff('release') }, 'Release');
  readonly #certificate: HTMLElement;
  readonly #restart: PhoneRestart;

  constructor(bench: Bench, mac: string) {
    this.#bench = bench;
    this.#mac = mac;
    const link = { class: 'button', href: `/certificates?mac=${mac}`, target: '_blank', rel: 'noopener' };
    this.#certificate = h('a', link, 'Certificate');
    this.#restart = new PhoneRestart(mac);
    const buttons = [this.#retry, this.#restart.button, this.#cancel, this.#release, this.#certificate];
    this.element = h('div', {}, h('div', { class: 'row' }, buttons), this.#restart.element);
  }

  draw({ state, isEnrolled, target }: PhoneJson): void {
    const mayAct = this.#bench.role === 'act' && isEnrolled;
    this.#retry.hidden = !mayAct || state !== 'held';
    this.#restart.button.hidden = !mayAct;
    this.#cancel.hidden = !mayAct || state === 'landed';
    this.#release.hidden = !mayAct;
    this.#certificate.hidden = target === null;
  }

  /** A phone that goes on by now, since another tab has started it again, is not disturbed. */
  #tryAgain(): void {
    const state = this.#bench.phones.get(this.#mac)?.state;
    if (state === 'held') this.#act('retry', `Start ${this.#mac} again?`);
    else say(`${this.#mac} is not held any more: it is ${state}`);
  }

  #takeOff(what: 'cancel' | 'release'): void {
    const phone = this.#bench.phones.get(this.#mac);
    const isWriting = phone !== undefined && !isLeaving(phone) && kindOf(phone) === 'stop';
    const busy = isWriting ? ' It is taking or writing a load now: it goes on until its next boot.' : '';
    const question = what === 'cancel' ? `Stop the conversion of ${this.#mac} and take it` : `Take ${this.#mac}`;
    this.#act(what, `${question} off the list?${busy}`);
  }

  #act(path: string, question: string): void {
    if (!confirm(question)) return;
    post<{ result: string }>(`phones/${this.#mac}/${path}`)
      .then(({ result }) => say(`${this.#mac} ${ACTED[result] ?? result}`))
      .catch((error: unknown) => complain(faultText(error)));
  }
}
