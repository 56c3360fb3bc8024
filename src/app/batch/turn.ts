import { presentHop } from '../../../machines/phone-context.ts';
import type { Phone } from '../../../machines/step.ts';
import type { BatchLimits } from '../../core/batch/batch-state.ts';
import type { GatePhone, GateVerdict } from '../../core/batch/gate.ts';
import { standingOf } from '../../core/batch/outcome.ts';
import { isHeadless, isPollOfOwn, type Trace } from '../../core/identify/trace.ts';
import type { MacAddress } from '../../core/names/mac-address.ts';
import { factsOf, isOver } from '../../core/phone-states.ts';

/** Says who may be shown its load now; one for all sessions of a fleet. */
export interface TurnKeeper {
  /** Asks for a phone that is about to be shown its load; when it is among those that go first, that is durable on return. */
  take(mac: MacAddress, at: number): GateVerdict;
  /** Whether it could be shown its load, with nothing noted. */
  look(mac: MacAddress, at: number): GateVerdict;
  /** Whether nobody may begin anything new. */
  readonly isPaused: boolean;
  readonly limits: BatchLimits;
}

/** A phone that has not asked for this long is not waited for: a loader without a load goes round in about a minute (invented). */
const ASKING_MS = 180_000;

/**
 * Rounds that a turn lasts. An SCCP 8.x application that finds another load named looks once more, then restarts, and its loader hunts for
 * the same names (legacy-79x0 11.1 A, B): the third round is the one in which it comes.
 */
const ROUNDS_A_TURN = 3;

/** What the gate is told of one phone. */
export interface TurnFacts {
  readonly phone: Phone;
  readonly enrolledAt: number;
  /** When it asked last, on the clock of the one who looks. */
  readonly askedAt: number | null;
  /** Rounds of its turns in which it did not come for the load of its hop. */
  readonly roundsInVain: number;
  /** Whether a load was named to it since it began its list of names. */
  readonly wasShown: boolean;
  /** Whether it is given nothing that names a load before it is restarted. */
  readonly needsRestart: boolean;
}

/** One phone as the gate sees it. */
export function gatePhoneOf(
  { phone, roundsInVain, enrolledAt, askedAt, wasShown, needsRestart }: TurnFacts,
  now: number,
): GatePhone {
  const { state, context } = phone;
  const isOffered = state === 'offered';
  const hasSlot = factsOf(state).underWay && (!isOffered || context.isShown || wasShown);
  const isMidTurn = roundsInVain % ROUNDS_A_TURN > 0 || (roundsInVain === 0 && Object.keys(context.asked).length > 0);
  return {
    mac: context.mac,
    hasSlot,
    isWaiting: isOffered && !hasSlot,
    isAsking: !needsRestart && isAsking(askedAt, now),
    turns: Math.floor(roundsInVain / ROUNDS_A_TURN),
    keepsPlace: isOffered && !hasSlot && isMidTurn,
    hasBegun: context.hop > 1,
    since: context.since,
    order: enrolledAt,
    isOver: isOver({ state }) && standingOf(state, context.hold) !== 'stuck',
    isHeld: state === 'held',
    isCancelled: state === 'cancelled',
    isUnheard: state === 'waiting' || (state === 'identifying' && (askedAt ?? 0) < context.since),
  };
}

/** Whether nothing that it asks now can name its load to it: it reads that when it boots. */
export function needsRestart({ context }: Phone, trace: Trace): boolean {
  const file = presentHop(context)?.triggers[context.trigger]?.file;
  return isHeadless(trace) || (file === 'XMLDefault.cnf.xml' && isPollOfOwn(trace));
}

export type GateView = typeof gatePhoneOf;

/** `gatePhoneOf` for one phone that is looked at again and again, by every other: what did not change is reused. */
export function gateView(): GateView {
  let [last, was]: [TurnFacts | null, GatePhone | null] = [null, null];
  return (facts, now) => {
    const isSame =
      last !== null &&
      facts.phone === last.phone &&
      facts.roundsInVain === last.roundsInVain &&
      facts.enrolledAt === last.enrolledAt &&
      facts.askedAt === last.askedAt &&
      facts.wasShown === last.wasShown &&
      facts.needsRestart === last.needsRestart;
    if (isSame && was !== null && (facts.needsRestart || was.isAsking === isAsking(facts.askedAt, now))) return was;
    last = facts;
    was = gatePhoneOf(facts, now);
    return was;
  };
}

function isAsking(askedAt: number | null, now: number): boolean {
  return askedAt !== null && now - askedAt <= ASKING_MS;
}

/** A phone's place among those that wait, from 1, and what they wait for. */
export interface Turn {
  readonly place: number;
  readonly of: number;
  readonly why: string;
  /** A phone that keeps the others waiting since it is held; absent where there is none. */
  readonly held?: MacAddress;
}

/** Where a phone stands that waits; null when it may go. */
export function turnOf(verdict: GateVerdict, limits: BatchLimits): Turn | null {
  if (verdict.kind === 'go') return null;
  const { place, of, held } = verdict;
  const causes = {
    paused: 'the batch is paused',
    canary: `${limits.canary} go first${held === undefined ? '' : `, and ${held} is held`}`,
    turn: `at most ${limits.atOnce} at once`,
  };
  const keeping = held === undefined || verdict.why !== 'canary' ? {} : { held };
  return { place, of, why: causes[verdict.why], ...keeping };
}

/** Why a phone waits, in words; null when it may go. */
export function waitText(verdict: GateVerdict, limits: BatchLimits): string | null {
  const turn = turnOf(verdict, limits);
  return turn === null ? null : turnText(turn);
}

export function turnText({ place, of, why }: Turn): string {
  return `waits for its turn (${place} of ${of}): ${why}`;
}
