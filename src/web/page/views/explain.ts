import type { KeySequence, KeysOf, KeyTopic } from '../../../core/explain/keys.ts';
import { ask, faultText } from '../api.ts';
import { fill, h } from '../dom.ts';
import { keysElement } from './keys.ts';
import { marked } from './marked.ts';
import type { View, ViewParts } from './view.ts';

export interface Entry {
  readonly code: string;
  readonly title: string;
  readonly about: string | null;
  readonly screen: readonly string[];
  readonly cause: string;
  readonly advice: readonly string[];
  readonly sources: readonly string[];
  readonly phones: 'all' | KeySequence['phones'];
  readonly keys: readonly KeyTopic[];
}

/** One entry of the catalogue; `of`: the kind of phone that it is about, where that is known. */
export function entryElement(entry: Entry, of: KeysOf = null): HTMLElement {
  const { code, title, about, screen, cause, advice, sources, phones, keys } = entry;
  return h(
    'article',
    {},
    h('h2', {}, title),
    h('p', {}, h('code', {}, code), about === null ? '' : ` ${about}`),
    screen.length > 0 && h('p', {}, `On the phone: ${screen.map((text) => `“${text}”`).join(', ')}`),
    h('p', {}, h('b', {}, 'Why: '), marked(cause)),
    h(
      'ol',
      {},
      advice.map((step) => h('li', {}, marked(step))),
    ),
    keysElement(keys, of ?? (phones === 'all' ? null : phones)),
    sources.length > 0 && h('p', { class: 'quiet' }, `Sources: ${sources.join(', ')}`),
  );
}

/** Search of the failure catalogue while one types. */
export function explainView(_parts: ViewParts, asked = ''): View {
  const found = h('div', { 'aria-live': 'polite' });
  let turns = 0;
  const search = async (text: string) => {
    const turn = ++turns;
    if (text.trim() === '') {
      fill(found);
      return;
    }
    try {
      const { entries } = await ask<{ entries: Entry[] }>(`explain?q=${encodeURIComponent(text)}`);
      // The answer to what was typed before may come late.
      if (turn !== turns) return;
      fill(
        found,
        entries.length === 0
          ? h('p', {}, 'Nothing in the catalogue fits.')
          : entries.map((entry) => entryElement(entry)),
      );
    } catch (error) {
      fill(found, h('p', { class: 'note bad' }, faultText(error)));
    }
  };
  const input = h('input', {
    type: 'search',
    size: '40',
    maxlength: '300',
    value: asked,
    input: () => void search((input as HTMLInputElement).value),
  });
  const label = h('label', {}, 'A code, the words on the display, the name of a file, or a line of a log', input);
  void search(asked);
  return { element: h('div', {}, h('h1', {}, 'What does it mean?'), label, found) };
}
