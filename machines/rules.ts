import { isAllOf } from '../src/core/plan/hop-progress.ts';
import { hopKey } from '../src/core/plan/plan.ts';
import { isWithoutLoader } from '../src/core/software.ts';
import { CLEAN_SLATE, type Hold, type PhoneContext, presentHop, type StateBudgets } from './phone-context.ts';
import type { PhoneEventOf } from './phone-event.ts';

/** Whether the present hop is the plan's last. */
export function isLastHop(context: PhoneContext): boolean {
  return context.plan !== null && context.hop >= context.plan.hops.length;
}

/** Whether the round that begins now is one too many for the present trigger. */
export function isTriggerSpent(context: PhoneContext): boolean {
  return context.rounds + 1 > context.patience.roundsPerTrigger;
}

/** The trigger that is tried after the present one, `usable` being in the order of trying; null when none is left. */
export function nextRung(context: PhoneContext, usable: readonly number[]): number | null {
  return usable[usable.indexOf(context.trigger) + 1] ?? null;
}

/**
 * Whether asking once more makes this a manifest that the phone refuses: fetched again and again, no image asked for. A phone that has
 * all its images asks for none; one that has its loader alone does not have the application, nor need one whose download nobody saw the end of.
 */
export function isManifestLoop(context: PhoneContext): boolean {
  return context.manifestsInRow + 1 >= context.patience.manifestsWithoutImage && !showsAll(context);
}

/** Whether each image that the hop needs reached the phone, all but the acknowledgement of its last block at least. */
export function hasAll(context: PhoneContext): boolean {
  const hop = presentHop(context);
  return hop !== null && isAllOf(hop, [...context.taken, ...context.unacked]);
}

/** The same, as far as somebody has seen it: what was under way when a server was killed may have broken off anywhere. */
export function hasSeenAll(context: PhoneContext): boolean {
  const hop = presentHop(context);
  const { taken, unacked, unseen = [] } = context;
  return hop !== null && isAllOf(hop, [...taken, ...unacked.filter((name) => !unseen.includes(name))]);
}

/**
 * Whether an application that the phone had before this hop may ask what that of the hop asks. Not where it had one of another protocol, nor where
 * its loader came on this very road, to a phone before the loader: that one held no application that needs one.
 */
function mayAskAsBefore(context: PhoneContext): boolean {
  const hop = presentHop(context);
  if (hop?.kind !== 'application' || gotItsLoader(context)) return false;
  return hop.from.some(
    ({ running, protocol }) => running !== 'application' || protocol === null || protocol === hop.after.protocol,
  );
}

/** Whether the loader came from us, on this road, to a phone that had none. */
export function gotItsLoader({ plan, hop: number }: PhoneContext): boolean {
  const start = number > 1 ? (plan?.hops[0]?.from ?? []) : [];
  const hadNone = start.length > 0 && start.every(isWithoutLoader);
  return hadNone && plan?.hops[number - 1]?.after.generation === 'G3';
}

/** Whether what the phone asks after its manifest shows that it has all of the hop: a download that nobody saw the end of shows only in new questions. */
export function showsAll(context: PhoneContext): boolean {
  return hasSeenAll(context) || (hasAll(context) && !mayAskAsBefore(context));
}

/** Whether asking once more makes this a file that never arrives whole. */
export function isImageLoop(context: PhoneContext, file: string): boolean {
  return (context.asked[file] ?? 0) + 1 > context.patience.imageStarts;
}

/** The same of a manifest. One whose images the phone has all the same was not lost, however often it is asked for. */
export function isLostManifest(context: PhoneContext, file: string): boolean {
  return isImageLoop(context, file) && !hasAll(context);
}

/** Whether another road may still be tried after the present hop was refused. */
export function mayTryAnotherRoad(context: PhoneContext): boolean {
  return context.avoid.length + 1 < context.patience.roads;
}

/** Whether the hop failed once too often. */
export function isDeniedTooOften(context: PhoneContext, times: number): boolean {
  return Math.max(context.denials + 1, times) >= context.patience.denials;
}

export function isResumable(context: PhoneContext): boolean {
  return context.hold?.isResumable === true;
}

