import { type PhoneContext, presentHop } from '../../../machines/phone-context.ts';
import type { HistoryEvent } from '../../core/history/event.ts';
import { type Evidence, isUnheard, mayBeProbed } from '../../core/identify/evidence.ts';
import { areTwoLists } from '../../core/identify/pattern.ts';
import { areCompatible } from '../../core/identify/shared-software.ts';
import { has, imageMaybeUnderWay, isHeadless } from '../../core/identify/trace.ts';
import { isOnlyPolling, isUpAlready, showsMoreWhenItBoots } from '../../core/identify/up-already.ts';
import { isAllOf } from '../../core/plan/hop-progress.ts';
import { hopKey } from '../../core/plan/plan.ts';
import { describeSoftware } from '../../core/software-words.ts';
import { PARKED } from '../../ports/configurations.ts';
import type { PhoneRecord } from '../../ports/store.ts';
import { imageAskedLast } from '../memory/asked-unlisted.ts';
import { isLeaving, readKept } from '../memory/kept-phone.ts';
import { type PhoneMemory, type Told, wasTold } from '../memory/memory.ts';
import { keptOther, timesTried, tookManifestInVain } from '../memory/tried.ts';
import { SHARED } from '../phone/address-doubt.ts';
import { cameText, hasCome } from '../phone/came-for.ts';
import { HEARD_BEFORE, headless, OWN_ADDRESS, RESTART_IDLE, WAIT_WHILE_WRITING } from '../phone/refusals.ts';
import { saysOther } from '../phone/refused-hops.ts';
import { troubleIn } from './trouble-in-rows.ts';
import type { Why } from './why.ts';

/** Rows of one phone that are looked at for what it was refused last: more than two rounds leave. */
export const WHY_ROWS = 60;

const WAIT_FOR_BOOT = 'wait: the phone boots and shows whether the step has worked';
const SHARED_ADDRESS: Told = { what: 'behaviour', code: SHARED, hop: 0 };
const LEAVE_ON =
  'leave its power on: it may yet come for the load, and is given up when it goes on without it; more: loadstep explain P_MANIFEST_LOOP';
const KEEP_POWER = 'do not unplug the phone: it may be writing its flash';

/**
 * Why a phone on the list is where it is, and what would help; null for one that is over, or off the list. `rows` are the newest of its
 * record: what it was refused lately, or is known to do, says more than its state.
 */
export function whyItStands(record: PhoneRecord, rows: Iterable<HistoryEvent>): Why | null {
  const { enrolment } = record;
  const kept = readKept(record);
  if (!kept.ok || enrolment === null || (enrolment.status !== 'enrolled' && !isLeaving(record))) return null;
  const { phone, evidence, memory } = kept.value;
  const state = phone?.state ?? 'waiting';
  // No server has taken the phone over yet, or none runs: the rows alone know what it took out of the tree.
  const image = imageMaybeUnderWay(evidence.trace) ?? (phone === null ? imageAskedLast(rows)?.file : null) ?? null;
  if (image !== null && MAY_BE_RESTARTED.has(state)) return whyWriting(image, evidence.trace.unsaidAfter !== undefined);
  switch (state) {
    case 'waiting':
      return whyWaiting(record);
    case 'identifying':
      return troubleIn(rows, false) ?? whyIdentifying(record, evidence, memory);
    case 'offered':
      return troubleIn(rows) ?? (phone === null ? null : whyOffered(phone.context, evidence, memory));
    case 'downloading':
      return phone === null
        ? null
        : (takingBadly(rows, image !== null || phone.context.begun.length > 0) ?? whyDownloading(phone.context));
    case 'flashing':
      return phone === null ? null : whyFlashing(phone.context);
    case 'confirming':
      return phone === null ? null : (sharedIn(rows) ?? whyConfirming(phone.context, evidence));
    case 'landed':
      return whyParked(record, rows);
    default:
      return null;
  }
}

/** States in which a phone is told to be restarted, unless it was given an image and has asked for nothing since. */
const MAY_BE_RESTARTED: ReadonlySet<string> = new Set(['waiting', 'identifying', 'offered', 'confirming']);

function whyWriting(image: string, isUnsaid: boolean): Why {
  const since = isUnsaid
    ? 'and has not said its name since, so what was asked at its address may be asked by another'
    : 'and for nothing since';
  const reason = `it asked for ${image}, ${since}: it may be taking or writing that`;
  return { code: null, reason, advice: WAIT_WHILE_WRITING };
}

/** That a landed phone was given a configuration without an account, when it asked last. */
function whyParked({ mac }: PhoneRecord, rows: Iterable<HistoryEvent>): Why | null {
  let given: string | undefined;
  for (const { event, reason } of rows) if (event === 'load.offered') given = reason;
  if (given !== PARKED) return null;
  return {
    code: null,
    reason: 'it has landed, and was parked when it asked last: no account was kept for it',
    advice: `keep one: loadstep accounts set --mac ${mac} --extension NUMBER --generate; then restart the phone`,
  };
}

