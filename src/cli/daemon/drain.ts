import { err, ok, type Result } from '../../core/result.ts';
import type { Log } from '../../ports/log.ts';
import type { RunningServer } from '../../server/start-server.ts';
import type { StopSignal } from '../io.ts';
import type { LiveView } from '../output/live-view.ts';
import { countText } from '../output/printable.ts';
import { parseDuration, spanText } from '../settings/durations.ts';

/**
 * Invented: whole, the largest file takes a 79x0 7 to 16 s (legacy-79x0 11.1) and a Java phone 6 s (java-phones 4.4), and of most
 * files under way a part is gone already. The silence for new questions stays far below the 40 s that every phone bears.
 */
export const DEFAULT_DRAIN_MS = 10_000;

/** Reads how long transfers under way are waited for; 0 is not at all. */
export function readDrain(text: string): Result<number, string> {
  if (/^0+(ms|s|m|h)?$/.test(text.trim())) return ok(0);
  const read = parseDuration(text);
  return read.ok ? read : err(`${read.error}, or 0 to break transfers off`);
}

export interface Draining {
  readonly server: Pick<RunningServer, 'underWay' | 'drain'>;
  readonly signal: StopSignal;
  readonly limitMs: number;
  readonly log: Log;
  readonly view: Pick<LiveView, 'say'>;
}

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
