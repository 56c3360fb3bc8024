import type { DecidedRow } from '../src/core/history/event.ts';
import { describeSoftware } from '../src/core/software-words.ts';
import { presentHop } from './phone-context.ts';
import type { PhoneEvent } from './phone-event.ts';
import type { Phone } from './step.ts';

/**
 * The rows that a step leaves in the record. They are derived from the phone before, the event and the phone after, so that no
 * transition can forget to record itself.
 */
export function rowsOf(previous: Phone, event: PhoneEvent, next: Phone): DecidedRow[] {
  const rows: DecidedRow[] = [];
  if (event.type === 'plan.made') {
    const road = event.plan.hops.map((hop) => hop.load);
    const [first] = event.plan.hops;
    const from = first === undefined ? event.plan.target : describeSoftware(first.from);
    rows.push({
      event: 'phone.planned',
      at: event.at,
      ...whereOf(next),
      road,
      reason: planReason(event.plan.hops.length),
      from,
    });
    // Without --from nobody was shown this road, and what is to be said of it, before.
    for (const reason of event.plan.warnings) {
      rows.push({ event: 'phone.decision', at: event.at, ...whereOf(next), reason });
    }
  }
  const refusal = refusedHop(previous, event, next);
  if (refusal !== null) rows.push(refusal);
  const moved = previous.state !== next.state || previous.context.hop !== next.context.hop;
  if (moved) {
    rows.push({
      event: 'phone.state',
      at: event.at,
      ...whereOf(next),
      previous: previous.state,
      ...confirmedBy(event, previous),
    });
  }
  if (next.state === 'offered' && previous.state === 'offered' && previous.context.trigger !== next.context.trigger) {
    rows.push({ event: 'phone.decision', at: event.at, ...whereOf(next), reason: triggerReason(next) });
  }
  if (next.state === 'landed' && previous.state !== 'landed') {
    rows.push({ event: 'phone.landed', at: event.at, ...whereOf(next), witnesses: next.context.witnesses });
  }
  if (next.state === 'held' && previous.state !== 'held' && next.context.hold !== null) {
    const { code, reason, advice } = next.context.hold;
    rows.push({ event: 'phone.held', at: event.at, ...whereOf(next), code, reason, advice });
  }
  return rows;
}

/** The keys that say where a phone stands, as every row and live event has them. */
export function whereOf(phone: Phone): Pick<DecidedRow, 'mac' | 'state' | 'hop' | 'hops' | 'target' | 'load'> {
  const { context } = phone;
  const hop = presentHop(context);
  return {
    mac: context.mac,
    state: phone.state,
    hop: context.hop,
    hops: context.plan?.hops.length ?? 0,
    target: context.target,
    ...(hop === null ? {} : { load: hop.load }),
  };
}

function planReason(hops: number): string {
  if (hops === 0) return 'the phone already runs its target';
  return hops === 1 ? 'one hop leads to the target' : `${hops} hops lead to the target`;
}

/** Why a phone moved on. A proof is told with the number of its hop, since the row has that of the next one. */
function confirmedBy(
  event: PhoneEvent,
  { context }: Phone,
): { witnesses?: readonly string[]; reason?: string; code?: string } {
  if (event.type === 'hop.confirmed') return { witnesses: event.witnesses, reason: `hop ${context.hop} is proven` };
  if (event.type === 'round.begun') return { reason: 'the phone asks again from its first file on' };
  if (event.type === 'evidence.contradicted')
    return { reason: event.isDoubt === true ? NOT_SAID : 'the phone shows that it runs something else' };
  if (event.type === 'package.changed')
    return { reason: 'the package was replaced by another one of its name: the step begins anew' };
  if (event.type === 'hold.lifted') return { reason: event.reason };
  if (event.type === 'download.broken') return { reason: brokenReason(event.file, context) };
  if (event.type === 'hop.denied' || event.type === 'hop.refused')
    return { reason: event.hold.reason, code: event.hold.code };
  return {};
}

/** That nothing of the load is being taken any more: a manifest is what the phone has whole where it never asked for what that lists. */
function brokenReason(file: string, context: Phone['context']): string {
  const isManifest = presentHop(context)?.files.some(({ name, role }) => name === file && role === 'manifest') === true;
  return isManifest
    ? `${file} reached the phone whole, no question for an image was heard, and an application of the phone runs`
    : `${file} did not arrive whole, and an application of the phone asks again`;
}

/** A road that was given up leaves its cause in the record, even when another one is tried at once. */
function refusedHop(previous: Phone, event: PhoneEvent, next: Phone): DecidedRow | null {
  if (next.context.avoid.length <= previous.context.avoid.length) return null;
  const { hold } = next.context;
  return {
    event: 'phone.decision',
    at: event.at,
    ...whereOf(next),
    ...(hold === null ? {} : { code: hold.code }),
    reason: `${hold?.reason ?? 'the hop was refused'}; another road is looked for`,
  };
}

function triggerReason(next: Phone): string {
  const hop = presentHop(next.context);
  const file = hop?.triggers[next.context.trigger]?.file ?? 'the next file';
  return `two rounds without the expected request; ${hop?.load ?? 'the load'} is named in ${file} now`;
}

const NOT_SAID = 'nothing shows any more that the phone runs its target';
