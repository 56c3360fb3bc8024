import type { LiveEvent } from '../../app/record/live-event.ts';
import { every, guardedBy } from '../../app/time/every.ts';
import type { PhoneStatus } from '../../app/told/phone-status.ts';
import type { UsualTimes } from '../../app/told/time-left.ts';
import { AppError } from '../../core/errors.ts';
import type { LoadName } from '../../core/names/load-name.ts';
import type { MacAddress } from '../../core/names/mac-address.ts';
import { isSameLoad } from '../../core/names/same-load.ts';
import { isBusy } from '../../core/phone-states.ts';
import { spanText } from '../../core/text/amounts.ts';
import type { Clock } from '../../ports/clock.ts';
import { ShownError } from '../error-line.ts';
import { type CliIo, INTERRUPTED, type StopSignal } from '../io.ts';
import { afterLandingText } from '../output/ending-card.ts';
import type { LiveView } from '../output/live-view.ts';
import type { OtherAsks } from '../output/other-askers.ts';
import { doNotUnplugText } from '../output/waiting-advice.ts';
import { silenceWatch } from './silence-watch.ts';

/** What is followed: the events of one phone, wherever they come from. */
export interface Follow {
  readonly mac: MacAddress;
  /** Landing on anything else is no end. */
  readonly target: LoadName;
  readonly io: CliIo;
  readonly view: LiveView;
  readonly clock: Clock;
  /** When the waiting began, for how long it took and when time is up. */
  readonly startedAt: number;
  /** When the command began, where that was before the waiting. */
  readonly beganAt?: number;
  /** Null stays until it is stopped. */
  readonly timeoutMs: number | null;
  /** Calls the listener with every event from now on, and `fail` when there can be no more; the returned function ends that. */
  readonly subscribe: (listener: (event: LiveEvent) => void, fail: (error: unknown) => void) => () => void;
  /** Calls the listener when the record can no longer be written. */
  readonly onFailure?: (listener: (error: Error) => void) => () => void;
  /** Where the phone is when following begins. */
  readonly status: () => PhoneStatus | null;
  /** Its newest rows before following begins, for a view that draws the whole road. */
  readonly past?: () => Iterable<LiveEvent>;
  /** How long things usually take; without it nothing is said of what is left. */
  readonly times?: UsualTimes;
  /** Looks whether there is more to say, at once and then with every tick. */
  readonly notes?: (now: number) => void;
  /** Calls the listener with every request of a phone that is on nobody's list; the returned function ends that. */
  readonly others?: (listener: (asks: OtherAsks) => void) => () => void;
  /** Phones that were seen and not chosen: they are told of no more as what may have been meant. */
  readonly notChosen?: readonly MacAddress[];
  /** Where a phone stands that is not the one followed; without it nothing is told of those on the list. */
  readonly statusOfOther?: (mac: MacAddress) => PhoneStatus | null;
  /** Phones of the record that may be writing their flash. */
  readonly busyOthers?: () => readonly MacAddress[];
  /** The words that lead to this record where it is not the usual one, for commands to copy. */
  readonly recordFlags?: readonly string[];
  /** The command that goes on with this phone, where that is not the one that was typed. */
  readonly goOn?: string | null;
  /** What goes on giving files of the operator's tree once this has ended; null where there is no tree. */
  readonly serveCommand?: string | null;
  /** The words that the server of this command was started with, for one that goes on in its place. */
  readonly serveFlags?: readonly string[];
  /** The words that name the store of firmware where they were typed. */
  readonly firmwareFlags?: readonly string[];
  /** Whether the phone is an emulated one that ends with the command. */
  readonly isRehearsal?: boolean;
  /** The lines to type when another phone was meant. */
  readonly commandsFor?: (mac: MacAddress) => readonly string[];
  /** Where the server listens, for advice; null when another process serves. */
  readonly listening: { readonly port: number; readonly addresses: readonly string[] } | null;
  /** Whether the process that serves has ended and stays away; asked with every tick. */
  readonly isServerGone?: (now: number) => boolean;
}

const TICK_MS = 1000;
const NO_TIMES: UsualTimes = { leftMs: () => null };

