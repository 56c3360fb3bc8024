import { type Hold, nextHop, type PhoneContext, presentHop } from '../../../machines/phone-context.ts';
import { hasAll } from '../../../machines/rules.ts';
import { otherInPlace, packageOf } from '../../core/answer/package-of-hop.ts';
import type { AppError } from '../../core/errors.ts';
import {
  type AdviceAbout,
  adviceFor,
  adviceOn,
  adviceOnFiles,
  adviceOnFilesBack,
  adviceOnUnfit,
  LOOK_AGAIN,
  OR_RESTART,
  thenRetry,
  whenItLooksLike,
  whenItRuns,
  whenSaid,
} from '../../core/explain/hold-advice.ts';
import { effectOf } from '../../core/firmware/finding.ts';
import { type FirmwareIndex, findFile, isServable } from '../../core/firmware/package.ts';
import type { Evidence } from '../../core/identify/evidence.ts';
import type { Trace } from '../../core/identify/trace.ts';
import { type FamilyId, isJavaFamily } from '../../core/names/family.ts';
import type { LoadName } from '../../core/names/load-name.ts';
import { withoutRules } from '../../core/plan/describe-plan.ts';
import { isRefusal, unfitHolder } from '../../core/plan/explain-no-plan.ts';
import type { Hop, NoPlan } from '../../core/plan/plan.ts';
import type { Software } from '../../core/software.ts';
import { describeSoftware } from '../../core/software-words.ts';
import { spanText } from '../../core/text/amounts.ts';
import { UNREADABLE } from '../memory/kept-phone.ts';
import { type PhoneMemory, wasTold } from '../memory/memory.ts';
import type { OtherAt } from './address-doubt.ts';
import { cameText } from './came-for.ts';
import { takenWords } from './machine-holds.ts';
import {
  askedByAnother,
  headless,
  RESTART_IDLE,
  TELL_BY_LEASES,
  WAIT_WHILE_WRITING,
  whereItMoved,
} from './refusals.ts';
import { about } from './refused-hops.ts';

/** Its record cannot be read by this version. */
export function unreadable(why: string): Hold {
  const reason = `its record cannot be read by this version: ${why}`;
  return { code: UNREADABLE, reason, advice: adviceFor(UNREADABLE, NOBODY), isResumable: false };
}

/** A nameless request that the hop needs came from an address which several phones share. */
export function sharedAddress(file: string): Hold {
  const reason = `${file} was asked for from an address that is known as more than one machine's, so nobody can tell which phone it is for`;
  return { code: 'P_AMBIGUOUS_ADDRESS', reason, advice: adviceFor('P_AMBIGUOUS_ADDRESS', NOBODY), isResumable: false };
}

/** Nothing was heard of it but what another machine asked under its name; `usual` is why it would be held without that. */
export function onlyAskedByAnother(other: OtherAt, usual: Hold | undefined): Hold {
  const { reason } = askedByAnother(other.address, other);
  const moved = whereItMoved(other);
  if (usual === undefined)
    return { code: 'P_AMBIGUOUS_ADDRESS', reason, advice: `${RESTART_IDLE}; ${moved}`, isResumable: true };
  return { ...usual, reason: `${usual.reason}; ${reason}`, advice: `${usual.advice}; ${moved}` };
}

/** A nameless trigger was given where only names tell who asks, and nothing was taken: it is not given there again. */
export function givenOnce(file: string): Hold {
  const reason = `${file} was given once to the address of this phone, and the phone took nothing; only its names tell who asks there, so the next to ask may be another phone`;
  return { code: 'P_TRIGGER_NOT_TAKEN', reason, advice: thenRetry(TELL_BY_LEASES), isResumable: false };
}

/** It has not come for what is offered to it, and soon nobody could tell any more that its first question is its own. */
export function restartSoon(context: PhoneContext, memory: PhoneMemory, hasFaded: boolean): Hold {
  const load = presentHop(context)?.load ?? 'the next load';
  const tells = hasFaded
    ? 'its address does not tell any more who asks, and only its names do'
    : 'soon its address will no longer tell who asks, and only its names will';
  const reason = `${load} is offered, and the phone ${cameText(context, memory)}; ${tells}`;
  return { code: 'P_NEEDS_RESTART', reason, advice: RESTART_SOON, isResumable: true };
}

