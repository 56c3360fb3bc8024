import type { SteadyMs } from '../moment.ts';
import { factsOf } from '../phone-states.ts';
import type { PowerRecord } from './power-record.ts';

/** How often and how soon power may be switched. Every number is invented. */
export interface PowerLimits {
  /** Times for one phone, until the operator enrols or retries it. */
  readonly times: number;
  /** From one switching to the next of the same phone. */
  readonly spacingMs: number;
  /** How long a phone may be without a first request, or without coming for what is offered. */
  readonly patienceMs: number;
  /** A phone that asked something this recently is alive, and may be just about to come. */
  readonly quietMs: number;
  /** A phone that was not heard since the server was started may have been given an image that its record knows nothing of. */
  readonly unheardMs: number;
}

export const DEFAULT_POWER_LIMITS: PowerLimits = {
  times: 2,
  spacingMs: 10 * 60_000,
  patienceMs: 15 * 60_000,
  quietMs: 10_000,
  unheardMs: 10 * 60_000,
};

/** Where one phone stands, and what its record says. */
export interface PowerQuestion {
  readonly now: SteadyMs;
  readonly state: string;
  /** When that state began. */
  readonly since: SteadyMs;
  /** When it last asked this server for anything; null when it has not since that was started. */
  readonly heardAt: SteadyMs | null;
  /** Since when this server has heard whatever phones asked. */
  readonly listensSince: SteadyMs;
  /** Why it is held; null when it is not. */
  readonly code: string | null;
  /** Whether the hold ends by itself at the phone's next sign of life. */
  readonly isResumable: boolean;
  /** Whether something is being sent to its address, or to one that may be its own, out of the operator's tree, or a load was lately. */
  readonly isServed?: boolean;
  /** Why the power of another phone must not go that would go with it; null or absent where there is none. */
  readonly neighbour?: string | null;
  /** Whether it was given an image, and nothing that was asked since is known to be its own, whatever its record says. */
  readonly mayWrite?: boolean;
  /** Whether it is up and only polls, as far as anybody heard: it shows what it runs only when it boots. */
  readonly isUp?: boolean;
  /** True when it waits for its turn, or the whole batch is paused: a restart would gain nothing. */
  readonly isKeptWaiting: boolean;
  /** Whether somebody asked for the restart of this phone: then nothing else has to ask for it. All that keeps it from harm stays. */
  readonly isWished?: boolean;
  readonly record: PowerRecord;
}

export type PowerVerdict =
  | { readonly may: true; readonly why: string }
  | {
      readonly may: false;
      readonly why: string;
      /** That it may later, as far as that can be seen now; absent where it may not. */
      readonly later?: PowerLater;
      /** That a restart would help it, or seems to, and is not given. */
      readonly isRefused?: true;
    };

/** When the power of a phone may be switched that must not be now. */
interface PowerLater {
  /** Not before this moment; null where no moment is known. */
  readonly from: SteadyMs | null;
  /** What has to be so first, after "once"; null where the moment alone counts. */
  readonly once: string | null;
}

/** A phone that is up polls more often than this (a 79x0 each 31 s, legacy-79x0 11.1 H); silent for longer, it may be at something else (invented). */
const POLLS_WITHIN_MS = 2 * 60_000;

/**
 * Whether the power of a phone may be switched off and on now. Never while it may be writing flash: that is from the first
 * byte of an image until its next boot, whatever state it is in by then, and always while it is downloading or flashing.
 */
export function mayPowerCycle(question: PowerQuestion, limits: PowerLimits = DEFAULT_POWER_LIMITS): PowerVerdict {
  return judge(question, limits, (now) => {
    const { record } = question;
    if (record.cycledAt.length >= limits.times) return refused(usedUp(record));
    const last = record.cycledAt.at(-1);
    const isTooSoon = last !== undefined && now - last < limits.spacingMs;
    return isTooSoon ? later('its power was switched not long ago', last + limits.spacingMs) : null;
  });
}

