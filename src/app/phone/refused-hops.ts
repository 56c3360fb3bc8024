import { type Hold, type PhoneContext, presentHop } from '../../../machines/phone-context.ts';
import { hasAll, showsAll } from '../../../machines/rules.ts';
import { type AdviceAbout, adviceFor, refused, whenItMayRun, whenWordIsFalse } from '../../core/explain/hold-advice.ts';
import type { Behaviour } from '../../core/identify/behaviour.ts';
import type { Verdict } from '../../core/identify/proceedings.ts';
import { areCompatible } from '../../core/identify/shared-software.ts';
import { has, type Trace, wasGiven } from '../../core/identify/trace.ts';
import {
  askedInVain,
  eitherWay,
  otherApplicationIn,
  tookManifestAlone,
} from '../../core/identify/verdict-of-application.ts';
import type { Protocol } from '../../core/names/family.ts';
import type { LoadName } from '../../core/names/load-name.ts';
import { isSameLoad } from '../../core/names/same-load.ts';
import type { Hop } from '../../core/plan/plan.ts';
import { describeSoftware } from '../../core/software-words.ts';
import type { OwnWord, PhoneMemory } from '../memory/memory.ts';
import { hasRefused, timesTried } from '../memory/tried.ts';
import type { SessionState } from './session-state.ts';

/** What advice on a phone is made of, from its context. */
export function about(context: PhoneContext): AdviceAbout {
  const hop = presentHop(context);
  return { mac: context.mac, target: context.target, load: hop?.load ?? null, kind: hop?.kind ?? null };
}

/** Everything was sent and the old software still runs. */
export function notTaken(
  context: PhoneContext,
  { code, reason, mayRunIt: isDoubtful }: Extract<Verdict, { kind: 'denied' }>,
  known: Pick<SessionState, 'evidence' | 'memory'>,
): Hold {
  const hop = presentHop(context);
  const said = known.evidence.stated.from;
  const own = hop === null ? null : saysOther(known.memory, hop);
  if (code === 'P_MANIFEST_LOOP' && hop !== null && own !== null) return refusesAsItSays(context, hop, own);
  if (code === 'P_MANIFEST_LOOP' && hop !== null && mayRunIt(hop, said)) return refusesOrRuns(context, hop, said);
  const { mac, target } = context;
  // It was on no list meanwhile, so that its evidence knows less than its memory.
  if (code === 'P_MANIFEST_LOOP' && hop !== null && !isOther(hop) && ranOther(known, hop)) {
    const { load } = hop;
    const why = `${load}.loads reached the phone whole, it asked for no image, and it was shown to run ${known.memory.ran?.load} here before: it refuses ${load}, unless another server has given it that since`;
    return { code, reason: why, advice: whenItMayRun({ mac, target, load }), isResumable: false };
  }
  const advice =
    isDoubtful === true && hop !== null
      ? whenItMayRun({ mac, target, load: hop.load })
      : adviceFor(code, about(context));
  return { code, reason, advice, isResumable: false };
}

/** What a phone with a loader has said of itself, in this boot or the last, where that is not the load of this hop. */
export function saysOther({ ownWord = null }: PhoneMemory, { kind, after }: Hop): OwnWord | null {
  if (ownWord === null || kind !== 'application') return null;
  return ownWord.software.some((one) => areCompatible(one, after)) ? null : ownWord;
}

/** It took its manifest and nothing of what that lists, and says itself that it runs something else. */
export function refusesAsItSays(context: PhoneContext, { load }: Hop, { software }: OwnWord): Hold {
  const reason = `${load}.loads reached the phone whole, it asked for no image, and it says itself that it runs ${describeSoftware(software)}: it refuses ${load}`;
  return { code: 'P_MANIFEST_LOOP', reason, advice: adviceFor('P_MANIFEST_LOOP', about(context)), isResumable: false };
}

/** That a phone runs on what it had when it took a manifest in vain is told of one whose application of another protocol was heard then. */
export function noteKept(state: SessionState, hop: Hop, ended: Trace): void {
  const manifest = `${hop.load}.loads`;
  // An application may begin a list of its own after it.
  const isAfter = ended.afterManifest?.toLowerCase() === manifest.toLowerCase();
  if (has(ended, 'image') || !(isAfter || wasGiven(ended, manifest))) return;
  const protocol = otherApplicationIn(ended, hop);
  if (protocol !== null) state.countVain({ what: 'kept-other', load: hop.load, protocol });
}

/** It took its manifest and nothing of what that lists, and its application of another protocol runs on. */
export function refusesAsItRuns(context: PhoneContext, { load }: Hop, protocol: Protocol): Hold {
  const reason = `${load}.loads reached the phone whole, it asked for no image, and its ${protocol} application runs on: it refuses ${load}`;
  return { code: 'P_MANIFEST_LOOP', reason, advice: adviceFor('P_MANIFEST_LOOP', about(context)), isResumable: false };
}

/**
 * It took nothing of a load that it was named, and that it ran another one before is the operator's word alone: `said`, null where it was
 * shown. So it may run that load.
 */
export function mayRunIt(hop: Hop | null, said: LoadName | null): said is LoadName {
  return hop !== null && said !== null && said !== hop.load && hop.from.some(({ load }) => load === said);
}

