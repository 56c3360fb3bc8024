import {
  KEY_SEQUENCES,
  type KeySequence,
  type KeyTopic,
  PHONE_GROUPS,
  type Press,
} from '../../../core/explain/keys.ts';
import { h } from '../dom.ts';
import { svg } from '../svg.ts';

const TITLES: Readonly<Record<KeyTopic, string>> = {
  restart: 'Restart it',
  unlock: 'Unlock its settings',
  'alternate-tftp': 'Its TFTP address',
  'erase-trust-lists': 'Forget trust lists',
  'factory-reset': 'Factory reset, the last resort',
};

/** The keys that an entry of the catalogue may need, on one group of phones or, where it is not known which it is, on both. */
export function keysElement(topics: readonly KeyTopic[], group: KeySequence['phones'] | null): HTMLElement | null {
  const sequences = KEY_SEQUENCES.filter(
    ({ topic, phones }) => topics.includes(topic) && (group === null || phones === group),
  );
  return sequencesElement(sequences, group === null);
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

function sequenceElement(
  { topic, phones, keys, effect, sources, presses = [] }: KeySequence,
  isNamed: boolean,
): HTMLElement {
  return h(
    'figure',
    {},
    presses.map((press) => keypad(press)),
    h(
      'figcaption',
      {},
      h('b', {}, `${TITLES[topic]}${isNamed ? `, ${PHONE_GROUPS[phones]}` : ''}: `),
      `${keys}. It ${effect}. `,
      h('span', { class: 'quiet' }, `[${sources.join(', ')}]`),
    ),
  );
}

/** The keys of a telephone, in the order that all of them have (ITU-T E.161). Where Settings sits differs by model: it stands above them here. */
const ROWS = ['123', '456', '789', '*0#'] as const;
const [WIDE, HIGH, GAP] = [46, 40, 7];

/** Our own picture of the keypad: the keys to press are dark, and numbered where their order matters. */
function keypad({ how, keys }: Press): SVGElement {
  const hasSettings = keys.includes('Settings');
  const top = hasSettings ? HIGH + GAP : 0;
  const words = {
    'in turn': 'Press in turn',
    together: 'Press together',
    'held while the power comes': 'Hold while you connect the power',
  };
  const isInTurn = how === 'in turn';
  const drawn = ROWS.flatMap((row, y) =>
    [...row].map((key, x) => keyOf(key, x * (WIDE + GAP), top + y * (HIGH + GAP), WIDE)),
  );
  const [width, height] = [3 * WIDE + 2 * GAP, top + 4 * HIGH + 3 * GAP + 22];
  const settings = hasSettings ? keyOf('Settings', 0, 0, width) : [];
  const caption = svg('text', { x: width / 2, y: height - 4, class: 'how' }, words[how]);
  return svg(
    'svg',
    {
      viewBox: `-2 -2 ${width + 4} ${height + 4}`,
      class: 'keypad',
      role: 'img',
      'aria-label': `${words[how]}: ${keys.join(', ')}`,
    },
    ...settings,
    ...drawn.flat(),
    caption,
  );

  function keyOf(key: string, x: number, y: number, wide: number): SVGElement[] {
    const turns = keys.flatMap((one, i) => (one === key ? [i + 1] : []));
    const isPressed = turns.length > 0;
    const name = isPressed ? 'key now' : 'key';
    const box = svg('rect', { x, y, width: wide, height: HIGH, rx: 7, class: name });
    const middle = { x: x + wide / 2, class: name };
    const text = svg('text', { ...middle, y: y + (isPressed && isInTurn ? 18 : 26) }, key);
    const turn = svg('text', { ...middle, y: y + 34, class: 'turn' }, turns.join(' '));
    return isPressed && isInTurn ? [box, text, turn] : [box, text];
  }
}