/** What a phone that takes its files is known to do wrong: whatever helps, its power stays on once it has begun to take an image. */
function takingBadly(rows: Iterable<HistoryEvent>, hasBegun: boolean): Why | null {
  const why = troubleIn(rows);
  if (why === null || !hasBegun) return why;
  const { needs, ...rest } = why;
  return { ...rest, advice: `${KEEP_POWER}; ${why.advice}`, ...(needs === 'person' ? { needs } : {}) };
}

/** That its address is shared, where that was found lately and has not ended. */
function sharedIn(rows: Iterable<HistoryEvent>): Why | null {
  const why = troubleIn(rows);
  return why?.code === SHARED ? why : null;
}

/** Why a phone that waits for others cannot go when its turn comes; null where it can. */
export function missedByWaiting(record: PhoneRecord): Why | null {
  const kept = readKept(record);
  if (!kept.ok || kept.value.evidence.trace.isAfterLoader !== true) return null;
  return { code: null, ...headless(kept.value.evidence.trace, true) };
}

function whyWaiting({ lastSeenAt }: PhoneRecord): Why {
  if (lastSeenAt !== null) return { code: null, ...HEARD_BEFORE, needs: 'restart' };
  const reason = 'it has not asked this server yet';
  return { code: null, reason, advice: 'plug the phone in; it asks this server at its next boot' };
}

/** Whether a phone on the list is up, and has to be restarted to show what it runs. */
export function hasToBeRestarted(record: PhoneRecord): boolean {
  const kept = readKept(record);
  return kept.ok && showsMoreWhenItBoots(kept.value.phone?.state ?? 'waiting', kept.value.evidence);
}

function whyIdentifying({ mac, enrolment }: PhoneRecord, evidence: Evidence, memory: PhoneMemory): Why {
  const { trace, software, stated } = evidence;
  const rounds = timesTried(memory, { what: 'showed-nothing' });
  const target = enrolment?.target ?? '<load>';
  const say = `loadstep enroll --mac ${mac} --target ${target} --from <load on its display>`;
  // A loader hunts through the names of every protocol; software before it never does.
  if (has(trace, 'os79xx') && areTwoLists(trace)) {
    const reason = 'names of two kinds of phones came in one boot: two phones may ask from its address';
    const advice = 'give each phone an address of its own, or name the lease file of the DHCP server with --leases';
    return { code: 'P_AMBIGUOUS_ADDRESS', reason, advice, needs: 'person' };
  }
  // It was told once, and the rows that say so may lie far back by now.
  if (software.length === 0 && wasTold(memory, SHARED_ADDRESS)) {
    const reason =
      'another phone named itself at its address lately (within a quarter of an hour, or in turn with it within a day), so what it asks without its name shows nothing of it';
    return { code: SHARED, reason, advice: OWN_ADDRESS, needs: 'person' };
  }
  if (software.length > 0 && isUnheard(evidence)) {
    const reason = `it was last known as ${describeSoftware(software)}, and has to show what it runs now`;
    return { code: null, reason, advice: `a phone asks only when it boots; ${RESTART_IDLE}`, needs: 'restart' };
  }
  if (mayBeProbed(evidence)) {
    const reason = 'it runs a SIP image that may take signed files or unsigned ones; its own SIP file is used to tell';
    return { code: null, reason, advice: `wait for its next two rounds; to shorten that, say what it runs: ${say}` };
  }
  if (software.length > 0) {
    const fits = `what it asks fits several loads (${describeSoftware(software)})`;
    if (isUpAlready(trace)) {
      const reason = `${fits}; it is up and polls, and may show more when it boots`;
      const advice = `restart it: ${RESTART_IDLE}; only where a restart has not told: say what it runs: ${say}`;
      return { code: null, reason, advice, needs: 'restart' };
    }
    const reason = `${fits}, and no step is right for all of them`;
    return { code: null, reason, advice: `say what it runs: ${say}`, needs: 'person' };
  }
  if (isUnheard(evidence)) return { code: null, ...HEARD_BEFORE, needs: 'restart' };
  if (isHeadless(trace)) return { code: null, ...headless(trace, false), needs: 'restart' };
  if (isOnlyPolling(trace)) {
    const reason = 'it asks for its configuration alone, as a phone does that is up; that does not show what it runs';
    const advice = `a phone shows what it runs only when it boots; ${RESTART_IDLE}`;
    return { code: null, reason, advice, needs: 'restart' };
  }
  const wait = 'wait for its next two rounds';
  const advice =
    stated.from === null
      ? `${wait}; to shorten that, say what it runs: ${say}`
      : `${wait}: it is believed to run ${stated.from} then, unless what it asks speaks against that`;
  if (rounds === 0) return { code: null, reason: 'what it has asked so far does not show what it runs', advice };
  const many = rounds === 1 ? 'a whole round' : `${rounds} rounds`;
  const said = stated.from === null || rounds < 2 ? '' : `, and what it asks speaks against ${stated.from}`;
  const reason = `${many} of its questions did not show what it runs${said}`;
  if (stated.from !== null && rounds < 2) return { code: null, reason, advice };
  return { code: null, reason, advice: `read the load on its display and say so: ${say}`, needs: 'person' };
}

