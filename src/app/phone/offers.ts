import { nextHop, type PhoneContext, presentHop } from '../../../machines/phone-context.ts';
import type { Phone } from '../../../machines/step.ts';
import type { Answer, Offer, ProbeFile, Question } from '../../core/answer/answer.ts';
import type { DecidedRow } from '../../core/history/event.ts';
import { type Evidence, mayBeProbed, mayBeProbedForSccp } from '../../core/identify/evidence.ts';
import { isHeadless } from '../../core/identify/trace.ts';
import type { Matrix } from '../../core/matrix/matrix.ts';
import type { AskedName } from '../../core/names/asked-name.ts';
import { isBusy, isUnderWay } from '../../core/phone-states.ts';
import { isAllOf } from '../../core/plan/hop-progress.ts';
import type { Hop } from '../../core/plan/plan.ts';
import { mayShow } from './road.ts';

/** What may be shown to a phone in its present state: its hop, a look ahead, or a probe. */
export function offersFor(
  phone: Phone,
  evidence: Evidence,
  matrix: Matrix,
  isPaused: boolean,
): Pick<Question, 'offer' | 'peek' | 'probed' | 'isAllowed' | 'isTaking'> {
  const { state, context } = phone;
  const hop = presentHop(context);
  // A landed phone is shown its own load on: the lock.
  const publishes = isUnderWay(phone) || state === 'landed';
  const offer: Offer | null = hop !== null && publishes ? { hop, trigger: context.trigger } : null;
  const { software } = evidence;
  return {
    offer,
    peek: isPaused ? null : peekFor(phone, evidence, matrix),
    probed: probeOf(phone, evidence),
    // Another server may have been at it since it was last known: a boot whose beginning was not heard does not show what runs now.
    isAllowed:
      offer !== null &&
      !isHeadless(evidence.trace) &&
      mayShow(matrix, offer.hop, offer.hop.triggers[offer.trigger], software),
    isTaking: isBusy(phone),
  };
}

function probeOf(phone: Phone, evidence: Evidence): ProbeFile | null {
  const isBetween = isSilentBetweenHops(phone);
  if (mayBeProbed(evidence) && (phone.state === 'identifying' || isBetween)) return 'sip-phone';
  return isBetween && mayBeProbedForSccp(evidence) ? 'os79xx' : null;
}

/**
 * A SIP image before 7.x to which nothing was provisioned asks for nothing after its configuration, and an SCCP image the same names
 * whether it is signed or not: nothing shows whether the image of this hop runs. After one such boot it is asked in the way in which
 * unsigned and signed software are told apart (docs/decisions/0007).
 */
function isSilentBetweenHops({ state, context }: Phone): boolean {
  const hop = presentHop(context);
  if (state !== 'confirming' || hop?.kind !== 'image' || nextHop(context) === null || context.rounds === 0)
    return false;
  return isAllOf(hop, [...context.taken, ...context.unacked]);
}

/**
 * Old phones ask OS79XX.TXT first at every boot, before anything shows whether the last image took. The next hop may be
 * named there already when everything the phone can be running either allows it or skips the name.
 */
function peekFor({ state, context }: Phone, evidence: Evidence, matrix: Matrix): Offer | null {
  const hop = nextHop(context);
  if (state !== 'confirming' || hop === null || !context.hasTaken) return null;
  const [trigger] = hop.triggers;
  if (trigger?.file !== 'OS79XX.TXT') return null;
  return mayShow(matrix, hop, trigger, evidence.software) ? { hop, trigger: 0 } : null;
}

/** Whether a hop cannot go on without this file: its present trigger, or once that was shown a file of the load. */
export function isNeededNow(hop: Hop, { trigger, isShown }: PhoneContext, name: string): boolean {
  return hop.triggers[trigger]?.file === name || (isShown && hop.files.some((file) => file.name === name));
}

/** Files that a phone asks for before it has said in the same boot who it is (legacy-79x0 3.2, 5.2, 5.3; java-phones 4.3). */
const ASKED_FIRST: ReadonlySet<string> = new Set([
  'OS79XX.TXT',
  'SIPDefault.cnf',
  'MGCDefault.cnf',
  'SEPDefault.cnf',
  'termNN.default.loads',
]);

/** Whether a phone may ask for this trigger file before it has said who it is. */
export function isAskedFirst(file: string): boolean {
  return ASKED_FIRST.has(file);
}

/** Why a phone that is being found out is shown such a name. */
export const PROBING = 'it is shown a name that no load has, to see whether it appends .bin or .sbn';

/** What an answer leaves in the record beside the request itself: a load that was named, a probe, a name spelled differently. */
export function rowsOfAnswer(
  answer: Answer,
  asked: AskedName,
  where: Omit<DecidedRow, 'event'>,
): readonly DecidedRow[] {
  const rows: DecidedRow[] = [];
  if (answer.kind === 'trigger' || (answer.kind === 'file' && answer.isTrigger)) {
    rows.push({ event: 'load.offered', ...where, load: answer.hop.load, file: asked.name });
  }
  if (answer.kind === 'own-file' && answer.load !== null) {
    rows.push({ event: 'load.offered', ...where, load: answer.load, file: asked.name, reason: answer.origin });
  }
  if (answer.kind === 'file' && !answer.isExact) {
    const reason = `the phone asked for ${asked.name}, the package holds ${answer.name}: served, since only the case differs`;
    rows.push({ event: 'phone.finding', ...where, finding: 'wrong-case', code: 'P_WRONG_CASE', reason });
  }
  if (answer.kind === 'probe') {
    rows.push({ event: 'phone.decision', ...where, file: asked.name, reason: PROBING });
  }
  return rows;
}