export function refusesOrRuns({ mac, target }: PhoneContext, { load }: Hop, said: LoadName): Hold {
  const reason = `${load}.loads reached the phone whole, and it asked for no image: either it refuses ${load}, or it runs it already and --from ${said} is not true`;
  return { code: 'P_MANIFEST_LOOP', reason, advice: whenWordIsFalse({ mac, target, load, said }), isResumable: false };
}

/** Whether the operator says that it runs the load of this hop, and has said so since it last took anything. */
export function isSaid({ evidence, memory }: Pick<SessionState, 'evidence' | 'memory'>, { load }: Hop): boolean {
  return isSameLoad(evidence.stated.from, load) && memory.obeyed?.isOfBefore !== true;
}

/** Whether it took another load here, ran that, and has taken nothing since: not where its operator has read this one on its display. */
export function ranOther(known: Pick<SessionState, 'evidence' | 'memory'>, hop: Hop): boolean {
  const { ran } = known.memory;
  return ran?.isByBytes === true && !isSameLoad(ran.load, hop.load) && !isSaid(known, hop);
}

/** Whether a phone with a loader that takes a manifest and no image may run that load, as far as anybody knows: it was never shown to refuse it, nor to run another. */
export function isOpen(context: PhoneContext, memory: PhoneMemory): boolean {
  const hop = presentHop(context);
  if (hop?.kind !== 'application' || isOther(hop) || hasRefused(memory, hop.load)) return false;
  if (memory.ran?.isByBytes === true && !isSameLoad(memory.ran.load, hop.load)) return false;
  return hop.from.some((one) => areCompatible(one, hop.after));
}

/** It took its manifest again and again and asked for no image, and nobody said what it runs. */
export function refusesOrRunsIt({ mac, target }: PhoneContext, { load }: Hop): Hold {
  const advice = whenItMayRun({ mac, target, load });
  return { code: 'P_MANIFEST_LOOP', reason: tookManifestAlone(load), advice, isResumable: false };
}

/** Whether nobody can tell if a phone with a loader has the application of its hop: it asked for a part of the load, and was not seen to get that. */
export function isInDoubt(context: PhoneContext, memory: PhoneMemory): boolean {
  const hop = presentHop(context);
  if (hop?.kind !== 'application' || showsAll(context)) return false;
  const { load } = hop;
  const hasAsked =
    timesTried(memory, { what: 'loader-alone', load }) + timesTried(memory, { what: 'images-missing', load }) > 0;
  return hasAll(context) || (hasAsked && !isOther(hop));
}

/** Whether every software that may have run before the hop is an application of another load; a loader may hold any. */
export function isOther(hop: Hop): boolean {
  return hop.from.every(({ running, load }) => running === 'application' && load !== null && load !== hop.load);
}

/** It took its manifest again and again and asked for nothing more, like a phone that has it all or one that has given it up. */
export function mayHaveGivenUp({ mac, target }: PhoneContext, { load }: Hop): Hold {
  const reason = `${askedInVain(load)}; it takes its manifest again and again, and asks for no image: ${eitherWay(load)}`;
  return { code: 'P_MANIFEST_LOOP', reason, advice: whenItMayRun({ mac, target, load }), isResumable: false };
}

/** It has every image, and in each boot takes the manifest whole and shows nothing of what it leads to. */
export function neverStarts({ load }: Hop, context: PhoneContext): Hold {
  const reason = `the phone has all of ${load}, took its manifest whole again and again, and never showed that it runs it: it does not start that load`;
  return { code: 'P_MANIFEST_LOOP', reason, advice: adviceFor('P_MANIFEST_LOOP', about(context)), isResumable: false };
}

/** It has every image, and the application that it had before, of another protocol, runs on. */
export function keepsItsOther({ load }: Hop, context: PhoneContext, other: Protocol): Hold {
  const code = 'P_APPLICATION_REJECTED';
  const reason = `all of ${load} reached the phone whole, and its ${other} application runs on, boot after boot`;
  return { code, reason, advice: adviceFor(code, about(context)), isResumable: false };
}

/** Images reached the phone whole, more than once, and it runs what it ran before. */
export function refusedWhole(hop: Hop, { mac, asked }: PhoneContext, why: string): Hold {
  const isJava = hop.kind === 'java-load' || hop.kind === 'boot-loader';
  // Unsigned software asks for a `.bin` and looks at no signature: why it does not run what it gets is not known.
  const tookBin = Object.keys(asked).some((name) => name.toLowerCase().endsWith('.bin'));
  const isUnsigned = tookBin || hop.from.every((one) => one.generation === 'G1');
  const code = isJava ? 'P_ROUND_RESTARTED' : isUnsigned ? 'P_UNEXPECTED_LOAD' : 'P_IMAGE_AUTHENTICATION_FAILED';
  const reason = `${why}; that was not the first time, so it refuses what it gets`;
  return { code, reason, advice: refused({ mac }), isResumable: false };
}

/** What the phone does has gone on for so long that nothing we do helps. */
export function hopeless({ code, reason }: Behaviour, context: PhoneContext): Hold {
  const said = code === 'P_MANIFEST_LOOP' ? `the phone ${reason}` : reason;
  return { code, reason: said, advice: adviceFor(code, about(context)), isResumable: false };
}