function whyOffered(context: PhoneContext, evidence: Evidence, memory: PhoneMemory): Why {
  const hop = presentHop(context);
  const load = hop?.load ?? 'its next load';
  const file = hop?.triggers[context.trigger]?.file ?? 'its configuration';
  const again = `wait for its next round; ${RESTART_IDLE}`;
  if (isHeadless(evidence.trace)) {
    const said = headless(evidence.trace, wasTold(memory, { what: 'waits', hop: context.hop }));
    return { code: null, ...said, needs: 'restart' };
  }
  const own = hop === null ? null : saysOther(memory, hop);
  if (hop?.kind === 'application' && own !== null && tookManifestInVain(memory, hop.load)) {
    const reason = `it took ${load}.loads whole and asked for no image, and says itself that it runs ${describeSoftware(own.software)}: it refuses ${load}, unless its next boot shows otherwise`;
    return { code: null, reason, advice: again };
  }
  const kept = hop === null ? null : keptOther(memory, hop.load);
  if (hop?.kind === 'application' && kept !== null) {
    const reason = `it took ${load}.loads whole and asked for no image, and its ${kept} application runs on: it refuses ${load}, unless its next boot shows otherwise`;
    return { code: null, reason, advice: again };
  }
  if (hop?.kind === 'application' && tookManifestInVain(memory, hop.load)) {
    const reason = `it took ${load}.loads whole and asked for no image: it refuses ${load}, or runs it already, and its next boot decides`;
    const say = `loadstep enroll --mac ${context.mac} --target ${context.target} --from ${load}`;
    return { code: null, reason, advice: `${again}; when its display shows ${load} already, say so first: ${say}` };
  }
  if (context.isShown) {
    const came = hasCome(context, memory) ? `so far it ${cameText(context, memory)}` : 'it has not come for it yet';
    const reason = `${load} was named to it in ${file}, and ${came}`;
    return { code: null, reason, advice: again };
  }
  const times = (name: string) =>
    hop === null ? 0 : timesTried(memory, { what: 'passed-over', hop: hopKey(hop), file: name });
  const read = (hop?.triggers ?? []).filter((one) => times(one.file) > 0).map((one) => one.file);
  if (read.length > 0) {
    const reason = `it read ${read.join(' and ')}, which named ${load}, and ${cameText(context, memory)}; ${load} is offered in ${file} now`;
    return { code: null, reason, advice: again };
  }
  const reason = `${load} is offered in ${file}, and the phone has not asked for that file since`;
  return { code: null, reason, advice: again };
}

function whyDownloading(context: PhoneContext): Why {
  const hop = presentHop(context);
  const load = hop?.load ?? 'its next load';
  const [broken] = context.broken.slice(-1);
  const { manifestsInRow } = context;
  if (broken === undefined && manifestsInRow > 1 && context.begun.length === 0) {
    const isJava = hop?.kind === 'java-load' || hop?.kind === 'boot-loader';
    const why = isJava ? ': most likely it refuses its signature or hardware class' : '';
    const reason = `it fetched the manifest of ${load} ${manifestsInRow} times and has asked for no image since${why}`;
    return { code: null, reason, advice: LEAVE_ON };
  }
  const reason =
    broken !== undefined
      ? `it takes ${load}; the transfer of ${broken} broke off, and the phone has to ask for it again`
      : `it takes the files of ${load}`;
  return { code: null, reason, advice: KEEP_POWER };
}

function whyFlashing(context: PhoneContext): Why {
  const load = presentHop(context)?.load ?? 'its load';
  const reason = `the files of ${load} that it asked for were sent; it checks and writes them, and asks again when it has booted`;
  return { code: null, reason, advice: KEEP_POWER };
}

function whyConfirming(context: PhoneContext, { software }: Evidence): Why {
  const hop = presentHop(context);
  const load = hop?.load ?? 'its load';
  if (hop !== null && software.length > 0 && !software.some((one) => areCompatible(one, hop.after))) {
    const reason = `it took ${load} whole, and what it says or asks since shows that it runs ${describeSoftware(software)}`;
    return { code: null, reason, advice: `restart it: ${RESTART_IDLE}`, needs: 'restart' };
  }
  if (hop !== null && context.isShown && isAllOf(hop, context.taken)) {
    const reason = `it took ${load} whole, and read what names that load; whether it runs it shows by what it asks next, or by asking nothing in one more boot`;
    return {
      code: null,
      reason,
      advice: `wait two minutes; if it has not landed by then, restart it: ${RESTART_IDLE}`,
    };
  }
  if (context.rounds < 2) {
    return { code: null, reason: `it took ${load}, and has not shown yet what it runs now`, advice: WAIT_FOR_BOOT };
  }
  const reason = `it took ${load} and came back, and nothing that it asked since shows what it runs now`;
  const retry = `loadstep retry --mac ${context.mac}`;
  return {
    code: null,
    reason,
    advice: `leave its power on, and read the load on its display; when it is not ${load}, run: ${retry}`,
    needs: 'person',
  };
}
