import type { PhoneJson } from '../../../app/told/phone-json.ts';
import { factsOf } from '../../../core/phone-states.ts';
import { countText } from '../../../core/text/amounts.ts';
import { ask } from '../api.ts';
import { h } from '../dom.ts';
import type { Plan } from './road.ts';

interface Needed {
  readonly starts: readonly {
    readonly ready: boolean;
    readonly reasons?: readonly string[];
    readonly alternatives: readonly {
      readonly missing: readonly { readonly package: string; readonly load: string }[];
    }[];
  }[];
}

/** So many roads are asked about, since each takes the server some thought (invented). */
const MOST_ROADS = 20;

/** The roads that phones on the list have still to go, each with its phones. */
function roadsOf(listed: readonly PhoneJson[]): ReadonlyMap<string, readonly PhoneJson[]> {
  const roads = new Map<string, PhoneJson[]>();
  for (const phone of listed) {
    if (phone.target === null || (factsOf(phone.state).over && phone.state !== 'held')) continue;
    const place = factsOf(phone.state).underWay ? [phone.state, phone.hop] : [];
    const key = [phone.start, phone.from, phone.target, phone.model, ...place].join('|');
    roads.set(key, [...(roads.get(key) ?? []), phone]);
  }
  return roads;
}

/** Another text when phones on the list may lack something else. */
export function wantedBy(listed: readonly PhoneJson[]): string {
  return JSON.stringify([...roadsOf(listed)].map(([key, phones]) => [key, phones.length]));
}

/** What the phones on the list lack, package by package, beside the loads that are `held`; null where they lack nothing. */
export async function lackingElement(
  listed: readonly PhoneJson[],
  held: ReadonlySet<string | null>,
): Promise<HTMLElement | null> {
  const roads = roadsOf(listed);
  const lacking = new Map<string, Set<string>>();
  for (const phones of [...roads.values()].slice(0, MOST_ROADS)) {
    const [first] = phones;
    if (first === undefined) continue;
    for (const what of await lackingOf(first, held)) {
      lacking.set(what, new Set([...(lacking.get(what) ?? []), ...phones.map(({ mac, label }) => label ?? mac)]));
    }
  }
  if (lacking.size === 0) return null;
  return h(
    'div',
    { class: 'note warm' },
    h('b', {}, 'Phones on the list lack firmware'),
    h(
      'ul',
      {},
      [...lacking].map(([what, names]) => h('li', {}, `${what}: for ${namesText([...names])}`)),
    ),
  );
}

/**
 * Of a phone that has not shown yet what it runs, only the last step is known. One that is on its road needs the steps before it; what it has
 * behind it may be gone from the store.
 */
async function lackingOf(
  { mac, target, state, hop }: PhoneJson,
  held: ReadonlySet<string | null>,
): Promise<readonly string[]> {
  if (factsOf(state).underWay && hop > 0) {
    const { road = [] } = await ask<Pick<Plan, 'road'>>(`phones/${mac}/plan`).catch(() => ({ road: [] }));
    const behind = HAS_TAKEN_IT.has(state) ? hop : hop - 1;
    return road.slice(behind).flatMap(({ load, present }) => (present === false ? [load] : []));
  }
  const needed = await ask<Needed>(`firmware/needed?mac=${mac}`).catch(() => null);
  if (needed === null) return held.has(target) ? [] : [`${target}, and more where it shows that it needs it`];
  return needed.starts.flatMap(({ ready, reasons = [], alternatives: [best] }) => {
    if (ready) return [];
    return best === undefined
      ? reasons
      : best.missing.map((one) => (one.package === one.load ? one.load : `${one.load} (${one.package})`));
  });
}

/** It has the files of its hop, and shows next whether they run. */
const HAS_TAKEN_IT: ReadonlySet<string> = new Set(['flashing', 'confirming']);

const MOST_NAMES = 6;

function namesText(names: readonly string[]): string {
  const more = names.length - MOST_NAMES;
  return more > 0 ? `${names.slice(0, MOST_NAMES).join(', ')} and ${countText(more, 'other')}` : names.join(', ');
}
