import type { PhoneJson } from '../../../app/told/phone-json.ts';
import { spanText } from '../../../core/text/amounts.ts';
import { h } from '../dom.ts';

/** Where a phone is, in words. */
export function facts(phone: PhoneJson, now: number): HTMLElement {
  const {
    mac,
    model,
    port,
    from,
    target,
    state,
    hop,
    hops,
    load,
    since,
    usualMs,
    leftMs,
    file,
    reason,
    advice,
    lastSeenAt,
    waits,
  } = phone;
  const usual = usualMs === null ? '' : `, usually ${spanText(usualMs)}`;
  const all: readonly (readonly [string, string | null | undefined])[] = [
    ['MAC', mac],
    ['Model', model],
    ['Port', port],
    ['Runs', from],
    ['Target', target],
    ['State', hops > 0 ? `${state}, hop ${hop} of ${hops}${load === null ? '' : ` (${load})`}` : state],
    ['For', since === null ? null : `${spanText(now - Date.parse(since))}${usual}`],
    ['Left', leftMs === null ? null : `usually ${spanText(leftMs)}`],
    ['File', file],
    ['Waits', waits],
    ['Why', reason],
    ['What to do', advice],
    ['Last heard', lastSeenAt === null ? null : new Date(lastSeenAt).toLocaleString()],
  ];
  return h(
    'dl',
    { class: 'facts' },
    all.flatMap(([name, value]) => (value == null || value === '' ? [] : [h('dt', {}, name), h('dd', {}, value)])),
  );
}