/**
 * Whether it is held on its way since nothing shows whether it runs the load that it took whole. A Java phone is named that again when somebody has it tried again: what
 * it has it keeps, and what it lacks it asks for.
 */
export function isUnprovenStep(context: PhoneContext): boolean {
  const isOnItsWay = presentHop(context)?.kind === 'java-load' && !isLastHop(context);
  return context.hold?.code === 'P_UNPROVEN' && isOnItsWay && hasAll(context);
}

/** Enters a state: its time starts, and its deadline is set where the state can stall. */
export function enter(context: PhoneContext, at: number, state: keyof StateBudgets | null): PhoneContext {
  return { ...context, since: at, deadlineAt: state === null ? null : at + context.budgets[state] };
}

/** Something moved within a state: its deadline starts again, but is never put off beyond `latest`. */
export function rearm(context: PhoneContext, at: number, state: keyof StateBudgets, latest?: number): PhoneContext {
  return { ...context, deadlineAt: Math.min(at + context.budgets[state], latest ?? Number.POSITIVE_INFINITY) };
}

export function takePlan(context: PhoneContext, event: PhoneEventOf<'plan.made'>): PhoneContext {
  const budgets = event.budgets ?? context.budgets;
  const base = { ...context, plan: event.plan, budgets, hold: null, witnesses: event.witnesses ?? [] };
  return startHop(base, event.plan.hops.length === 0 ? 0 : 1, event.trigger);
}

/** A hop begins with a clean slate. */
function startHop({ unseen: _, ...context }: PhoneContext, hop: number, trigger: number): PhoneContext {
  return { ...context, hop, trigger, ...CLEAN_SLATE };
}

export function passHop(context: PhoneContext, event: PhoneEventOf<'hop.confirmed'>): PhoneContext {
  const { witnesses, budgets = context.budgets } = event;
  return isLastHop(context)
    ? { ...context, witnesses }
    : { ...startHop(context, context.hop + 1, event.trigger), witnesses, budgets };
}

export function showTrigger(context: PhoneContext): PhoneContext {
  return { ...context, isShown: true };
}

/** One more round with the present trigger, or the first with the next one. */
export function countRound(context: PhoneContext, usable: readonly number[]): PhoneContext {
  const begun = beginRound(context);
  if (!isTriggerSpent(context)) return { ...begun, rounds: context.rounds + 1 };
  return { ...begun, trigger: nextRung(context, usable) ?? context.trigger, rounds: 0 };
}

/** What was shown and fetched in the previous round does not count for the one that begins. */
export function beginRound(context: PhoneContext): PhoneContext {
  const fetchedBefore = context.fetched.length > 0 ? context.fetched : context.fetchedBefore;
  return { ...context, fetched: [], fetchedBefore, begun: [], isShown: false };
}

export function countManifest(context: PhoneContext, file: string): PhoneContext {
  return { ...countAsked(context, file), manifestsInRow: context.manifestsInRow + 1 };
}

/** A manifest that did not reach the phone whole is none that it refuses. */
export function loseManifest(context: PhoneContext): PhoneContext {
  return { ...context, manifestsInRow: Math.max(0, context.manifestsInRow - 1) };
}

export function countImage(context: PhoneContext, file: string): PhoneContext {
  return { ...countAsked(context, file), manifestsInRow: 0, ...beginImage(context, file) };
}

/** The first image of a round starts from nothing; an image that is asked for again is missing until it has arrived whole again. */
function beginImage(
  { begun, taken, unacked, broken, unseen }: PhoneContext,
  file: string,
): Pick<PhoneContext, 'begun' | 'taken' | 'unacked' | 'broken' | 'unseen'> {
  if (begun.length === 0)
    return { begun: [file], taken: [], unacked: [], broken: [], ...(unseen === undefined ? {} : { unseen: [] }) };
  const without = (names: readonly string[]) => names.filter((name) => name !== file);
  return {
    begun: [...without(begun), file],
    taken: without(taken),
    unacked: without(unacked),
    broken: without(broken),
    ...(unseen === undefined ? {} : { unseen: without(unseen) }),
  };
}

