import { triggerFileOf } from '../answer/answer.ts';
import type { Hop } from '../plan/plan.ts';
import type { Software } from '../software.ts';
import type { Evidence } from './evidence.ts';
import { mayAskSo, withoutInference } from './itl-files.ts';
import { confirmed, type Proceedings, tookImage, tookManifest, type Verdict } from './proceedings.ts';
import { areCompatible } from './shared-software.ts';
import { has, type TraceStep, wentOnAtOnce } from './trace.ts';
import { byLoader } from './verdict-of-application.ts';
import { byTakingNothing, hasReadItsName } from './verdict-of-silence.ts';

/** The verdict on one request; null while nothing is proven either way. */
export function judge(p: Proceedings): Verdict | null {
  if (p.isElsewhere) return null;
  if (isInterrupted(p)) return byWhatWasHeard(p);
  const verdicts = [byNextHop(p), byBootLoader(p), byLoader(p), byPattern(p), byOtherBank(p), byTakingNothing(p)];
  const denial = verdicts.find((verdict) => verdict?.kind === 'denied');
  if (denial?.code === 'P_APPLICATION_REJECTED') return denial;
  const proofs = verdicts.filter((verdict) => verdict?.kind === 'confirmed');
  if (proofs.length > 0) return confirmed(...proofs.flatMap((verdict) => verdict.witnesses));
  return denial ?? verdicts.find((verdict) => verdict?.kind === 'broken') ?? null;
}

/** Whether another server may have answered the phone in the midst of what is judged. */
function isInterrupted({ isNewRound, before, trace }: Proceedings): boolean {
  return trace.isInterrupted === true || (isNewRound && before.isInterrupted === true);
}

/** Verdicts that need nothing but what was asked: none that goes by what was not. */
function byWhatWasHeard(p: Proceedings): Verdict | null {
  const proof = byNextHop(p) ?? byBootLoader(p);
  if (proof !== null) return proof;
  const verdict = byLoader(p);
  const isOfWhatItTook =
    verdict?.kind === 'broken' || (verdict?.kind === 'denied' && verdict.code === 'P_APPLICATION_REJECTED');
  return isOfWhatItTook ? verdict : null;
}

function byNextHop(p: Proceedings): Verdict | null {
  if (p.asked.kind !== 'image' || !p.mayBeTaken || !mayAppend(p.hop.after, p.asked.name)) return null;
  const isNext = p.nextImages.some((name) => name.toLowerCase() === p.asked.name.toLowerCase());
  if (!isNext || p.hop.files.some((file) => file.name.toLowerCase() === p.asked.name.toLowerCase())) return null;
  return confirmed(`asked for ${p.asked.name}, which only software after ${p.hop.load} takes`);
}

/** A signed image asks for signed images only, and an unsigned one for none (legacy-79x0 2, 5.6). */
function mayAppend({ generation }: Software, name: string): boolean {
  const isUnsigned = name.toLowerCase().endsWith('.bin');
  return generation === 'G1' ? isUnsigned : !isUnsigned;
}

/** A boot loader asks for nothing but its own files (java-phones 4.3): any other head means that an application runs. */
function byBootLoader(p: Proceedings): Verdict | null {
  if (p.hop.kind !== 'boot-loader' || !p.mayBeTaken || !has(p.trace, 'ctl-phone', 'sep-xml')) return null;
  return confirmed(
    `boot after the archives of ${p.hop.load}: an application asks ${p.asked.name}, not the boot loader`,
  );
}

