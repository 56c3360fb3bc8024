import type { PhoneJson } from '../../../app/told/phone-json.ts';
import { spanText } from '../../../core/text/amounts.ts';
import { linked } from '../code-links.ts';
import { arrange, h, redraw } from '../dom.ts';
import { momentText } from '../moment.ts';

/** Where a phone is, in words. What did not change is not drawn anew: somebody may be copying it. */
export class Facts {
  readonly element = h('dl', { class: 'facts' });
  readonly #parts = new Map<string, readonly [HTMLElement, HTMLElement]>();

  draw(phone: PhoneJson, now: number): void {
    const told = factsOf(phone, now).filter(([, value]) => value != null && value !== '');
    arrange(
      this.element,
      told.flatMap(([name, value]) => {
        const parts = this.#parts.get(name) ?? [h('dt', {}, name), h('dd', {})];
        this.#parts.set(name, parts);
        redraw(parts[1], value, () => linked(value ?? ''));
        return parts;
      }),
    );
  }
}

function factsOf(phone: PhoneJson, now: number): readonly (readonly [string, string | null | undefined])[] {
  const { mac, model, port, from, target, state, hop, hops, load, since, usualMs, leftMs, file } = phone;
  const { waits, reason, advice, lastSeenAt, code } = phone;
  const usual = usualMs === null ? '' : `, usually ${spanText(usualMs)}`;
  return [
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
    ['Why', [reason, code === null ? null : `(${code})`].filter(Boolean).join(' ')],
    ['What to do', advice],
    ['Last heard', lastSeenAt === null ? null : momentText(lastSeenAt)],
  ];
}
