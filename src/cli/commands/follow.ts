import type { LiveEvent } from '../../app/record/live-event.ts';
import type { PhoneStatus } from '../../app/told/phone-status.ts';
import { AppError } from '../../core/errors.ts';
import type { MacAddress } from '../../core/names/mac-address.ts';
import { isBusy } from '../../core/phone-states.ts';
import type { Clock } from '../../ports/clock.ts';
import { type CliIo, INTERRUPTED, type StopSignal } from '../io.ts';
import type { LiveView } from '../output/live-view.ts';
import { nextHint } from '../output/waiting-advice.ts';
import { spanText } from '../settings/durations.ts';

/** What is followed: the events of one phone, wherever they come from. */
export interface Follow {
  readonly mac: MacAddress;
  readonly io: CliIo;
  readonly view: LiveView;
  readonly clock: Clock;
  /** Null stays for ever. */
  readonly timeoutMs: number | null;
  /** Calls the listener with every event from now on; the returned function ends that. */
  readonly subscribe: (listener: (event: LiveEvent) => void) => () => void;
  /** Calls the listener when the record can no longer be written. */
  readonly onFailure?: (listener: (error: AppError) => void) => () => void;
  /** Where the phone is when following begins. */
  readonly status: () => PhoneStatus | null;
  /** Looks whether there is more to say, at once and then with every tick. */
  readonly notes?: (now: number) => void;
  /** Where the server listens, for advice; null when another process serves. */
  readonly listening: { readonly port: number; readonly addresses: readonly string[] } | null;
}

const TICK_MS = 1000;

/**
 * Shows one phone until it has landed, is held, time is up, or the operator has had enough. Resolves to 0 when landed and
 * 130 when interrupted; rejects with AppError `E_HELD` or `E_TIMEOUT`.
 */
export async function followPhone(follow: Follow): Promise<number> {
  const startedAt = follow.clock.now();
  const ended = await untilEnded(follow, startedAt);
  const status = follow.status();
  if (ended === 'landed') {
    const took = spanText(follow.clock.now() - startedAt);
    follow.view.say(`Done after ${took}. The record: loadstep history --mac ${follow.mac}`);
    return 0;
  }
  if (ended === 'held') throw heldError(follow.mac, status);
  if (ended === 'released')
    throw new AppError('E_HELD', `${follow.mac} was taken off the list by somebody else meanwhile`);
  if (ended === 'timeout') {
    throw new AppError(
      'E_TIMEOUT',
      `${follow.mac} has not landed within ${spanText(follow.timeoutMs ?? 0)}${whereText(status)}; ` +
        'it stays on the list, and the same command goes on from here',
    );
  }
  const danger = status !== null && isBusy(status) ? '; do NOT unplug the phone, it may be writing its flash' : '';
  follow.io.stderr.write(`loadstep: stopped by ${ended}, the same command goes on from here${danger}\n`);
  return INTERRUPTED;
}

type Ended = 'landed' | 'held' | 'released' | 'timeout' | StopSignal;

function untilEnded(follow: Follow, startedAt: number): Promise<Ended> {
  const { mac, view, clock } = follow;
  const endings: (() => void)[] = [];
  return new Promise<Ended>((resolve, reject) => {
    const finish = () => {
      for (const undo of endings.splice(0)) undo();
    };
    const end = (ended: Ended) => {
      finish();
      resolve(ended);
    };
    const fail = (error: AppError) => {
      finish();
      reject(error);
    };
    const silence = silenceWatch(follow, startedAt);
    endings.push(
      follow.subscribe((event) => {
        if (event.event === 'server.listening' || event.mac === undefined || event.mac !== mac) return;
        silence.heard(event);
        view.show(event);
        if (event.event === 'phone.landed') end('landed');
        if (event.event === 'phone.held') end('held');
        if (event.event === 'phone.released' || isState(event, 'cancelled')) end('released');
      }),
      follow.io.onStop(end),
      follow.onFailure?.(fail) ?? (() => {}),
      every(clock, TICK_MS, () => {
        view.tick(clock.now());
        silence.tick(clock.now());
        follow.notes?.(clock.now());
      }),
    );
    if (follow.timeoutMs !== null) endings.push(clock.wakeAt(startedAt + follow.timeoutMs, () => end('timeout')));
    follow.notes?.(clock.now());
    const state = follow.status()?.state;
    if (state === 'landed' || state === 'held') end(state);
  });
}

function isState(event: LiveEvent, state: string): boolean {
  return event.event === 'phone.state' && event.state === state;
}

/** Gives advice when nothing is heard of the phone. */
function silenceWatch(follow: Follow, startedAt: number) {
  const known = follow.status();
  let hasBeenSeen = known !== null && known.lastSeenAt !== null;
  let heardAt = startedAt;
  let shown = 0;
  let state = known?.state ?? 'waiting';
  return {
    heard(event: Extract<LiveEvent, { readonly mac: MacAddress }>) {
      if (event.event === 'phone.enrolled') return;
      if (event.state !== undefined) state = event.state;
      hasBeenSeen ||= event.event !== 'phone.state';
      heardAt = event.at;
      shown = 0;
    },
    tick(now: number) {
      if (follow.listening === null) return;
      const { port, addresses } = follow.listening;
      const hint = nextHint({ silentMs: now - heardAt, hasBeenSeen, state, port, addresses }, shown);
      if (hint === null) return;
      shown++;
      follow.view.say(hint);
    },
  };
}

/** Calls `work` again and again until the returned function is called. */
export function every(clock: Clock, ms: number, work: () => void): () => void {
  let cancel = () => {};
  const arm = () => {
    cancel = clock.wakeAt(clock.now() + ms, () => {
      arm();
      work();
    });
  };
  arm();
  return () => cancel();
}

/** Why a phone is held, as an error with exit code 4. */
export function heldError(mac: MacAddress, status: PhoneStatus | null): AppError {
  const reason = status?.reason?.replace(/\.$/, '') ?? 'it needs a person';
  const explain = status?.code == null ? '' : ` "loadstep explain ${status.code}" tells more,`;
  return new AppError('E_HELD', `${mac} is held: ${reason};${explain} "loadstep retry --mac ${mac}" starts it again`);
}

function whereText(status: PhoneStatus | null): string {
  if (status === null) return '';
  const hop = status.hops > 0 ? `, hop ${status.hop} of ${status.hops}` : '';
  return ` (${status.lastSeenAt === null ? 'it was never seen' : `state: ${status.state}${hop}`})`;
}
