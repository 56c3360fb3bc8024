import { presentHop } from '../../../machines/phone-context.ts';
import type { Phone } from '../../../machines/step.ts';
import { adviceOn } from '../../core/explain/hold-advice.ts';
import { imageMaybeUnderWay } from '../../core/identify/trace.ts';
import type { MacAddress } from '../../core/names/mac-address.ts';
import { isBusy } from '../../core/phone-states.ts';
import { describeSoftware, shortSoftware } from '../../core/software-words.ts';
import type { Enrolment, PhoneRecord } from '../../ports/store.ts';
import { isLeaving, readKept } from '../memory/kept-phone.ts';
import { NEVER_HEARD, type PhoneMemory, type Withheld, wasTold } from '../memory/memory.ts';
import { unreadable } from '../phone/holds.ts';
import { OWN_FILE_WITHHELD, withheldText } from '../phone/own-tree.ts';
import { HEADLESS_LANDED, HEARD_BEFORE, WAIT_WHILE_WRITING } from '../phone/refusals.ts';
import { meaningOf, staysSilent, wordObeyed } from '../phone/word-obeyed.ts';
import { modelIn } from '../time/learnt-times.ts';

/** Where one phone is, for `status`, `watch`, `wait` and progress. Derived from its record; nothing here is stored. */
export interface PhoneStatus {
  readonly mac: MacAddress;
  readonly label: string | null;
  readonly model: string | null;
  /** Switch port, as the list says, or else where a switch saw it; absent where neither does. */
  readonly port?: string;
  /** Where a switch saw it last, such as `sw1 Gi0/17`; absent where none did. */
  readonly switchPort?: string;
  readonly target: string | null;
  /** What it is believed to run, in words. */
  readonly from: string | null;
  /** What it ran when its road began, in short words, also once it is off the list; what it runs while it has had no road. */
  readonly start: string | null;
  readonly state: string;
  readonly hop: number;
  readonly hops: number;
  /** Load of the present hop. */
  readonly load: string | null;
  /** When the present state began, milliseconds since the epoch. */
  readonly since: number | null;
  readonly deadlineAt: number | null;
  readonly code: string | null;
  readonly reason: string | null;
  readonly advice: string | null;
  readonly lastSeenAt: number | null;
  readonly isEnrolled: boolean;
}

/** The status that a phone's record tells. */
export function statusOf(record: PhoneRecord): PhoneStatus {
  const { enrolment } = record;
  const isEnrolled = enrolment?.status === 'enrolled';
  const kept = readKept(record);
  const evidence = kept.ok && record.evidence !== null ? kept.value.evidence : null;
  const base = {
    mac: record.mac,
    label: enrolment?.label ?? null,
    model: modelIn(record),
    ...portOf(record),
    target: enrolment?.target ?? null,
    from: evidence === null ? (enrolment?.from ?? null) : describeSoftware(evidence.software),
    start: shortSoftware(evidence?.software ?? []) ?? enrolment?.from ?? null,
    lastSeenAt: record.lastSeenAt,
    isEnrolled,
  };
  const nothing = {
    hop: 0,
    hops: 0,
    load: null,
    since: null,
    deadlineAt: null,
    code: null,
    reason: null,
    advice: null,
  };
  // A released phone that may be writing flash is let go at its next boot, and must not look as if it were idle.
  if (!isEnrolled && !isLeaving(record)) {
    const advice = `to convert it, run: loadstep enroll --mac ${record.mac} --target LOAD`;
    const start = (kept.ok ? roadStart(kept.value.phone) : null) ?? base.start;
    return { ...base, ...nothing, start, state: stateOffTheList(enrolment), advice };
  }
  if (!kept.ok) {
    const { code, reason, advice } = unreadable(kept.error);
    return { ...base, ...nothing, state: 'held', code, reason, advice };
  }
  const { phone, memory, evidence: known } = kept.value;
  if (phone === null) {
    return { ...base, ...nothing, state: 'waiting', advice: 'plug the phone in; it asks this server at its next boot' };
  }
  const { context, state } = phone;
  // What it did for another word is no answer to this one: a landing counts for the target that is asked for.
  const obeyed = enrolment === null ? null : wordObeyed(enrolment, phone, memory);
  const isOld = isEnrolled && obeyed !== null && meaningOf(enrolment, obeyed, state) !== 'nothing';
  const mayWrite = !IS_TOLD.has(state) && imageMaybeUnderWay(known.trace) !== null;
  const writing = mayWrite ? { advice: WAIT_WHILE_WRITING } : {};
  if (isOld && !isBusy(phone) && !isSilentSince(enrolment, obeyed, phone))
    return { ...base, ...nothing, ...UNHEARD, ...writing };
  const isMissed = state === 'waiting' && wasTold(memory, NEVER_HEARD);
  const missed = record.lastSeenAt === null ? NEVER_ASKED : HEARD_BEFORE;
  const withheld = state === 'landed' ? withheldIn(memory) : {};
  return {
    ...base,
    start: roadStart(phone) ?? base.start,
    state,
    hop: context.hop,
    hops: context.plan?.hops.length ?? 0,
    load: presentHop(context)?.load ?? null,
    since: context.since,
    deadlineAt: context.deadlineAt,
    code: state === 'held' ? (context.hold?.code ?? null) : isMissed ? 'P_NO_FIRST_REQUEST' : null,
    reason: state === 'held' ? (context.hold?.reason ?? null) : isMissed ? missed.reason : null,
    advice: isMissed ? missed.advice : adviceFor(phone),
    ...writing,
    ...withheld,
  };
}