/** It was given an image, and has asked for nothing since; what was ordered meanwhile changes nothing about that. */
export function mayStillWrite(image: string, { budgets }: PhoneContext, state: 'identifying' | 'offered'): Hold {
  const reason = `the phone asked for ${image}, and for nothing since (${spanText(budgets[state])}): it may be writing its flash`;
  return { code: 'P_STALLED', reason, advice: WAIT_WHILE_WRITING, isResumable: true };
}

/** It asked for the last time while others went before it, and sits idle since: it could not come for what it was never named. */
export function turnCame(context: PhoneContext): Hold {
  const load = presentHop(context)?.load ?? 'the next load';
  const span = spanText(context.budgets.offered);
  const reason = `${load} is offered, and its turn came only after its last boot; it has asked for nothing since (${span})`;
  return { code: 'P_NEEDS_RESTART', reason, advice: adviceFor('P_NEEDS_RESTART', about(context)), isResumable: true };
}

/** Its loader was named no load in this boot and started the application that it has, or the beginning of the boot was not heard. */
export function bootMissed(context: PhoneContext, trace: Trace, memory: PhoneMemory): Hold {
  const load = presentHop(context)?.load ?? 'the next load';
  const { reason } = headless(trace, wasTold(memory, { what: 'waits', hop: context.hop }));
  const advice = adviceFor('P_NEEDS_RESTART', about(context));
  return { code: 'P_NEEDS_RESTART', reason: `${load} is offered; ${reason}`, advice, isResumable: true };
}

/** It keeps asking, and nothing that it asks brings it further. `said` is what its operator says that it runs. */
export function keepsAsking(
  state: 'identifying' | 'downloading' | 'confirming',
  context: PhoneContext,
  ms: number,
  said: LoadName | null,
): Hold {
  const load = presentHop(context)?.load ?? context.target;
  const span = spanText(ms);
  if (state === 'downloading') {
    const reason = `the phone keeps asking, but for ${span} it has asked for no file of ${load}`;
    return { code: 'P_STALLED', reason, advice: adviceOn('P_STALLED'), isResumable: true };
  }
  const what = state === 'confirming' ? `took ${takenWords(context)} and came back;` : 'keeps asking, but';
  const reason = `the phone ${what} for ${span} nothing that it asked for has shown which load it runs`;
  const display = said === null ? adviceFor('P_UNPROVEN', about(context)) : whenSaid(said, context);
  // What would have shown it may have been lost in its one boot since: another boot shows it as well. On the road, what is said of it leads on.
  const isResumable = state === 'confirming' && hasAll(context) && nextHop(context) === null;
  const advice = isResumable ? afterRestart(display) : display;
  return { code: 'P_UNPROVEN', reason, advice, isResumable };
}

/** It has its load whole, and its boots read what names that and end there: the same as often as it boots, so a person has to look. What was said of it before is older. */
export function silentOnItsWay(context: PhoneContext): Hold {
  const hop = presentHop(context);
  const load = hop?.load ?? context.target;
  const shows =
    hop?.kind === 'java-load'
      ? `booted since, read what names ${load} and asked for nothing more, again and again: it runs ${load}, or it lost its power or network each time`
      : 'fallen silent since again and again: nothing that it asked for has shown which load it runs';
  const reason = `the phone took ${takenWords(context)}, and has ${shows}`;
  return { code: 'P_UNPROVEN', reason, advice: adviceFor('P_UNPROVEN', about(context)), isResumable: false };
}

function afterRestart(then: string): string {
  return `restart it: ${RESTART_IDLE}; only where a restart has not told: ${then}`;
}

/** It is up, polls, and shows more only when it boots, unless it has booted here already; `said` as above. */
export function wasUpAlready(context: PhoneContext, ms: number, said: LoadName | null): Hold {
  const reason = `the phone is up and polls; for ${spanText(ms)} nothing that it asked for has shown which load it runs`;
  const then = said === null ? adviceFor('P_UNPROVEN', about(context)) : whenSaid(said, context);
  const advice = afterRestart(then);
  return { code: 'P_UNPROVEN', reason, advice, isResumable: false };
}

