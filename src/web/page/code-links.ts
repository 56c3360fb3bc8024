import { type Child, h } from './dom.ts';

/** A code, as a way to what the catalogue says of it. */
export function codeLink(code: string): HTMLElement {
  return h('a', { href: `#/explain/${code}`, class: 'code' }, h('code', {}, code));
}

/** A text whose codes lead to the catalogue. */
export function linked(text: string): readonly Child[] {
  return text.split(/\b([EP]_[A-Z]+(?:_[A-Z]+)*)\b/).map((part, i) => (i % 2 === 1 ? codeLink(part) : part));
}
