import type { PhoneJson } from '../../../app/told/phone-json.ts';
import { faultText, post } from '../api.ts';
import { h, setText } from '../dom.ts';
import { complain, say } from '../news.ts';
import { loadField } from './target-field.ts';

const RESULTS: Readonly<Record<string, string>> = {
  new: 'is on the list',
  changed: 'is wanted so from now on',
  again: 'was held, and starts again',
  'going-on': 'leads there already, and nothing was disturbed',
  landed: 'has landed there already',
};

/** What is wanted of one phone: another target, or what its display says that it runs. */
export class PhoneWish {
  readonly element: HTMLElement;
  readonly #title = h('summary', {}, 'What is wanted');
  readonly #target = loadField();
  readonly #from = loadField();
  readonly #model = h('input', { size: '8', autocomplete: 'off' }) as HTMLInputElement;
  #isFilled = false;

  constructor(mac: string) {
    this.#target.input.required = true;
    const submit = (event: Event) => {
      event.preventDefault();
      const [target, from, model] = [this.#target.input, this.#from.input, this.#model].map(({ value }) =>
        value.trim(),
      );
      post<{ result: string }>('phones', {
        mac,
        target,
        ...(from === '' ? {} : { from }),
        ...(model === '' ? {} : { model }),
      })
        .then(({ result }) => say(`${mac} ${RESULTS[result] ?? result}`))
        .catch((error: unknown) => complain(faultText(error)));
    };
    this.element = h(
      'details',
      { class: 'wish' },
      this.#title,
      this.#target.list,
      this.#from.list,
      h(
        'form',
        { submit },
        h(
          'div',
          { class: 'row' },
          h('label', {}, 'Target', this.#target.input),
          h('label', {}, 'Runs (as its display says)', this.#from.input),
          h('label', {}, 'Model', this.#model),
          h('button', {}, 'Say so'),
        ),
      ),
      h('p', { class: 'quiet' }, 'Leave empty what you do not know: the phone shows it by what it asks.'),
    );
  }

  /** What stands on the list already is filled in once; what somebody types is left alone. */
  draw({ target, model, isEnrolled }: PhoneJson): void {
    setText(this.#title, isEnrolled ? 'What is wanted' : 'What is wanted: put it on the list');
    if (this.#isFilled || target === null) return;
    this.#isFilled = true;
    this.#target.input.value = target;
    this.#model.value = model ?? '';
  }
}