/**
 * Shows one phone until it has landed, is held, is no longer wanted on its target, time is up, or the operator has had enough. Resolves to 0
 * when landed and 130 when interrupted; rejects with AppError `E_HELD`, `E_TIMEOUT` or `E_SERVER_GONE`, and with whatever the record fails with.
 */
export async function followPhone(follow: Follow): Promise<number> {
  const { startedAt, mac, target, status: where, listening, clock } = follow;
  follow.view.begin({
    ...{ mac, target, listening, status: where, now: clock.wall() },
    past: follow.past?.() ?? [],
    times: follow.times ?? NO_TIMES,
    recordFlags: follow.recordFlags ?? [],
    goOn: follow.goOn ?? null,
    serveCommand: follow.serveCommand ?? null,
    ...(follow.serveFlags === undefined ? {} : { serveFlags: follow.serveFlags }),
    isRehearsal: follow.isRehearsal ?? false,
    firmwareFlags: follow.firmwareFlags ?? [],
  });
  const known = where();
  const isResumed = known !== null && known.lastSeenAt !== null && known.state !== 'waiting';
  const ended = await untilEnded(follow).catch((error: unknown) => {
    follow.view.leave();
    throw error;
  });
  const status = follow.status();
  if (ended === 'landed') {
    const tookMs = follow.clock.now() - (follow.beganAt ?? startedAt);
    if (follow.view.finish({ kind: 'landed', tookMs, isResumed })) return 0;
    const place = (follow.recordFlags ?? []).map((word) => ` ${word}`).join('');
    follow.view.say(`Done after ${spanText(tookMs)}. The record: loadstep history --mac ${follow.mac}${place}`);
    const { recordFlags = [], firmwareFlags = [], serveCommand = null, serveFlags } = follow;
    const server = { serveCommand, ...(serveFlags === undefined ? {} : { serveFlags }) };
    if (follow.isRehearsal !== true)
      follow.view.say(afterLandingText({ mac, recordFlags, firmwareFlags, ...server, status }));
    return 0;
  }
  if (ended === 'held') {
    const held = heldError(follow.mac, status, listening !== null);
    throw follow.view.finish({ kind: 'held' }) ? new ShownError(held) : held;
  }
  if (ended === 'off the list' || ended === 'another target' || ended === 'server gone' || ended === 'timeout') {
    follow.view.leave();
  }
  if (ended === 'off the list' || ended === 'another target') throw notWanted(follow.mac, ended, status);
  if (ended === 'server gone') {
    throw new AppError('E_SERVER_GONE', `the server that converts ${follow.mac} has ended${whereText(status)}`);
  }
  if (ended === 'timeout') {
    const busy = follow.busyOthers?.() ?? [];
    const danger = busy.length === 0 ? '' : `. ${doNotUnplugText(busy)}`;
    throw new AppError(
      'E_TIMEOUT',
      `${follow.mac} has not landed within ${spanText(follow.timeoutMs ?? 0)}${whereText(status)}; ` +
        `it stays on the list, and the same command goes on from here${danger}`,
    );
  }
  const isInDanger = status !== null && isBusy(status);
  const busyOthers = (follow.busyOthers?.() ?? []).filter((other) => other !== mac);
  if (follow.view.finish({ kind: 'stopped', by: ended, isBusy: isInDanger, busyOthers })) return INTERRUPTED;
  if (follow.isRehearsal === true) {
    follow.io.stderr.write(`loadstep: stopped by ${ended}; the phone was an emulated one\n`);
    return INTERRUPTED;
  }
  const all = isInDanger ? [mac, ...busyOthers] : busyOthers;
  const danger =
    busyOthers.length > 0
      ? `. ${doNotUnplugText(all)}`
      : isInDanger
        ? '; do NOT unplug the phone, it may be writing its flash'
        : '';
  follow.io.stderr.write(`loadstep: stopped by ${ended}, the same command goes on from here${danger}\n`);
  return INTERRUPTED;
}

/** Ways in which a phone that is waited for can be taken away from the one who waits. */
type NotWanted = 'off the list' | 'another target';
type Ended = 'landed' | 'held' | NotWanted | 'server gone' | 'timeout' | StopSignal;