/** What it asks fits several loads, for which no step is right, in one boot as in the next; `said` as above. */
export function fitsSeveral(context: PhoneContext, software: readonly Software[], said: LoadName | null): Hold {
  const reason = `what it asks fits several loads (${describeSoftware(software)}), and no step is right for all of them; another boot has shown the same`;
  const advice = said === null ? adviceFor('P_UNPROVEN', about(context)) : whenSaid(said, context);
  return { code: 'P_UNPROVEN', reason, advice, isResumable: false };
}

/** The hold of a phone for what it does; `context` tells what it was named, where the advice depends on that. */
export function holdFor(
  { code, reason }: { readonly code: string; readonly reason: string },
  isResumable: boolean,
  context?: PhoneContext,
): Hold {
  const advice = context === undefined ? adviceOn(code) : adviceFor(code, about(context));
  return { code, reason, advice, isResumable };
}

/** It came up again with something that its hop was not to bring. */
export function cameUpOtherwise(hop: Hop): Hold {
  const reason = `${hop.load} was to run, and the phone came up with something else again`;
  return holdFor({ code: 'P_UNEXPECTED_LOAD', reason }, false);
}

/** It had done a step of its road and came up with what ran before that, `times` times. */
export function fellBehind({ hop, plan }: PhoneContext, times: number): Hold {
  const done = plan?.hops[hop - 2]?.load ?? 'the step before';
  const reason = `the phone had taken ${done} and came up with what ran before it, ${times} times: its power went in the middle of the next download, or another server gave it something else`;
  return holdFor({ code: 'P_UNEXPECTED_LOAD', reason }, false);
}

/** It shows one kind of software, then another, then the first again, and takes no load whole in between. */
export function kindsInTurn(mac: string, before: readonly Software[], after: readonly Software[]): Hold {
  const reason = `its boots show ${describeSoftware(before)} and ${describeSoftware(after)} in turn, and neither takes a load whole: two devices may have this MAC`;
  const advice = adviceFor('P_CONTRADICTION', { ...NOBODY, mac });
  return { code: 'P_CONTRADICTION', reason, advice, isResumable: false };
}

/** It had landed and showed then that it runs something else, `times` times. */
export function fallen({ target }: PhoneContext, times: number): Hold {
  const reason = `the phone had landed on ${target} ${times} times and showed then that it runs something else`;
  return holdFor({ code: 'P_UNEXPECTED_LOAD', reason }, false);
}

/** The hold of a phone that would go on at its next sign of life, only to stop in the same place again. */
export function spent({ code, reason, advice }: Hold, times: number): Hold {
  const often = `${reason}; that was the ${times}th time in this step, so it waits for a person now`;
  return { code, reason: often, advice: thenRetry(advice), isResumable: false };
}

/** The store can no longer give what the hop needs. */
export function filesGone({ code, message }: AppError): Hold {
  return { code, reason: message, advice: adviceFor(code, NOBODY), isResumable: false };
}

/**
 * The store lost files of the hop while the phone was on it, or its package is none any more that a phone is given; it goes on by itself
 * when they are back.
 */
export function filesMissing(hop: Hop, missing: readonly string[], index: FirmwareIndex): Hold {
  const { load } = hop;
  const pack = packageOf(hop, index);
  const absent = missing.filter((name) => pack === undefined || findFile(pack, name) === null);
  if (pack !== undefined && absent.length === 0) {
    const fault = pack.findings.find((found) => effectOf(found) === pack.verdict);
    const reason = `the package of ${load} in the store is ${pack.verdict} now${fault === undefined ? '' : `: ${fault.message}`}`;
    return { code: 'E_FILES_MISSING', reason, advice: adviceOnUnfit([pack.load]), isResumable: false };
  }
  const other = pack === undefined ? otherInPlace(hop, index) : null;
  if (other !== null) return { code: 'E_FILES_MISSING', reason: other, advice: ANEW_WITH_OTHER, isResumable: false };
  const reason = `the store no longer holds ${absent.slice(0, 6).join(', ')}, which ${load} needs`;
  return { code: 'E_FILES_MISSING', reason, advice: adviceOnFilesBack(absent), isResumable: false };
}