function countAsked(context: PhoneContext, file: string): PhoneContext {
  return { ...context, asked: { ...context.asked, [file]: (context.asked[file] ?? 0) + 1 } };
}

/**
 * An image reached the phone whole. A phone asks one after the other and drops the next one when it lacks the one before (java-phones 4.5):
 * so it has those, too, of which only the last acknowledgement is missing.
 */
export function keepImage(context: PhoneContext, file: string): PhoneContext {
  const { begun, taken, unacked } = context;
  const before = begun.slice(0, Math.max(0, begun.indexOf(file)));
  const had = unacked.filter((name) => before.includes(name) && !taken.includes(name));
  return {
    ...context,
    fetched: [...context.fetched, file],
    taken: [...taken, ...had, file],
    unacked: unacked.filter((name) => !had.includes(name)),
    hasTaken: true,
  };
}

/** An image did not arrive whole, as far as was seen. */
export function loseImage(context: PhoneContext, file: string, isUnacked: boolean): PhoneContext {
  if (context.begun.length > 0 && !context.begun.includes(file)) return context;
  return isUnacked
    ? { ...context, unacked: [...context.unacked, file] }
    : { ...context, broken: [...context.broken, file] };
}

/** Nobody saw what became of images that were under way when the server ended: the phone may have them whole. */
export function loseSight(context: PhoneContext): PhoneContext {
  const { begun, taken, unacked, broken } = context;
  const unseen = begun.filter((file) => ![...taken, ...unacked, ...broken].includes(file));
  return unseen.length === 0 ? context : { ...context, unacked: [...unacked, ...unseen], unseen };
}

/** The phone started again before it had everything: nothing resumes, so it has to fetch everything again. */
export function loseImages(context: PhoneContext): PhoneContext {
  return { ...beginRound(context), rounds: 0 };
}

/** The hop turned out not to have worked. What nobody saw the end of may be there all the same. */
export function countDenial(context: PhoneContext): PhoneContext {
  const { unseen = [] } = context;
  return {
    ...loseImages(context),
    taken: [],
    unacked: context.unacked.filter((name) => unseen.includes(name)),
    broken: [],
    denials: context.denials + 1,
    manifestsInRow: 0,
  };
}

/**
 * The present hop is not tried again; a new road is planned around it. The old road stays until then, so that a phone that is held
 * because there is no other shows where it stopped.
 */
export function avoidHop(context: PhoneContext): PhoneContext {
  const hop = presentHop(context);
  const avoid = hop === null ? context.avoid : [...context.avoid, hopKey(hop)];
  return { ...startHop(context, context.hop, 0), avoid };
}

/** A phone that was held since it was silent is heard again: it goes on where it was. */
export function goOn(context: PhoneContext): PhoneContext {
  return { ...context, hold: null, rounds: 0 };
}

/** A person asked to try again while the phone has all of its hop: only refusals are forgotten. */
export function tryAgain(context: PhoneContext): PhoneContext {
  return { ...goOn(context), avoid: [], denials: 0 };
}

/** Everything about the road is forgotten; the target stays. */
export function forgetRoad(context: PhoneContext): PhoneContext {
  return { ...startHop(context, 0, 0), plan: null, hold: null, witnesses: [] };
}

/** A person asked to start again: earlier refusals do not count any more. */
export function startAnew(context: PhoneContext): PhoneContext {
  return { ...forgetRoad(context), avoid: [] };
}

export function holdWith(context: PhoneContext, hold: Hold): PhoneContext {
  return { ...context, hold };
}

/** A hold with its code alone: the app finds the words for it, and what a person can do, by the code (`src/app/phone/holds.ts`). */
export function holdBy(code: string, isResumable: boolean): Hold {
  return { code, reason: '', advice: '', isResumable };
}

/** The hold after a deadline has passed in each state; the next sign of life ends each of them. */
export function stalled(state: keyof StateBudgets): Hold {
  if (state === 'flashing') return holdBy('P_SILENT_AFTER_FLASH', true);
  return holdBy(state === 'offered' ? 'P_NEEDS_RESTART' : 'P_STALLED', true);
}
