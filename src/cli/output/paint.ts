import { styleText } from 'node:util';
import { factsOf } from '../../core/phone-states.ts';
import type { TextOut } from '../io.ts';

/** What a colour means; there is no colour without a meaning. */
export type Meaning = 'done' | 'working' | 'needs a hand' | 'do not unplug' | 'beside the point';

/** Each reads on a dark and on a light background; no meaning is told by its colour alone. */
const STYLES = {
  done: 'green',
  working: 'cyan',
  'needs a hand': ['bold', 'red'],
  'do not unplug': ['bold', 'black', 'bgYellow'],
  'beside the point': 'dim',
} as const satisfies Record<Meaning, Parameters<typeof styleText>[0]>;

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
export function paintFor(out: Pick<TextOut, 'hasColours'>): Paint {
  if (!out.hasColours) return (_, text) => text;
  return (meaning, text) =>
    text
      .split('\n')
      .map((line) => (line === '' ? '' : styleText(STYLES[meaning], line, { validateStream: false })))
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
