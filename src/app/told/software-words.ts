import type { Software } from '../../core/software.ts';

/** What may run, in as few characters as tell it apart: `P0030301MFG2`, `SCCP 3-6`, `boot-loader`; null while nothing is known. */
export function shortSoftware(software: readonly Software[]): string | null {
  const loads = software.flatMap(({ load }) => (load === null ? [] : [load]));
  const spans = new Map<string, Releases[]>();
  for (const { load, protocol, running, releases } of software) {
    if (load !== null) continue;
    const what = running === 'application' ? (protocol ?? 'application') : running;
    spans.set(what, joined([...(spans.get(what) ?? []), releases]));
  }
  const rest = [...spans].flatMap(([what, all]) => all.map((one) => [what, spanText(one)].join(' ').trimEnd()));
  const words = [...new Set([...loads, ...rest])];
  return words.length === 0 ? null : words.join(' or ');
}

type Releases = Software['releases'];

/** Spans of which one begins where the other ends are one span. */
function joined(spans: readonly Releases[]): Releases[] {
  const sorted = [...spans].sort((a, b) => (a.min?.[0] ?? -1) - (b.min?.[0] ?? -1));
  const all: Releases[] = [];
  for (const span of sorted) {
    const last = all.at(-1);
    const isNext = last?.below != null && span.min !== null && last.below.join('.') === span.min.join('.');
    if (last !== undefined && isNext) all[all.length - 1] = { min: last.min, below: span.below };
    else all.push(span);
  }
  return all;
}

/** `3-4` for everything from 3 to before 5, `8.5+`, `before 3`. */
function spanText({ min, below }: Releases): string {
  if (min === null) return below === null ? '' : `before ${below.join('.')}`;
  if (below === null) return `${min.join('.')}+`;
  const [first, end] = [min[0] ?? 0, below[0] ?? 0];
  if (min.length === 1 && below.length === 1) return first + 1 === end ? `${first}` : `${first}-${end - 1}`;
  return `${min.join('.')} to before ${below.join('.')}`;
}