/** Where it hangs, in the operator's words, and in those of a switch. */
function portOf({ enrolment, hangsAt }: PhoneRecord): Pick<PhoneStatus, 'port' | 'switchPort'> {
  const port = enrolment?.port ?? hangsAt;
  return { ...(port === undefined ? {} : { port }), ...(hangsAt === undefined ? {} : { switchPort: hangsAt }) };
}

/** States whose own advice is right for a phone that was given an image and has asked for nothing since. */
const IS_TOLD: ReadonlySet<string> = new Set(['downloading', 'flashing', 'landed', 'held', 'cancelled']);

/** What a phone ran when its road began; null where it had none. */
function roadStart(phone: Phone | null): string | null {
  return shortSoftware(phone?.context.plan?.hops[0]?.from ?? []);
}

const SHARED_ADDRESS = 'P_AMBIGUOUS_ADDRESS';

/** What a landed phone is not given: out of the tree of its operator, with what to change in each file; or since its address is shared. */
function withheldIn({ withheld }: PhoneMemory): Pick<PhoneStatus, 'code' | 'reason' | 'advice'> | object {
  if (withheld.length === 0) return {};
  const reason = withheld.map((one) => withheldText(one, ' to it'));
  const isOfTree = ({ isShared, whence }: Withheld) => isShared !== true && whence === undefined;
  // A restart alone gives it all its files.
  const isToRestart = withheld.every((one) => one.advice === HEADLESS_LANDED.advice);
  const advice = withheld.map((one) => (isOfTree(one) && !isToRestart ? `${one.file}: ${one.advice}` : one.advice));
  const isAnyShared = withheld.some(({ isShared }) => isShared === true);
  const code = withheld.some(isOfTree) ? OWN_FILE_WITHHELD : isAnyShared ? SHARED_ADDRESS : null;
  const all = [...new Set(advice)].join('; ');
  if (isToRestart) return { code, reason: reason.join('; '), advice: all };
  const help = `${all}; then restart the phone`;
  // A landed phone may never ask here again, so that nobody finds out that its file was mended.
  const done = isAnyShared ? '' : '; nothing to do where that was done since it asked last';
  return { code, reason: reason.join('; '), advice: `${help}${done}` };
}

/** One that fell silent while an order waited is told as that: the order is carried out at its next sign of life. */
function isSilentSince(word: Enrolment, obeyed: Enrolment, phone: Phone): boolean {
  const { hold, since } = phone.context;
  const isLater = hold?.code === 'P_SILENT_AFTER_FLASH' || since >= word.enrolledAt;
  return isLater && staysSilent(word, obeyed, phone);
}

/** That a server has still to be told what the operator asked last of a phone. */
export const NOT_TAKEN_OVER = 'no server has taken over yet what was asked for it last';

const UNHEARD = {
  state: 'waiting',
  reason: NOT_TAKEN_OVER,
  advice: 'have a server run (loadstep serve), then plug the phone in; it asks at its next boot',
} as const;

const NEVER_ASKED = { reason: 'it has not asked this server yet', advice: adviceOn('P_NO_FIRST_REQUEST') };

function stateOffTheList(enrolment: PhoneRecord['enrolment']): string {
  if (enrolment === null) return 'bystander';
  return enrolment.isCancelled === true ? 'cancelled' : 'released';
}

/** What a person can do now, for every state; never anything that could cut the power of a phone that writes flash. */
function adviceFor(phone: Phone): string {
  const { context, state } = phone;
  const hop = presentHop(context);
  switch (state) {
    case 'waiting':
      return 'plug the phone in; it asks this server at its next boot';
    case 'identifying':
      return 'wait: the phone shows what it runs by what it asks next';
    case 'offered':
      return `wait for the phone to come for ${hop?.load ?? 'its next load'}; if its screen is idle, unplug its power and plug it in again`;
    case 'downloading':
    case 'flashing':
      return 'do not unplug the phone: it may be writing its flash';
    case 'confirming':
      return 'wait: the phone boots and shows whether the step has worked';
    case 'landed':
      return 'nothing: the phone runs its target; when it is restarted it reads its own configuration, from the server that DHCP names then';
    case 'held':
      return context.hold?.advice ?? 'run: loadstep retry';
    case 'cancelled':
      return 'nothing: the phone was taken off the list';
  }
}
