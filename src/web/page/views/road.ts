import type { PhoneJson } from '../../../app/told/phone-json.ts';
import { h } from '../dom.ts';
import { momentText } from '../moment.ts';
import { onPage } from '../words.ts';

/** A road that is planned, as the API tells it. */
export interface Plan {
  readonly ready: boolean;
  readonly reasons?: readonly string[];
  /** From here to the target. */
  readonly hops?: readonly PlannedHop[];
  /** The whole road that it is on; empty while it is on none. */
  readonly road?: readonly PlannedHop[];
}

interface PlannedHop {
  readonly load: string;
  readonly why: string;
  readonly sources: readonly string[];
  readonly level: string;
  /** Whether its package is in the store; told of the whole road alone. */
  readonly present?: boolean;
}

/** A hop that the phone has gone, or is in. */
export interface GoneHop {
  readonly load: string;
  readonly outcome: string;
  readonly startedAt: string;
  readonly endedAt: string | null;
  readonly through: readonly string[];
  readonly witnesses: readonly string[];
  readonly files: readonly { readonly name: string; readonly sha1: string | null }[];
}

/** The whole road as a line of stations: what was gone with what proved it, where the phone is, and what follows. */
export function roadElement(gone: readonly GoneHop[], plan: Plan, phone: PhoneJson | undefined): HTMLElement {
  const { road = [], hops = [] } = plan;
  const [hasLanded, at] = [phone?.state === 'landed', phone?.hop ?? 0];
  const past = gone.filter(({ outcome }) => outcome === 'proven' || outcome === 'given up');
  const ahead = hasLanded ? [] : at > 0 && road.length > 0 ? road.slice(at - 1) : hops;
  const start = phone?.start ?? null;
  const stations = [
    start !== null && station('past', start, ['where it began']),
    ...past.map((hop) =>
      goneStation(
        hop,
        road.find(({ load }) => load === hop.load),
      ),
    ),
    ...ahead.map((hop, i) => aheadStation(hop, i === 0 && at > 0 ? (phone?.state ?? null) : null)),
  ];
  const isEmpty = past.length === 0 && ahead.length === 0;
  const reasons = hasLanded ? [] : (plan.reasons ?? []);
  return h(
    'section',
    {},
    (!isEmpty || reasons.length > 0) && h('h2', {}, 'The road'),
    !isEmpty && h('ol', { class: 'road' }, stations),
    reasons.map((reason) => h('p', {}, onPage(reason))),
  );
}

function goneStation(
  { load, outcome, startedAt, endedAt, through, witnesses }: GoneHop,
  why: PlannedHop | undefined,
): HTMLElement {
  const when = endedAt === null ? momentText(startedAt) : `${momentText(startedAt)} to ${momentText(endedAt)}`;
  const named = through.length === 0 ? '' : `, named in ${through.join(', ')}`;
  const lines = [`${outcome}, ${when}${named}`, ...witnesses];
  return station(outcome === 'proven' ? 'past' : 'off', load, lines, why);
}

function aheadStation(hop: PlannedHop, state: string | null): HTMLElement {
  return station(state === null ? '' : 'here', hop.load, [state ?? 'ahead'], hop);
}

function station(name: string, load: string, lines: readonly string[], why?: PlannedHop): HTMLElement {
  return h(
    'li',
    { class: name, ...(name === 'here' ? { 'aria-current': 'step' } : {}) },
    h('b', {}, load),
    lines.map((line) => h('div', { class: 'quiet' }, line)),
    why !== undefined &&
      h('div', {}, why.why, ' ', h('span', { class: 'quiet' }, `[${why.sources.join(', ')}; level ${why.level}]`)),
  );
}
