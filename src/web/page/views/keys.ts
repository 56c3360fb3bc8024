import type { PhoneJson } from '../../../app/told/phone-json.ts';
import { type DrawnKey, keypadOf } from '../../../core/explain/keypad.ts';
import {
  isForPhone,
  KEY_SEQUENCES,
  type KeySequence,
  type KeysOf,
  type KeyTopic,
  type Press,
  phonesText,
} from '../../../core/explain/keys.ts';
import { familyOfLoad } from '../../../core/names/load-name.ts';
import { h } from '../dom.ts';
import { svg } from '../svg.ts';

const TITLES: Readonly<Record<KeyTopic, string>> = {
  restart: 'Restart it',
  unlock: 'Unlock its settings',
  'alternate-tftp': 'Its TFTP address',
  'erase-trust-lists': 'Forget trust lists',
  'factory-reset': 'Factory reset, the last resort',
};

/** Whose keys a phone has: those of the family of its target; null where it has none. */
export function keysOf(phone: Pick<PhoneJson, 'target'> | undefined): KeysOf {
  return phone?.target == null ? null : familyOfLoad(phone.target);
}

/** The keys that an entry of the catalogue may need, on one kind of phone or, where it is not known which it is, on all that it may be. */
export function keysElement(topics: readonly KeyTopic[], of: KeysOf): HTMLElement | null {
  const sequences = KEY_SEQUENCES.filter((one) => topics.includes(one.topic) && isForPhone(one, of));
  return sequencesElement(sequences, of === null || of === 'java');
}

/** Key sequences with their drawings; `isNamed`: each says for which phones it is. Null where there are none. */
export function sequencesElement(sequences: readonly KeySequence[], isNamed: boolean): HTMLElement | null {
  if (sequences.length === 0) return null;
  return h(
    'section',
    { class: 'keys' },
    h('h3', {}, 'Keys'),
    h(
      'div',
      { class: 'row top' },
      sequences.map((one) => sequenceElement(one, isNamed)),
    ),
  );
}

function sequenceElement(sequence: KeySequence, isNamed: boolean): HTMLElement {
  const { topic, keys, effect, sources, presses = [] } = sequence;
  return h(
    'figure',
    {},
    h('div', { class: 'row top' }, presses.map(keypadElement)),
    h(
      'figcaption',
      {},
      h('b', {}, `${TITLES[topic]}${isNamed ? `, ${phonesText(sequence)}` : ''}: `),
      `${keys}. It ${effect}. `,
      h('span', { class: 'quiet' }, `[${sources.join(', ')}]`),
    ),
  );
}

const [WIDE, HIGH, GAP] = [46, 40, 7];
const WIDTH = 3 * WIDE + 2 * GAP;

/** The keypad: the keys to press are dark, and numbered where their order matters. */
function keypadElement(press: Press): HTMLElement {
  const { keys, rows, how, words } = keypadOf(press);
  const height = rows * (HIGH + GAP) - GAP;
  const view = { viewBox: `-2 -2 ${WIDTH + 4} ${height + 4}`, class: 'keypad', role: 'img', 'aria-label': words };
  return h('div', { class: 'press' }, svg('svg', view, ...keys.flatMap(keyShapes)), h('p', { class: 'how' }, how));
}

function keyShapes({ name, row, column, isWide, isPressed, turns }: DrawnKey): SVGElement[] {
  const [x, y, width] = [column * (WIDE + GAP), row * (HIGH + GAP), isWide ? WIDTH : WIDE];
  const look = isPressed ? 'key now' : 'key';
  const box = svg('rect', { x, y, width, height: HIGH, rx: 7, class: look });
  const middle = { x: x + width / 2, class: look };
  const text = svg('text', { ...middle, y: y + (turns.length > 0 ? 18 : 26) }, name);
  return turns.length === 0
    ? [box, text]
    : [box, text, svg('text', { ...middle, y: y + 34, class: 'turn' }, turns.join(' '))];
}
