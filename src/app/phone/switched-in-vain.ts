import type { PhoneContext } from '../../../machines/phone-context.ts';
import { adviceFor } from '../../core/explain/hold-advice.ts';
import { spanText } from '../../core/text/amounts.ts';
import type { PhoneMemory } from '../memory/memory.ts';
import { about } from './refused-hops.ts';

/** What is told of a phone that does not get any further. */
interface Told {
  readonly code: string | null;
  readonly reason: string;
  readonly advice: string;
}

const SWITCHED = '; loadstep switched its power off and on';
/** Codes whose advice is to restart the phone. */
const RESTARTS: ReadonlySet<string> = new Set(['P_NEEDS_RESTART', 'P_NO_FIRST_REQUEST', 'P_STALLED', 'P_UNPROVEN']);
const IS_IT_ITS_PORT =
  'see whether the phone goes dark when the command is run for its port; where it does not, correct its port on the list; where it does, see that it gets an address and that DHCP names this server; by hand';

/**
 * The same of a phone whose power was switched here since it last got further, with that and what is left to do: who reads it is not to do once more
 * what has not helped. `now` is on the clock of the memory; `word` is for how long before that it was.
 */
export function afterSwitching<T extends Told>(
  told: T,
  { switched }: PhoneMemory,
  context: PhoneContext,
  now: number,
  word: 'ago' | 'before',
): T {
  if (switched === null || switched.times === 0) return told;
  const { times, at, hasBegun } = switched;
  const often = times === 1 ? 'once' : `${times === 2 ? 'twice' : `${times} times`}, the last time`;
  const since = hasBegun === true ? 'it goes on as it did' : 'it has begun no boot since';
  const [before = '', ...said] = told.reason.split(SWITCHED);
  const reason = `${before}${SWITCHED} ${often}${times === 1 ? ',' : ''} ${spanText(now - at)} ${word}, and ${since}`;
  return { ...told, reason, advice: said.length > 0 ? told.advice : adviceAfter(told, hasBegun === true, context) };
}

function adviceAfter({ code, advice }: Told, hasBegun: boolean, context: PhoneContext): string {
  if (code !== null && !RESTARTS.has(code)) return advice;
  if (!hasBegun) return `${IS_IT_ITS_PORT}: ${advice}`;
  const left = code === 'P_NEEDS_RESTART' ? adviceFor('P_TRIGGER_NOT_TAKEN', about(context)) : advice;
  return `a restart has not helped: ${left}`;
}
