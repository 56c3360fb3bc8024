import { code128 } from 'bwip-js/generic';

/** A bar, measured in the narrowest ones. */
export interface Bar {
  readonly left: number;
  readonly width: number;
}

/** The bars of a text in Code 128 (ISO/IEC 15417), without the quiet zones at its sides, and how wide they are together. */
export function barsOf(text: string): { readonly bars: readonly Bar[]; readonly width: number } {
  const bars: Bar[] = [];
  let width = 0;
  const nothing = () => {};
  return code128(
    { bcid: 'code128', text, scale: 1 },
    {
      scale: () => null,
      measure: () => ({ width: 0, ascent: 0, descent: 0 }),
      init(whole) {
        width = whole;
      },
      // Upright strokes, told by where their middle is: half of a narrowest bar further where they are an odd number of them wide.
      line(x, _y0, _x1, _y1, thick) {
        bars.push({ left: x - Math.ceil(thick / 2), width: thick });
      },
      ...{ polygon: nothing, hexagon: nothing, ellipse: nothing, fill: nothing, text: nothing },
      end: () => ({ bars, width }),
    },
  );
}
