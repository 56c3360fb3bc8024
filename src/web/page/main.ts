import { Alarm } from './alarm.ts';
import { ask } from './api.ts';
import { Bench, kindOf } from './bench.ts';
import { fill, h, redraw, setText } from './dom.ts';
import { say } from './news.ts';
import { tellOtherTabs } from './sessions.ts';
import { batchView } from './views/batch.ts';
import { enrolView } from './views/enrol.ts';
import { explainView } from './views/explain.ts';
import { firmwareView } from './views/firmware.ts';
import { loginView } from './views/login.ts';
import { phoneView } from './views/phone.ts';
import { printView } from './views/print.ts';
import type { View, ViewParts } from './views/view.ts';
import { wallView } from './views/wall.ts';

const PLACES = [
  ['', 'Wall', wallView],
  ['enrol', 'Enrol', enrolView],
  ['firmware', 'Firmware', firmwareView],
  ['batch', 'Batch', batchView],
  ['print', 'Print', printView],
  ['explain', 'Explain', explainView],
] as const;

const bench = new Bench();
const alarm = new Alarm();
const parts: ViewParts = { bench, alarm };
const top = document.getElementById('top') as HTMLElement;
const main = document.getElementById('main') as HTMLElement;
const line = h('div', {});
let view: View | null = null;
let shownPlace = '';

function show(): void {
  const [place = '', argument = ''] = location.hash.replace(/^#\/?/, '').split('/').map(decodeURIComponent);
  if (!bench.isKnown) {
    fill(main, line);
    return;
  }
  const isUnknown = bench.role === null && bench.goneSince === null;
  const key = isUnknown ? 'login' : `${place}/${argument}`;
  if (view !== null && key === shownPlace) return;
  view?.close?.();
  const wasShown = shownPlace !== '';
  shownPlace = key;
  const found = PLACES.find(([name]) => name === place);
  if (isUnknown) view = loginView(parts);
  else if (place === 'phone') view = phoneView(parts, argument);
  else view = (found?.[2] ?? wallView)(parts, argument);
  main.className = view.isWide === true ? '' : 'narrow';
  fill(main, line, view.element);
  drawTop(isUnknown ? null : place);
  if (wasShown) main.focus();
}

function drawTop(place: string | null): void {
  const links = PLACES.map(([name, title]) =>
    h('a', { href: `#/${name}`, ...(name === place ? { 'aria-current': 'page' } : {}) }, title),
  );
  const sound = h('button', { type: 'button', 'aria-pressed': String(alarm.isOn), click: toggle }, 'Sound');
  function toggle(): void {
    alarm.toggle();
    sound.setAttribute('aria-pressed', String(alarm.isOn));
    setText(sound, alarm.isOn ? 'Sound is on' : 'Sound');
    alarm.play(880);
  }
  const leave = h('button', { type: 'button', click: () => void logOut() }, 'Log out');
  fill(
    top,
    h(
      'a',
      { class: 'name', href: '#/' },
      h('img', { src: '/icon.svg', alt: '', width: '24', height: '24' }),
      'loadstep',
    ),
    place !== null && h('nav', { 'aria-label': 'Views' }, links),
    place !== null && h('div', { class: 'end' }, sound, !bench.isOwnMachine && leave),
  );
}

async function logOut(): Promise<void> {
  await ask('session', { method: 'DELETE' }).catch(() => {});
  tellOtherTabs();
  location.reload();
}

/** That the server is gone or just starting, or the batch paused, above every view. */
function drawLine(): void {
  const { goneSince, failure, isStarting, batch } = bench;
  const paused = batch?.paused ?? null;
  redraw(line, [goneSince, failure, isStarting, paused], () => [
    goneSince !== null &&
      h(
        'div',
        { class: 'note bad', role: 'alert' },
        failure !== null && h('p', {}, h('b', {}, 'The server has stopped'), `: ${failure.detail} (${failure.code}).`),
        `The server does not answer${goneSince < YEAR_MS ? '' : ` since ${new Date(goneSince).toLocaleTimeString()}`}. What is shown is from before; the page comes back by itself. Phones that are writing their flash go on: leave their power alone.`,
      ),
    isStarting &&
      h(
        'div',
        { class: 'note', role: 'status' },
        'The server is starting, and answers no phones yet. The page goes on by itself when it does.',
      ),
    paused !== null &&
      h(
        'div',
        { class: 'note warm' },
        h('b', {}, 'The batch is paused'),
        `: ${paused.reason}. No phone begins another step. `,
        bench.role === 'act' && h('a', { href: '#/batch' }, 'Let it go on'),
      ),
  ]);
}

/** A moment before this is none: the server has not told the time yet. */
const YEAR_MS = 365 * 86_400_000;

/** Null before the first picture: what stood then is no news. */
let hands: ReadonlySet<string> | null = null;
let wasDone = false;

/** Title and sound say what changed to those who do not look. */
function tellAloud(): void {
  const listed = bench.listed();
  const now = new Set(listed.filter((phone) => kindOf(phone) === 'hand').map(({ mac }) => mac));
  const landed = listed.filter((phone) => kindOf(phone) === 'done').length;
  const isDone = listed.length > 0 && landed + now.size === listed.length;
  document.title = `${now.size > 0 ? `(${now.size}!) ` : ''}${landed}/${listed.length} landed – loadstep`;
  const fresh = hands === null ? [] : [...now].filter((mac) => hands?.has(mac) !== true);
  if (fresh.length > 0) {
    alarm.play(660, 440, 660, 440);
    const names = fresh.map((mac) => bench.phones.get(mac)?.label ?? mac);
    say(`${names.join(', ')} ${fresh.length === 1 ? 'needs' : 'need'} a hand`);
  } else if (isDone && !wasDone) alarm.play(523, 659, 784);
  [hands, wasDone] = [now, isDone];
}

bench.onChange((what, mac) => {
  if (what === 'line' || what === 'batch') drawLine();
  if (what === 'line') show();
  if (what === 'phones') tellAloud();
  view?.update?.(what, mac);
});
setInterval(() => view?.tick?.(), 1000);
/** A file that is dropped beside the place for it would take the page away: lists go to one view, all else is taken for an archive. */
function drop(event: DragEvent): void {
  const files = event.dataTransfer?.files;
  if (event.defaultPrevented || files === undefined || files.length === 0) return;
  event.preventDefault();
  if (bench.role !== 'act') return;
  location.hash = [...files].every(({ name }) => /\.(csv|txt)$/i.test(name)) ? '#/enrol' : '#/firmware';
  show();
  view?.drop?.(files);
}

addEventListener('dragover', (event) => event.preventDefault());
addEventListener('drop', drop);
addEventListener('hashchange', show);
// Its address would be read as that of a view.
document.querySelector('.skip')?.addEventListener('click', (event) => {
  event.preventDefault();
  main.focus();
});
void bench.start();
