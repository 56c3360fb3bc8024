import { styleText } from 'node:util';
import { factsOf } from '../../core/phone-states.ts';
import type { TextOut } from '../io.ts';

/** What a colour means; there is no colour without a meaning. */
export type Meaning = 'done' | 'working' | 'needs a hand' | 'do not unplug' | 'beside the point';

/** No meaning is told by its colour alone. What green and cyan look like on a light background is the theme's affair. */
const STYLES = {
  done: 'green',
  working: 'cyan',
  'needs a hand': ['bold', 'red'],
  'do not unplug': ['bold', 'black', 'bgYellow'],
  'beside the point': 'dim',
} as const satisfies Record<Meaning, Parameters<typeof styleText>[0]>;

/**
 * Of the 256 colours those that read on a light and on a dark background alike: between 3.1 and 5.4 to 1 on white, black, Solarized and the
 * grey of editors, where xterm's green and cyan have 2 to 1 on white. Bold black is drawn as grey by many terminals: black number 16 is not.
 */
const SHADES: Readonly<Partial<Record<Meaning, readonly [on: string, off: string]>>> = {
  done: ['1;38;5;28', '22;39'],
  working: ['38;5;31', '39'],
  'needs a hand': ['1;38;5;196', '22;39'],
  'do not unplug': ['1;38;5;16;48;5;220', '22;39;49'],
};

/** Gives a text the colour of what it means; the text as it is where there are no colours. */
export type Paint = (meaning: Meaning, text: string) => string;

/** What a state of a phone means to the one who watches; null where it means nothing in particular. */
export function meaningOfState(state: string): Meaning | null {
  const { busy, underWay } = factsOf(state);
  if (state === 'landed') return 'done';
  if (state === 'held') return 'needs a hand';
  if (busy) return state === 'flashing' ? 'do not unplug' : 'working';
  return underWay || state === 'identifying' ? 'working' : null;
}

/** How to paint what is written to `out`. No colour reaches over the end of a line. */
export function paintFor(out: Pick<TextOut, 'hasColours' | 'hasShades'>): Paint {
  if (!out.hasColours) return (_, text) => text;
  const painted = (meaning: Meaning, line: string) => {
    const shade = out.hasShades ? SHADES[meaning] : undefined;
    if (shade === undefined) return styleText(STYLES[meaning], line, { validateStream: false });
    return `\x1b[${shade[0]}m${line}\x1b[${shade[1]}m`;
  };
  return (meaning, text) =>
    text
      .split('\n')
      .map((line) => (line === '' ? '' : painted(meaning, line)))
      .join('\n');
}

/**
 * Whether colours are wanted: FORCE_COLOR says so or, as 0 or false, that they are not; then NO_COLOR (no-color.org), when it is not
 * empty, that they are not; else a terminal has them unless it calls itself dumb.
 */
export function wantsColours(env: Readonly<Record<string, string | undefined>>, isTerminal: boolean): boolean {
  const forced = env.FORCE_COLOR;
  if (forced !== undefined) return forced !== '0' && forced.toLowerCase() !== 'false';
  return (env.NO_COLOR ?? '') === '' && understandsCodes(env, isTerminal);
}

/** Whether there is a terminal that does what control codes say: one that calls itself dumb gets lines as a pipe does. */
export function understandsCodes(env: Readonly<Record<string, string | undefined>>, isTerminal: boolean): boolean {
  return isTerminal && env.TERM !== 'dumb';
}
