import { countText, spanText } from '../../core/text/amounts.ts';
import type { Log } from '../../ports/log.ts';
import type { RunningServer } from '../../server/start-server.ts';
import type { StopSignal } from '../io.ts';
import type { LiveView } from '../output/live-view.ts';
import { DEFAULT_DRAIN_MS } from '../settings/durations.ts';

export interface Draining {
  readonly server: Pick<RunningServer, 'underWay' | 'drain'>;
  readonly signal: StopSignal;
  readonly limitMs: number;
  readonly log: Log;
  readonly view: Pick<LiveView, 'say'>;
}

/** Phones that are named one by one; the rest is a number. */
const MOST_NAMED = 8;

/** A person who pressed Ctrl-C wants the shell back within five seconds: what is under way and what is still to be told has less (invented). */
export const INTERRUPTED_LIMITS = { drainMs: 1_500, lastMs: 500 } as const;

/** Lets what is under way come to its end, and says what is waited for; resolves at once when nothing is. */
export async function drainServer({ server, signal, limitMs, log, view }: Draining): Promise<void> {
  const underWay = server.underWay();
  log.info({ event: 'server.stopping', signal, underWay });
  if (underWay > 0 && limitMs > 0) {
    view.say(
      `Ending: ${countText(underWay, 'transfer')} under way, waited for up to ${spanText(limitMs)}; a second signal ends it at once.`,
    );
  }
  const left = await server.drain(limitMs);
  if (left > 0) {
    log.warn({ event: 'server.cut', transfers: left, waitedMs: limitMs });
    view.say(`${countText(left, 'transfer')} broken off; the phone asks again when the server is back.`);
  }
}

/** For the person who ends a server: phones that may be writing flash, by name. */
export function leaveOnText(phones: readonly string[]): string {
  const named = phones.slice(0, MOST_NAMED).join(', ');
  const more = phones.length > MOST_NAMED ? ` and ${phones.length - MOST_NAMED} more` : '';
  const may = `${countText(phones.length, 'phone')} may be writing flash`;
  return `${may}: do NOT unplug ${named}${more}. The same command goes on with ${phones.length === 1 ? 'it' : 'them'}.`;
}

/** For the person who ends a server while no phone may be writing flash. */
export function stoppedText(signal: StopSignal): string {
  return `Stopped by ${signal}: no phone is answered any more. The same command goes on from here.`;
}

/** The words behind a signal; a terminal has written ^C where they would begin. */
export function behindSignal(signal: StopSignal, text: string): string {
  return signal === 'SIGINT' ? `\n${text}` : text;
}

/** A command that ends for reasons of its own was the server of other phones, too: what they take comes to its end first. */
export async function drainOthers(server: Draining['server'], say: (text: string) => void): Promise<void> {
  const underWay = server.underWay();
  if (underWay === 0) return;
  say(
    `${countText(underWay, 'transfer')} under way, also to other phones: waited for up to ${spanText(DEFAULT_DRAIN_MS)}.`,
  );
  const left = await server.drain(DEFAULT_DRAIN_MS);
  if (left > 0) say(`${countText(left, 'transfer')} broken off; a phone asks again when there is a server.`);
}