/** Whether a phone may be told to restart now: by the same rules, but for how often, and that it need not boot to show that its loader writes no more. */
export function mayTellToRestart(question: PowerQuestion, limits: PowerLimits = DEFAULT_POWER_LIMITS): PowerVerdict {
  const { record } = question;
  const mayBeWriting = record.mayBeWriting && !record.isStarted;
  return judge({ ...question, record: { ...record, mayBeWriting } }, limits, () => null);
}

function judge(
  question: PowerQuestion,
  limits: PowerLimits,
  tooOften: (now: SteadyMs) => PowerVerdict | null,
): PowerVerdict {
  const { now, state, record } = question;
  const why = needOf(question, limits);
  if (record.mayBeWriting || question.mayWrite === true) {
    const writing = 'it was given an image and has not booted since: it may be writing its flash';
    return why === null ? no(writing) : refused(writing);
  }
  if (factsOf(state).busy) return no('it may be writing its flash');
  if (question.isServed === true)
    return no('a load or a file is being sent to it, or may be, or it may have taken one lately');
  if (why === null) return helplessNow(question);
  if (question.neighbour != null) return refused(question.neighbour);
  // A record that was put back from a backup knows nothing of what the phone was given since.
  if (question.heardAt === null && now - question.listensSince < limits.unheardMs) {
    return later('it was not heard since the server was started', question.listensSince + limits.unheardMs);
  }
  if (question.isKeptWaiting) return refused('the batch is paused, or it waits for its turn');
  const often = tooOften(now);
  if (often !== null) return often;
  const dueAt = question.since + limits.patienceMs;
  if (question.isWished !== true && isOnlyUp(question) && now < dueAt) return later(why, dueAt);
  if (question.heardAt !== null && now - question.heardAt < limits.quietMs) {
    const once = `it has asked for nothing for ${limits.quietMs / 1000} seconds`;
    return { may: false, why: 'it asked something just now', later: { from: null, once } };
  }
  return { may: true, why };
}

/** That the times of a phone are used up, and how many of them came to nothing. */
function usedUp({ cycledAt: { length }, failed }: PowerRecord): string {
  if (failed >= length && failed > 0) return `switching its power failed ${failed} of ${length} times`;
  const done = length - failed;
  const often = failed === 0 || done > 1 ? `${done} times` : 'once';
  const but = failed === 0 ? '' : `, and switching it failed ${failed === 1 ? 'once' : `${failed} times`}`;
  return `its power was switched ${often} already${but}`;
}

/** Why nothing is done for a phone that a restart does not help now. */
function helplessNow({ state, code, isResumable }: PowerQuestion): PowerVerdict {
  if (state === 'held' && isResumable && code === 'P_SILENT_AFTER_FLASH') {
    return refused('somebody has to look at its screen first: it may be writing its flash');
  }
  return no('a restart would not help it now');
}

/** Whether it runs something that it does not show, polls, and was never given an image here, so that no flash of ours is being written. */
function isOnlyUp({ now, state, isUp, heardAt, record }: PowerQuestion): boolean {
  const isPolling = heardAt !== null && now - heardAt <= POLLS_WITHIN_MS;
  return state === 'identifying' && isUp === true && isPolling && !record.hasHadImage;
}

function needOf(question: PowerQuestion, { patienceMs }: PowerLimits): string | null {
  const { now, state, since, code, isResumable, record } = question;
  const isOverdue = now - since >= patienceMs;
  if (question.isWished === true) return code === 'P_SILENT_AFTER_FLASH' ? null : 'somebody asked for it';
  // A phone that took an image whole and fell silent has its own rule: a person has to look at its screen.
  if (state === 'held' && isResumable && code !== 'P_SILENT_AFTER_FLASH') return `it is held with ${code}`;
  if (state === 'offered' && isOverdue) return 'it has not come for what is offered to it';
  if (isOnlyUp(question)) return 'it is up, and shows what it runs only when it boots';
  // A phone that was seen before somebody enrolled it is at something that we do not know of.
  if (state === 'waiting' && isOverdue && !record.hasAsked) return 'it has never asked for anything';
  return null;
}

function no(why: string): PowerVerdict {
  return { may: false, why };
}

function refused(why: string): PowerVerdict {
  return { may: false, why, isRefused: true };
}

function later(why: string, from: SteadyMs): PowerVerdict {
  return { may: false, why, later: { from, once: null } };
}
