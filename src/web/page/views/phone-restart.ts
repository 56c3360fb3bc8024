import { sequencesIn } from '../../../core/restart/keys-text.ts';
import type { RestartAnswer } from '../../../ports/restarts.ts';
import { faultText, post } from '../api.ts';
import { fill, h, setText } from '../dom.ts';
import { complain, say } from '../news.ts';
import { sequencesElement } from './keys.ts';
import { marked } from './marked.ts';

/** As the server sends it; an error that came after the first blank is a problem. */
type Told = RestartAnswer | { readonly result?: undefined; readonly detail: string };

/** Restarts that this page waits for, also where other views are shown meanwhile. */
const UNDER_WAY = new Map<string, Promise<Told>>();

const NOW = 'Restart it now';

/** Restarts one phone: first it is said what would be done, then it is done, and what came of it stays until it is read. */
export class PhoneRestart {
  readonly button = h('button', { type: 'button', 'aria-expanded': 'false', click: () => this.#toggle() }, 'Restart');
  readonly element: HTMLElement;
  readonly #mac: string;
  readonly #told = h('div', { 'aria-live': 'polite' });
  /** One button for what comes next: it stays where it is, and so does the focus. */
  readonly #next = h('button', { type: 'button', class: 'main', click: () => this.#go() }, NOW);
  #turn = 0;
  #isAsking = false;

  constructor(mac: string) {
    this.#mac = mac;
    const close = h('button', { type: 'button', click: () => this.#close() }, 'Close');
    this.element = h(
      'section',
      { class: 'restart', 'aria-label': 'Restart', hidden: true },
      h('h2', {}, 'Restart'),
      this.#told,
      h('div', { class: 'row' }, this.#next, close),
    );
    const going = UNDER_WAY.get(mac);
    if (going !== undefined) this.#wait(going);
  }

  #toggle(): void {
    if (!this.element.hidden) this.#close();
    else if (UNDER_WAY.get(this.#mac) === undefined) this.#askFirst();
    else this.#show(true);
  }

  #close(): void {
    this.#show(false);
    this.button.focus();
  }

  #show(isOpen: boolean): void {
    this.element.hidden = !isOpen;
    this.button.setAttribute('aria-expanded', String(isOpen));
  }

  /** What would be done: a dry run touches nothing. */
  #askFirst(): void {
    this.#show(true);
    this.#begin('Looking …', 'Which way is there?', post<Told>(`phones/${this.#mac}/restart`, { dryRun: true }));
  }

  #go(): void {
    if (this.#isAsking) return;
    if (this.#next.textContent !== NOW) {
      this.#askFirst();
      return;
    }
    const mac = this.#mac;
    const going = post<Told>(`phones/${mac}/restart`);
    UNDER_WAY.set(mac, going);
    going
      .then((told) => ({ tell: told.result === 'restarted' ? say : complain, text: shortly(told) }))
      .catch((error: unknown) => ({ tell: complain, text: faultText(error) }))
      .then(({ tell, text }) => {
        UNDER_WAY.delete(mac);
        // Who looks at the phone reads it there.
        if (!location.hash.endsWith(`/phone/${mac}`)) tell(`${mac}: ${text}`);
      });
    this.#wait(going);
  }

  #wait(going: Promise<Told>): void {
    this.#show(true);
    this.#begin('Restarting …', WAITING, going);
  }

  #begin(label: string, text: string, asked: Promise<Told>): void {
    const turn = ++this.#turn;
    this.#isAsking = true;
    setText(this.#next, label);
    this.#next.setAttribute('aria-disabled', 'true');
    fill(this.#told, h('p', {}, text));
    asked
      .then((told) => this.#answered(turn, toldElements(told), told.result === 'possible' ? NOW : AGAIN))
      .catch((error: unknown) => this.#answered(turn, [h('p', { class: 'bad' }, faultText(error))], AGAIN));
  }

  #answered(turn: number, elements: readonly HTMLElement[], next: string): void {
    if (turn !== this.#turn) return;
    this.#isAsking = false;
    fill(this.#told, elements);
    setText(this.#next, next);
    this.#next.removeAttribute('aria-disabled');
  }
}

const AGAIN = 'Look again';
const WAITING =
  'It is told to restart as soon as that is safe, in one way after the other, and waited for until it is heard to start. That takes some minutes. Leave this window open: when it is closed, the phone is told nothing more.';

function shortly(told: Told): string {
  if (told.result === undefined) return told.detail;
  const { result, rung, text } = told;
  return {
    restarted: rung === null ? 'it has started by itself' : `restarted by ${rung}`,
    possible: `would be restarted by ${rung}`,
    hands: 'only a person can restart it',
    refused: `not restarted: ${text}`,
  }[result];
}

function toldElements(told: Told): readonly HTMLElement[] {
  if (told.result === undefined) return [h('p', { class: 'bad' }, told.detail)];
  const { result, rung, text, tries, keys } = told;
  const head = {
    restarted: [h('b', {}, rung === null ? 'It has started: ' : `It was restarted by ${rung}: `), ...marked(text)],
    possible: [h('b', {}, `It would be restarted by ${rung}: `), ...marked(text), '. ', LOST],
    hands: [h('b', {}, 'Only a person can restart it, with these keys.')],
    refused: [h('b', {}, 'It is not restarted: '), ...marked(text)],
  }[result];
  const drawn = sequencesIn(keys);
  const others = tries.filter((one) => result !== 'restarted' || one.rung !== rung);
  return [
    h('p', {}, head),
    // Who may be writing its flash is refused, and must not be restarted by keys either.
    result === 'hands' && sequencesElement(drawn, drawn.length > 1),
    others.length > 0 && h('h3', {}, 'Other ways'),
    others.length > 0 &&
      h(
        'ul',
        {},
        others.map((one) => h('li', {}, h('b', {}, `${one.rung}: `), marked(one.text))),
      ),
  ].filter((one) => one !== false && one !== null);
}

const LOST = 'Whoever uses it loses it until it is up again.';