/** The pattern of a boot after the images excludes everything that ran before the hop, or what was to run after it. */
function byPattern(p: Proceedings): Verdict | null {
  if (p.reading === null || !p.mayBeTaken || p.hop.kind === 'application') return null;
  // What goes on in the boot in which a last block was not acknowledged may be what was there before.
  if (!p.isTaken && p.trace.steps.slice(0, -1).some(({ kind }) => kind === 'image')) return null;
  const { software, why } = p.reading;
  const mayBeOld = software.some((one) => p.hop.from.some((from) => areCompatible(one, from)));
  const mayBeNew = software.some((one) => areCompatible(one, p.hop.after));
  // A Java phone that runs the load asks for no manifest.
  const wantsIt = p.hop.kind === 'java-load' && (tookManifest(p.trace) || mayHaveAskedInVain(p));
  if (mayBeNew && !mayBeOld && mayBeOfAnother(p)) return null;
  if (mayBeNew && !mayBeOld && !wantsIt) return confirmed(`(a) boot after ${p.hop.load}: ${why}`);
  // Of a Java phone the pattern excludes loads that ask for ITL files, by inference only (docs/decisions/0044).
  const mayBeNewAfterAll = software.some((one) => areCompatible(withoutInference(one), p.hop.after));
  if (mayBeOld && !mayBeNewAfterAll && p.isTaken && p.isBack) {
    const reason = `${p.hop.load} reached the phone whole and yet the old software runs (${why}): power lost while writing, or the image was refused`;
    return { kind: 'denied', code: 'P_POWER_LOST', reason };
  }
  return null;
}

/**
 * Whether another server may have given the phone another load of this generation and protocol since it took its last one here. It has where the phone asks
 * for the image of the hop again, and gets none; and it may have where the list begins late enough for that, until the phone has read what names its load
 * and gone on.
 */
function mayBeOfAnother({ hop, trace, nextImages, trigger }: Proceedings): boolean {
  if (hop.kind !== 'image' && hop.kind !== 'java-load') return false;
  if (trace.steps.some((step) => isImageOf(step, hop) && step.isGiven !== true && step.endedAt === undefined))
    return true;
  if (nextImages.length > 0 || trace.isAfterImage === true) return false;
  const hasRead = (step: TraceStep) =>
    hop.kind === 'image' ? hasReadItsName(step, hop) : step.isGiven === true && triggerFileOf(step.kind) === trigger;
  return !wentOnAtOnce(trace, hasRead);
}

function isImageOf({ kind, name }: TraceStep, { load }: Hop): boolean {
  return kind === 'image' && name.toLowerCase().replace(/\.\w+$/, '') === load.toLowerCase();
}

/** A Java phone that has every archive and asks as loads do that are older, or newer, than the hop's: something else runs. */
function byOtherBank({ hop, trace, isTaken, isBack }: Proceedings): Verdict | null {
  const isRound = hop.kind === 'java-load' && isTaken && isBack && has(trace, 'ctl-phone') && !tookImage(trace);
  if (!isRound || mayAskSo(trace, hop.after.releases)) return null;
  const names = has(trace, 'itl-phone', 'itl-file') ? 'ITL files' : 'no ITL file';
  const reason = `${hop.load} reached the phone whole and yet it asks ${names}, which is not how that load begins: power lost while writing, or the load was refused`;
  return { kind: 'denied', code: 'P_POWER_LOST', reason };
}

/** It went on late after what names its load, in a boot before which another server may have flashed it: its question may have gone unheard. */
function mayHaveAskedInVain({ trace, trigger }: Proceedings): boolean {
  const isTrigger = (step: TraceStep) => triggerFileOf(step.kind) === trigger;
  const hasGoneOn = trace.steps.slice(0, -1).some(isTrigger);
  return trace.isAfterImage !== true && hasGoneOn && !wentOnAtOnce(trace, isTrigger);
}

/**
 * Everything the phone may run once it asked for the last image it needs: what ran before, or what was to come. What the
 * operator said of it holds for what ran before.
 */
export function duringFlash(evidence: Evidence, hop: Hop): Evidence {
  const before = evidence.software.length > 0 ? evidence.software : hop.from;
  if (before.some((one) => one.load === hop.after.load && one.load !== null)) return evidence;
  return { ...evidence, software: [...before, hop.after], stated: { ...evidence.stated, from: null } };
}
