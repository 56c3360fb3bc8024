import type { MacAddress } from '../../core/names/mac-address.ts';
import type { RungId } from '../../core/restart/ladder.ts';
import type { Clock } from '../../ports/clock.ts';
import type { RestartAnswer, RestartShelf } from '../../ports/restarts.ts';
import { every } from '../time/every.ts';

/** `Stop`: what may end the waiting. */
export interface AwaitedRestarts<Stop extends string> {
  readonly shelf: Pick<RestartShelf, 'wishRestart' | 'keepRestart' | 'restartAnswer'>;
  readonly macs: readonly MacAddress[];
  readonly by: RungId | null;
  readonly isDryRun: boolean;
  readonly timeoutMs: number;
  readonly clock: Clock;
  /** Registers what is to be done when the waiting has to end; the returned function unregisters. */
  readonly onStop: (listener: (why: Stop) => void) => () => void;
  /** How long the server's last word is waited for then; 0 where nobody is there to hear it. Absent: as long as it takes to say it. */
  readonly lastMs?: number;
  /** Whether the server has ended and stays away; asked with every look. */
  readonly isServerGone: () => boolean;
  /** Told what came of the wish for one phone. */
  readonly told: (mac: MacAddress, answer: RestartAnswer) => void;
}

export interface RestartsEnded<Stop extends string> {
  readonly why: 'answered' | 'another wish' | 'timeout' | 'server gone' | Stop;
  /** Phones of which nothing was said: what was sent to them by now cannot be taken back, and nothing more is. */
  readonly unanswered: readonly MacAddress[];
}

const POLL_MS = 250;
/** What is decided in the last moment is still to be heard (invented). */
const LAST_MS = 3_000;
/** A wish that is not renewed lapses after this long, however its command ended; and how often it is renewed (both invented). */
const KEPT_MS = 20_000;
const RENEWED_EVERY_MS = 5_000;

/**
 * Has the server restart phones, and waits for what comes of it. Nothing is wished any more once this has ended: what was not answered is withdrawn, and lapses
 * by itself where the process is killed. Rejects with whatever the record fails with.
 */
export function awaitRestarts<Stop extends string>(awaited: AwaitedRestarts<Stop>): Promise<RestartsEnded<Stop>> {
  const { shelf, macs, by, isDryRun, timeoutMs, clock, onStop, isServerGone, told, lastMs = LAST_MS } = awaited;
  const until = clock.wall() + timeoutMs;
  const keptUntil = () => Math.min(until, clock.wall() + KEPT_MS);
  const open = new Map(macs.map((mac) => [mac, shelf.wishRestart({ mac, by, isDryRun, until: keptUntil() })]));
  const keep = (at: number) => {
    for (const [mac, number] of open) shelf.keepRestart({ mac, number }, at);
  };
  return new Promise((resolve, reject) => {
    const undo: (() => void)[] = [];
    const finish = (settle: () => void) => {
      for (const step of undo.splice(0)) step();
      settle();
    };
    const fail = (error: unknown) => finish(() => reject(error));
    let stopped: Stop | null = null;
    const end = (why: RestartsEnded<Stop>['why']) => finish(() => resolve({ why, unanswered: [...open.keys()] }));
    const withdraw = (then: () => void) => {
      try {
        keep(0);
        then();
      } catch (error) {
        fail(error);
      }
    };
    const look = () => {
      for (const [mac, number] of open) {
        const answer = shelf.restartAnswer({ mac, number });
        if (answer === null) continue;
        if (answer === 'gone') return withdraw(() => end('another wish'));
        open.delete(mac);
        told(mac, answer);
      }
      if (open.size === 0) end(stopped ?? 'answered');
      else if (isServerGone()) withdraw(() => end('server gone'));
    };
    const stop = (signal: Stop) => {
      if (stopped !== null) return;
      stopped = signal;
      // The server says within a second whether it had told the phone by then.
      withdraw(() => (lastMs === 0 ? end(signal) : undo.push(clock.wakeAt(clock.now() + lastMs, () => end(signal)))));
    };
    undo.push(
      every(clock, POLL_MS, look, fail),
      every(clock, RENEWED_EVERY_MS, () => stopped ?? keep(keptUntil()), fail),
      onStop(stop),
      clock.wakeAt(clock.now() + timeoutMs + LAST_MS, () => withdraw(() => end('timeout'))),
    );
  });
}
