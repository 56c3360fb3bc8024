import type { Press } from './keys.ts';

/** A key of the picture. */
export interface DrawnKey {
  readonly name: string;
  /** From the top, and from the left; a key that is not on the pad is as wide as three. */
  readonly row: number;
  readonly column: number;
  readonly isWide: boolean;
  readonly isPressed: boolean;
  /** When it is pressed, counted from 1; empty where the order does not matter. */
  readonly turns: readonly number[];
}

/** A keypad with the keys to press. */
export interface Keypad {
  readonly keys: readonly DrawnKey[];
  readonly rows: number;
  /** What to do with them. */
  readonly how: string;
  /** The same in words alone, for who does not see it. */
  readonly words: string;
}

/** The keys of a telephone, in the order that all of them have (ITU-T E.161). */
const PAD = ['123', '456', '789', '*0#'] as const;
const HOW: Readonly<Record<Press['how'], string>> = {
  'in turn': 'Press in turn',
  together: 'Press together',
  'held while the power comes': 'Hold while you connect the power',
};

/** Our own picture of the keypad. Where other keys sit, such as Settings, differs by model: they stand above it here. */
export function keypadOf({ how, keys, at }: Press): Keypad {
  const others = [...new Set(keys)].filter((key) => !PAD.some((row) => row.includes(key)));
  const drawn = (name: string, row: number, column: number): DrawnKey => {
    const turns = keys.flatMap((key, i) => (key === name ? [i + 1] : []));
    const isPressed = turns.length > 0;
    return { name, row, column, isWide: name.length > 1, isPressed, turns: how === 'in turn' ? turns : [] };
  };
  const pad = PAD.flatMap((row, y) => [...row].map((key, x) => drawn(key, others.length + y, x)));
  const said = at === undefined ? HOW[how] : `${HOW[how]}, ${at}`;
  return {
    keys: [...others.map((key, y) => drawn(key, y, 0)), ...pad],
    rows: others.length + PAD.length,
    how: said,
    words: `${said}: ${keys.join(', ')}`,
  };
}

/** A cell of the text has room for four turns. */
const CELL = 9;
const WIDTH = 3 * CELL;

/** The same picture in signs that every terminal has: keys to press stand in brackets, with their turns below them. */
export function keypadText(press: Press): string {
  const { keys, rows, words } = keypadOf(press);
  const frame = `+${'-'.repeat(WIDTH)}+`;
  const lines = Array.from({ length: rows }, (_, row) => keys.filter((key) => key.row === row)).flatMap((row) => {
    const names = row.map(({ name, isPressed }) => (isPressed ? `[${name}]` : name));
    const turns = row.map((key) => key.turns.join(' '));
    return turns.some((one) => one !== '') ? [lineOf(names), lineOf(turns)] : [lineOf(names)];
  });
  return [frame, ...lines, frame, words].join('\n');
}

function lineOf(cells: readonly string[]): string {
  const width = WIDTH / cells.length;
  return `|${cells.map((cell) => centred(cell, width)).join('')}|`;
}

function centred(text: string, width: number): string {
  const left = Math.floor((width - text.length) / 2);
  return `${' '.repeat(left)}${text}`.padEnd(width);
}
