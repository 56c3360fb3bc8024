import { linked } from '../code-links.ts';
import { type Child, h } from '../dom.ts';
import { onPage } from '../words.ts';

/** A text of the server. What stands between backticks is to be typed, or is shown by a display. */
export function marked(text: string): readonly Child[] {
  return onPage(text)
    .split('`')
    .flatMap((part, i) => (i % 2 === 1 ? [h('code', {}, part)] : linked(part)));
}