function untilEnded(follow: Follow): Promise<Ended> {
  const { mac, target, view, clock, startedAt } = follow;
  const endings: (() => void)[] = [];
  return new Promise<Ended>((resolve, reject) => {
    const finish = () => {
      for (const undo of endings.splice(0)) undo();
    };
    const end = (ended: Ended) => {
      finish();
      resolve(ended);
    };
    const fail = (error: unknown) => {
      finish();
      reject(error);
    };
    const silence = silenceWatch(follow, startedAt);
    const endNow = () => {
      const status = follow.status();
      const ended = endOf(status, target);
      // A server of our own would break off what the phone is taking.
      const isOurs = follow.listening !== null && status !== null && isBusy(status);
      return isOurs ? null : ended;
    };
    const look = () => {
      const ended = endNow();
      if (ended !== null) end(ended);
    };
    const hear = (event: LiveEvent) => {
      if (event.event === 'server.listening' || event.mac === undefined) return;
      if (event.mac !== mac) {
        silence.heardListed(event);
        return;
      }
      silence.heard(event);
      view.show(event);
      if (event.event === 'phone.landed' || event.event === 'phone.held') look();
      // Once all that came together was shown.
      else if (CHANGES.has(event.event)) queueMicrotask(guarded(look));
    };
    let last: ReturnType<typeof endNow> = null;
    const tick = () => {
      const now = clock.now();
      const wall = clock.wall();
      view.tick(wall);
      silence.tick(now);
      follow.notes?.(wall);
      // Its rows may still be on their way here, and are shown first.
      const ended = endNow();
      if (ended !== null && ended === last) end(ended);
      else if (follow.isServerGone?.(now) === true) end('server gone');
      last = ended;
    };
    const hearOther = (asks: OtherAsks) => silence.heardOther(asks);
    const guarded = <A extends unknown[]>(work: (...words: A) => void) => guardedBy(fail, work);
    endings.push(
      follow.subscribe(guarded(hear), fail),
      follow.io.onStop(end),
      follow.onFailure?.(fail) ?? (() => {}),
      follow.others?.(guarded(hearOther)) ?? (() => {}),
      every(clock, TICK_MS, tick, fail),
    );
    if (follow.timeoutMs !== null) endings.push(clock.wakeAt(startedAt + follow.timeoutMs, () => end('timeout')));
    guarded(() => {
      follow.notes?.(clock.wall());
      look();
    })();
  });
}

/** Rows after which there may be nothing left to wait for. */
const CHANGES: ReadonlySet<string> = new Set(['phone.state', 'phone.released', 'phone.enrolled']);

/** How the wait for a phone to land on a target ends, by where it stands; null while it goes on. */
export function endOf(status: PhoneStatus | null, target: string | null): 'landed' | 'held' | NotWanted | null {
  if (status === null) return null;
  if (!status.isEnrolled) return 'off the list';
  if (target !== null && status.target !== null && !isSameLoad(status.target, target)) return 'another target';
  return status.state === 'landed' || status.state === 'held' ? status.state : null;
}

/** That somebody wants something else of a phone now, as an error with exit code 4. */
export function notWanted(mac: MacAddress, ended: NotWanted, status: PhoneStatus | null): AppError {
  const what =
    ended === 'off the list'
      ? 'was taken off the list by somebody else'
      : `was given another target (${status?.target}) by somebody else`;
  return new AppError('E_HELD', `${mac} ${what} meanwhile`);
}

/** Why a phone is held, as an error with exit code 4. `isEnding`: nobody serves it any more, so that a retry alone would lead to nothing. */
export function heldError(mac: MacAddress, status: PhoneStatus | null, isEnding = false): AppError {
  const reason = status?.reason?.replace(/\.$/, '') ?? 'it needs a person';
  const explain = status?.code == null ? '' : ` "loadstep explain ${status.code}" tells more,`;
  const again = isEnding ? 'the same command' : `"loadstep retry --mac ${mac}"`;
  return new AppError('E_HELD', `${mac} is held: ${reason};${explain} ${again} starts it again`);
}

function whereText(status: PhoneStatus | null): string {
  if (status === null) return '';
  const hop = status.hops > 0 ? `, hop ${status.hop} of ${status.hops}` : '';
  return ` (${status.lastSeenAt === null ? 'it was never seen' : `state: ${status.state}${hop}`})`;
}
