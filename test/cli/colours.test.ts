import { expect, test } from 'vitest';
import { type Meaning, paintFor } from '../../src/cli/output/paint.ts';

/** Grounds that terminals have: white, black, the grey of editors, Solarized light and dark. */
const GROUNDS = [0xffffff, 0x000000, 0x1e1e1e, 0xfdf6e3, 0x002b36];
const COLOURED: readonly Meaning[] = ['done', 'working', 'needs a hand'];

/** Colour `n` of the 256, above the sixteen of a theme: a cube of six steps to each side (xterm, 256colres.h). */
function rgbOf(n: number): number {
  const step = (part: number) => (part === 0 ? 0 : 55 + 40 * part);
  const [r, g, b] = [Math.floor((n - 16) / 36), Math.floor((n - 16) / 6) % 6, (n - 16) % 6];
  return step(r) * 65_536 + step(g) * 256 + step(b);
}

/** WCAG 2: relative luminance, and how many times brighter the brighter one is. */
function luminance(rgb: number): number {
  const part = (shift: number) => {
    const share = ((rgb >> shift) & 255) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * part(16) + 0.7152 * part(8) + 0.0722 * part(0);
}

function contrast(a: number, b: number): number {
  const [x, y] = [luminance(a) + 0.05, luminance(b) + 0.05];
  return Math.max(x, y) / Math.min(x, y);
}

function numbersIn(painted: string): { text: number | null; ground: number | null } {
  const [, text] = /38;5;(\d+)/.exec(painted) ?? [];
  const [, ground] = /48;5;(\d+)/.exec(painted) ?? [];
  return { text: text === undefined ? null : Number(text), ground: ground === undefined ? null : Number(ground) };
}

test.each(COLOURED)(
  'what is %s reads on light and on dark backgrounds, where the terminal has 256 colours',
  (meaning) => {
    const { text, ground } = numbersIn(paintFor({ hasColours: true, hasShades: true })(meaning, 'word'));
    expect(text).toBeGreaterThan(15);
    expect(ground).toBe(null);
    for (const behind of GROUNDS) expect(contrast(rgbOf(text ?? 0), behind)).toBeGreaterThan(3);
  },
);

test('what must not be unplugged is black on yellow, and no theme makes that grey', () => {
  const { text, ground } = numbersIn(paintFor({ hasColours: true, hasShades: true })('do not unplug', 'word'));
  expect(contrast(rgbOf(text ?? 0), rgbOf(ground ?? 0))).toBeGreaterThan(7);
});

test('with sixteen colours those of the theme are used, and without colours none', () => {
  const few = paintFor({ hasColours: true, hasShades: false });
  expect(few('done', 'a\n\nb')).toBe('\x1b[32ma\x1b[39m\n\n\x1b[32mb\x1b[39m');
  expect(paintFor({ hasColours: false, hasShades: true })('done', 'word')).toBe('word');
});

test('no colour reaches over the end of a line', () => {
  const many = paintFor({ hasColours: true, hasShades: true });
  expect(many('needs a hand', 'a\n\nb')).toBe('\x1b[1;38;5;196ma\x1b[22;39m\n\n\x1b[1;38;5;196mb\x1b[22;39m');
});