/** The target is for other phones than this one shows that it is. */
export function wrongFamily(mac: string, evidence: Evidence, target: LoadName, index: FirmwareIndex): Hold {
  const reason = `the phone shows ${describeSoftware(evidence.software)}; ${target} is for other models`;
  const advice = adviceFor('E_WRONG_FAMILY', { ...NOBODY, mac, target, loads: sipLoadsFor(evidence, index) });
  return { code: 'E_WRONG_FAMILY', reason, advice, isResumable: false };
}

/** SIP loads that lie in the store for what the phone may be. */
function sipLoadsFor({ software }: Evidence, { packages }: FirmwareIndex): readonly LoadName[] {
  const mayTake = (family: FamilyId) =>
    software.some((one) => (one.family === null ? isJavaFamily(family) : one.family === family));
  const fit = packages.filter((pack) => pack.protocol === 'SIP' && mayTake(pack.family) && isServable(pack));
  return [...new Set(fit.map(({ load }) => load))].sort();
}

/** The name of its locale jar is that of other models than those that its target is for. */
export function looksLikeOthers(mac: string, jar: string, models: readonly string[], target: LoadName): Hold {
  const reason = `it asks for ${jar}, as ${models.join(', ')} do, so it looks like one of those; ${target} is for other models`;
  return { code: 'E_WRONG_FAMILY', reason, advice: whenItLooksLike({ mac, target }), isResumable: false };
}

/** Its boot loader asks by the number of another model of the family than the list has. */
export function otherModel(
  mac: string,
  target: LoadName,
  asked: string,
  models: readonly string[],
  listed: string,
): Hold {
  const advice = `run: loadstep enroll --mac ${mac} --target ${target} --model ${models[0] ?? '<model>'}`;
  const reason = `it asks for ${asked}, as a ${models.join(' or ')} does in its boot loader, and the list calls it a ${listed}`;
  const check = 'compare the model on its label; when that is what it asks for,';
  return {
    code: 'P_OTHER_MODEL',
    reason,
    advice: `${check} ${advice}; then restart it when its screen is idle`,
    isResumable: false,
  };
}

/** It asks for, or DHCP tells of, what only a phone has that loadstep does not convert. */
export function otherPhone(mac: string, phones: string, why: string): Hold {
  const reason = `${why}: it is ${phones}, which loadstep does not convert`;
  const advice = adviceFor('P_OTHER_PHONE', { ...NOBODY, mac });
  return { code: 'P_OTHER_PHONE', reason, advice, isResumable: false };
}

/** There is no road to the target; `packages` are those that would do, in words. */
export function noRoad(plan: NoPlan, index: FirmwareIndex, packages: string): Hold {
  const absent = plan.missing.filter((file) => unfitHolder(index, file) === null);
  const unfit = plan.missing.flatMap((file) => unfitHolder(index, file)?.load ?? []);
  const isUnfit = absent.length === 0 && unfit.length > 0;
  const names = absent.map(({ name }) => name);
  const advice = isUnfit ? adviceOnUnfit([...new Set(unfit)]) : adviceOnFiles(names, packages);
  // Where a road is there once its files are, which shorter ones there are not is for those who ask for a plan.
  const reasons = plan.missing.length === 0 ? plan.reasons : plan.reasons.filter((one) => !isRefusal(one));
  return { code: plan.code, reason: withoutRules(reasons.join(' ')), advice, isResumable: false };
}

/** It is said, or was known last, to run its target; no single step would show that, and it is not flashed to find out. */
export function mayRunAlready(mac: string, target: LoadName, by: 'said' | 'known' | 'fits'): Hold {
  const why = {
    said: `it is said to run ${target} already`,
    known: `${target} was the last that was known of it, by a proof or by what was said of it`,
    fits: `what it asks fits ${target} and other loads`,
  }[by];
  const reason = `${why}, and nothing that it asks can show whether it does`;
  return { code: 'P_UNPROVEN', reason, advice: whenItRuns({ mac, target }), isResumable: false };
}

const RESTART_SOON =
  'it is writing nothing now: unplug its power for ten seconds and plug it in again, within five minutes; later than that do so twice within a quarter of an hour, or name the lease file of the DHCP server with --leases';
const ANEW_WITH_OTHER = `${LOOK_AGAIN}, and the step begins anew with that one${OR_RESTART}; or put the former one back first, and the phone goes on with it`;
const NOBODY: AdviceAbout = { mac: '…', target: '…', load: null, kind: null };
