import { linked } from './code-links.ts';
import { fill, h } from './dom.ts';

/** How long a notice stays at least, and how much longer for each of its letters, as slow readers read (invented). */
const [LEAST_MS, LETTER_MS] = [8000, 120];
/** So many notices are shown; the oldest goes when another comes. */
const MOST = 4;

/** Says something in passing, to ears, too: it stays as long as it takes to read it, and while the pointer or the focus is on it. */
export function say(text: string): void {
  const { line, close } = notice(text);
  let isHeld = false;
  const hold = (held: boolean) => () => {
    isHeld = held;
  };
  for (const event of ['pointerenter', 'focusin']) line.addEventListener(event, hold(true));
  for (const event of ['pointerleave', 'focusout']) line.addEventListener(event, hold(false));
  const leave = () => (isHeld ? void setTimeout(leave, LEAST_MS) : close());
  setTimeout(leave, LEAST_MS + text.length * LETTER_MS);
}

/** Says what did not work: it stays until somebody has read it and says so. */
export function complain(text: string): void {
  notice(text).line.classList.add('bad');
}

function notice(text: string): { readonly line: HTMLElement; readonly close: () => void } {
  const line = h('p', {});
  const close = () => line.remove();
  fill(
    line,
    h('span', {}, linked(text)),
    h('button', { type: 'button', 'aria-label': 'Close this notice', click: close }, '×'),
  );
  const news = document.getElementById('news');
  news?.append(line);
  while ((news?.children.length ?? 0) > MOST) news?.firstElementChild?.remove();
  return { line, close };
}
