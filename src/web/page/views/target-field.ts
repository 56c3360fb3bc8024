import { ask } from '../api.ts';
import { fill, h, setText } from '../dom.ts';

/** What was chosen last: it is not lost when somebody looks at another view meanwhile. */
let [target, batch] = ['', ''];

/** Loads to choose from; which the store holds is asked once for each field. */
export function loadField(value = ''): {
  readonly input: HTMLInputElement;
  readonly list: HTMLElement;
  readonly loads: Promise<ReadonlySet<string>>;
} {
  const list = h('datalist', { id: `loads-${++fields}` });
  const input = h('input', {
    list: list.id,
    size: '26',
    autocomplete: 'off',
    spellcheck: 'false',
    value,
  }) as HTMLInputElement;
  const loads = ask<{ packages: { load: string | null }[] }>('firmware')
    .then(({ packages }) => new Set(packages.flatMap(({ load }) => (load === null ? [] : [load]))))
    .catch(() => new Set<string>());
  void loads.then((known) =>
    fill(
      list,
      [...known].map((load) => h('option', { value: load })),
    ),
  );
  return { input, list, loads };
}

let fields = 0;

/** What phones are to become, and their batch; told in words, so that nobody takes the example for a choice. */
export class TargetField {
  readonly element: HTMLElement;
  readonly #input: HTMLInputElement;
  readonly #batch: HTMLInputElement;
  readonly #told = h('p', { class: 'note', 'aria-live': 'polite' });
  #known: ReadonlySet<string> | null = null;

  constructor() {
    const { input, list, loads } = loadField(target);
    this.#input = input;
    input.required = true;
    this.#batch = h('input', { size: '14', maxlength: '100', value: batch }) as HTMLInputElement;
    const keep = () => {
      [target, batch] = [input.value.trim(), this.#batch.value.trim()];
      this.#tell();
    };
    for (const field of [input, this.#batch]) field.addEventListener('input', keep);
    const fields = [h('label', {}, 'Target load', input), h('label', {}, 'Batch (optional)', this.#batch)];
    this.element = h('div', {}, list, h('div', { class: 'row' }, fields), this.#told);
    void loads.then((known) => {
      this.#known = known;
      this.#tell();
    });
    this.#tell();
  }

  get target(): string {
    return target;
  }

  /** The load, and the batch where there is one. */
  get wish(): { readonly target: string; readonly batch?: string } {
    return { target, ...(batch === '' ? {} : { batch }) };
  }

  /** Whether a target is chosen; where not, the field is shown to who forgot it. */
  isChosen(): boolean {
    if (target === '') this.#input.focus();
    return target !== '';
  }

  #tell(): void {
    const { classList } = this.#told;
    classList.toggle('warm', target === '');
    classList.toggle('good', target !== '');
    if (target === '')
      setText(this.#told, `No target yet: write the load that the phones are to run${example(this.#known)}.`);
    else {
      const where = this.#known === null || this.#known.has(target) ? '' : ', which the store does not hold yet';
      setText(
        this.#told,
        `Phones are put on the list for ${target}${where}${batch === '' ? '' : `, in batch “${batch}”`}.`,
      );
    }
  }
}

function example(known: ReadonlySet<string> | null): string {
  return known === null || known.size === 0 ? ', such as P0S3-08-11-00' : ', or choose one of the store';
}
