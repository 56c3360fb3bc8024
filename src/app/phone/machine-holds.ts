import { type Hold, type PhoneContext, presentHop, type StateBudgets } from '../../../machines/phone-context.ts';
import type { PhoneEvent } from '../../../machines/phone-event.ts';
import type { Phone } from '../../../machines/step.ts';
import { adviceFor } from '../../core/explain/hold-advice.ts';
import type { LoadName } from '../../core/names/load-name.ts';
import { isAllOf } from '../../core/plan/hop-progress.ts';
import { spanText } from '../../core/text/amounts.ts';
import type { PhoneMemory } from '../memory/memory.ts';
import { keptOther } from '../memory/tried.ts';
import { cameText, hasCome, triggersSpent } from './came-for.ts';
import {
  about,
  isInDoubt,
  isOpen,
  mayHaveGivenUp,
  mayRunIt,
  refusesAsItRuns,
  refusesAsItSays,
  refusesOrRuns,
  refusesOrRunsIt,
  saysOther,
} from './refused-hops.ts';

const UNHEARD =
  'check that it has power and network; when its screen does not say Upgrading and its last download is ten minutes ago (fifteen for a Java phone), unplug it for ten seconds and plug it in again';

/**
 * A hold that the machine has named by its code, in words; `before` is where the phone was, `said` what the operator says that it runs,
 * as long as nothing has shown otherwise.
 */
export function inWords(
  hold: Hold,
  { state, context }: Phone,
  event: PhoneEvent,
  { memory, said }: { readonly memory: PhoneMemory; readonly said: LoadName | null },
): Hold {
  if (hold.reason !== '') return hold;
  const hop = presentHop(context);
  const own = hop === null ? null : saysOther(memory, hop);
  if (hold.code === 'P_MANIFEST_LOOP' && hop !== null && own !== null) {
    return { ...hold, ...refusesAsItSays(context, hop, own), isResumable: hold.isResumable };
  }
  const kept = hop === null ? null : keptOther(memory, hop.load);
  if (hold.code === 'P_MANIFEST_LOOP' && hop !== null && kept !== null) {
    return { ...hold, ...refusesAsItRuns(context, hop, kept), isResumable: hold.isResumable };
  }
  if (hold.code === 'P_MANIFEST_LOOP' && hop !== null && mayRunIt(hop, said)) {
    return { ...hold, ...refusesOrRuns(context, hop, said), isResumable: hold.isResumable };
  }
  if (hold.code === 'P_MANIFEST_LOOP' && hop !== null && isInDoubt(context, memory)) {
    return { ...hold, ...mayHaveGivenUp(context, hop), isResumable: hold.isResumable };
  }
  if (hold.code === 'P_MANIFEST_LOOP' && hop !== null && said !== hop.load && isOpen(context, memory)) {
    return { ...hold, ...refusesOrRunsIt(context, hop), isResumable: hold.isResumable };
  }
  if (hold.code === 'P_TRIGGER_NOT_TAKEN') return triggersSpent(context, memory);
  const reason = reasonFor(hold.code, state, context, event, memory);
  const advice = hold.code === 'P_STALLED' ? UNHEARD : adviceFor(hold.code, about(context));
  return { ...hold, reason, advice };
}

function reasonFor(code: string, state: string, context: PhoneContext, event: PhoneEvent, memory: PhoneMemory): string {
  const load = presentHop(context)?.load ?? 'the next load';
  const after = spanText(context.budgets[state as keyof StateBudgets] ?? 0);
  switch (code) {
    case 'P_MANIFEST_LOOP':
      return `the phone fetched the manifest of ${load} again and again and asked for no image: it refuses its signature or hardware class`;
    case 'P_IMAGE_LOOP':
      return `the phone began ${loopText('file' in event ? event.file : load, load, context)}`;
    case 'P_SILENT_AFTER_FLASH':
      return `the phone took ${takenWords(context)} and was not heard again for ${after}`;
    case 'P_NEEDS_RESTART':
      return hasCome(context, memory)
        ? `${load} is offered, and the phone ${cameText(context, memory)}; it asked for nothing more of it within ${after}`
        : `${load} is offered and the phone did not come for it within ${after}`;
    default:
      return `nothing was heard of the phone for ${after} while it was ${state}`;
  }
}

/** What it began so often. A manifest that came and was followed is not what it lacks. */
function loopText(file: string, load: string, { asked, patience }: PhoneContext): string {
  const isFollowed = /\.loads$/i.test(file) && Object.keys(asked).some((name) => !/\.loads$/i.test(name));
  return isFollowed
    ? `${load} ${patience.imageStarts} times and never got all of it: datagrams are lost on the way, or its power is`
    : `${file} ${patience.imageStarts} times and never got it whole: datagrams are lost on the way`;
}

/** What of its hop reached the phone whole: a loader without its application is not the load. */
export function takenWords(context: PhoneContext): string {
  const hop = presentHop(context);
  if (hop === null) return 'its load';
  const { taken } = context;
  if (isAllOf(hop, taken)) return `${hop.load} whole`;
  return taken.length === 0 ? `a part of ${hop.load}` : `${taken.join(', ')} of ${hop.load} whole`;
}
