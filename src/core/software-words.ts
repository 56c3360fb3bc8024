import type { Generation, Software } from './software.ts';

/** What may run, in as few characters as possible: `P0030301MFG2`, `SCCP 3.x to 6.x`, `boot-loader`; null while nothing is known. */
export function shortSoftware(software: readonly Software[]): string | null {
  const loads = software.flatMap(({ load }) => (load === null ? [] : [load]));
  const spans = new Map<string, Releases[]>();
  for (const { load, family, protocol, running, releases } of software) {
    if (load !== null) continue;
    const java = family === '79x0' ? 'application' : 'Java';
    const what = running === 'application' ? (protocol ?? java) : running;
    spans.set(what, joined([...(spans.get(what) ?? []), releases]));
  }
  const rest = [...spans].flatMap(([what, all]) => all.map((one) => [what, shortSpan(one)].join(' ').trimEnd()));
  const words = [...new Set([...loads, ...rest])];
  return words.length === 0 ? null : words.join(' or ');
}

type Releases = Software['releases'];

/** Joins spans of which one begins where another ends. */
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

/** `3.x to 4.x` for everything from 3 to before 5, `3.x`, `8.11`, `8.5+`, `before 3`. */
function shortSpan({ min, below }: Releases): string {
  if (min === null) return below === null ? '' : `before ${below.join('.')}`;
  if (below === null) return `${min.join('.')}+`;
  // The one release, and nothing after it: 8.11.0 to before 8.11.0.0.0.0.1.
  const [least, ...after] = [below.at(-1), ...below.slice(min.length, -1)];
  const isSame = min.every((part, at) => part === below[at]) && after.every((part) => part === 0);
  if (below.length > min.length && isSame && least === 1) return withoutZeroes(min).join('.');
  const [first, end] = [min[0] ?? 0, below[0] ?? 0];
  if (min.length === 1 && below.length === 1) return first + 1 === end ? `${first}.x` : `${first}.x to ${end - 1}.x`;
  // From 8.11.0 to before 8.12 is all of 8.11.
  const [from, to] = [withoutZeroes(min), withoutZeroes(below)];
  const isOne =
    from.length === to.length && from.every((part, at) => (to[at] ?? 0) - part === (at === to.length - 1 ? 1 : 0));
  if (isOne) return from.length === 1 ? `${from[0]}.x` : from.join('.');
  return `${min.join('.')} to before ${below.join('.')}`;
}

function withoutZeroes(release: readonly number[]): readonly number[] {
  return release.slice(0, release.findLastIndex((part) => part !== 0) + 1);
}

/** What may be running, for people: `SCCP application of a 7940/7960 (3.x to 6.x)`. */
export function describeSoftware(software: readonly Software[]): string {
  if (software.length === 0) return 'nothing known yet';
  const spans = new Map<string, Releases[]>();
  for (const one of software) {
    const what = one.load ?? programOf(one);
    spans.set(what, one.load === null ? joined([...(spans.get(what) ?? []), one.releases]) : []);
  }
  return [...spans]
    .map(([what, all]) => {
      const words = all.map(shortSpan).filter((span) => span !== '');
      return words.length === 0 ? what : `${what} (${words.join(' or ')})`;
    })
    .join(' or ');
}

function programOf({ running, protocol, family }: Software): string {
  const article = running === 'application' ? 'an' : 'a';
  const where = family === null ? 'of a Java phone' : family === '79x0' ? 'of a 7940/7960' : `of family ${family}`;
  return `${protocol ?? article} ${running.replace('-', ' ')} ${where}`;
}

const GENERATIONS: Readonly<Record<Generation, string>> = {
  G1: 'unsigned, ',
  G2: 'signed, ',
  G3: 'with a loader, ',
  java: '',
};

/** Software as the rules tell it apart: `SCCP 3.x (unsigned, 7940/7960)`, `SIP 8.5+ (family 42)`. */
export function softwareInRules({ load, running, protocol, releases, generation, family }: Software): string {
  if (load !== null) return load;
  const what = running === 'application' ? (protocol ?? 'an application') : `the ${running.replace('-', ' ')}`;
  const kind = running === 'application' ? GENERATIONS[generation] : '';
  const phones = family === null ? 'a Java phone' : family === '79x0' ? '7940/7960' : `family ${family}`;
  return `${[what, shortSpan(releases)].join(' ').trimEnd()} (${kind}${phones})`;
}
