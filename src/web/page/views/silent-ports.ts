import { countText } from '../../../core/text/amounts.ts';
import { ask } from '../api.ts';
import { h, redraw, setText } from '../dom.ts';

/** The map of the bench is asked for so often, in seconds; switches are asked once a minute (invented). */
const EVERY_S = 30;
/** So many are shown one by one (invented). */
const MOST = 50;

/** Phones that a switch sees, and that never asked: nothing else on the page knows of them. */
export class SilentPorts {
  readonly element = h('section', { hidden: '' });
  readonly #title = h('h2', {});
  readonly #list = h('ul', {});
  #seconds = 0;

  constructor() {
    this.element.append(this.#title, this.#list);
    void this.#read();
  }

  tick(): void {
    this.#seconds++;
    if (this.#seconds % EVERY_S === 0) void this.#read();
  }

  async #read(): Promise<void> {
    // What was shown stays where the server does not answer; the top line says that.
    const told = await ask<{ ports: readonly { silent: string | null }[] }>('bench').catch(() => null);
    if (told === null) return;
    const silent = told.ports.flatMap((one) => one.silent ?? []);
    this.element.hidden = silent.length === 0;
    setText(
      this.#title,
      `${countText(silent.length, 'phone')} ${silent.length === 1 ? 'has' : 'have'} link and ${silent.length === 1 ? 'asks' : 'ask'} nothing`,
    );
    const more = silent.length - MOST;
    redraw(this.#list, silent, () => [
      ...silent.slice(0, MOST).map((reason) => h('li', {}, `${reason}.`)),
      more > 0 && h('li', {}, `and ${more} more`),
    ]);
  }
}
