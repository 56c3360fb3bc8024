import type { SteadyMs } from '../../core/moment.ts';
import type { MacAddress } from '../../core/names/mac-address.ts';
import type { PowerVerdict } from '../../core/power/may-power-cycle.ts';
import type { Rung, SentRung } from '../../core/restart/ladder.ts';
import { syncInfoFor } from '../../core/restart/notify.ts';
import {
  RESTART_FAILED,
  RESTART_NOT_SENT,
  RESTART_REFUSED,
  RESTART_SENT,
  RESTARTED,
  rungReason,
} from '../../core/restart/restart-record.ts';
import { spanText } from '../../core/text/amounts.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import type { RestartSender } from '../../ports/restarts.ts';
import { pause } from '../time/pause.ts';
import type { PowerRung, RestartFleet } from './restart-fleet.ts';

interface OneRestartParts {
  readonly mac: MacAddress;
  readonly why: string;
  readonly fleet: RestartFleet;
  readonly sender: RestartSender;
  readonly power: PowerRung | null;
  readonly clock: Clock;
  readonly log: Log;
  /** Whether it may be told to restart at this moment; null where it is not on the list. */
  readonly isSafe: () => PowerVerdict | null;
  /** Whether whoever asked for it waits no longer. */
  readonly isAbandoned: () => boolean;
  /** The server ends. */
  readonly signal: AbortSignal;
}

/** How one way ended. */
interface Ended {
  /** The phone was heard to start. */
  readonly isProven: boolean;
  readonly text: string;
  /** Nothing was sent, since something had changed in the last moment. */
  readonly isLate?: true;
  /** It has started, and not since it was told to. */
  readonly isByItself?: true;
}

/** Why nothing is done for a wish whose command has ended. */
export const NOBODY_WAITS = 'nobody waits for it any more';
/** How often it is looked whether it has started, or is at something that must not be broken off (invented). */
const LOOK_EVERY_MS = 500;
const MINUTE_MS = 60_000;

/** Restarts one phone in one way. It is recorded before it is done, and whether it may be is asked again in the moment before. */
export class OneRestart {
  readonly #parts: OneRestartParts;

  constructor(parts: OneRestartParts) {
    this.#parts = parts;
  }

  async by(rung: Rung): Promise<Ended> {
    const { id } = rung;
    if (id === 'hands') return { isProven: false, text: rung.does };
    return id === 'power' ? this.#byPower(rung) : this.#bySending(rung, id);
  }

  async #byPower({ id, withinMs }: Rung): Promise<Ended> {
    const { power, mac, clock } = this.#parts;
    if (power === null) return { isProven: false, text: 'nothing switches its power' };
    const wishedAt = clock.now();
    const { isDone, text, orderedAt = wishedAt } = await power.cycle(mac);
    if (!isDone) return this.#refused(id, text);
    // What it began while its switch was being asked it began by itself.
    return this.#proven(id, text, orderedAt, clock.now() + withinMs);
  }

  async #bySending({ id, withinMs }: Rung, sent: SentRung): Promise<Ended> {
    const { fleet, mac, why, sender, clock, log } = this.#parts;
    const phone = fleet.toRestart(mac);
    const address = phone?.address ?? null;
    // It is shown nothing that it could be writing when it obeys, from before it is told until it starts.
    const release = address === null ? null : fleet.withhold(mac, true);
    if (address === null || release === null)
      return { isProven: false, text: 'not done: it may be taking a load', isLate: true };
    try {
      const isKept = await fleet.decide(mac, { code: RESTART_SENT, reason: rungReason(id, why) });
      if (!isKept || this.#parts.signal.aborted)
        return { isProven: false, text: 'not done: it could not be recorded', isLate: true };
      const late = await this.#tooLate(address);
      if (late !== null) {
        log.warn({ event: 'restart.refused', mac, rung: id, reason: late });
        await fleet.decide(mac, { finding: RESTART_NOT_SENT, reason: rungReason(id, `not done: ${late}`) });
        return { isProven: false, text: `not done: ${late}`, isLate: true };
      }
      log.info({ event: 'restart.telling', mac, rung: id, address, reason: why });
      const begunAt = clock.now();
      if (id === 'check-sync') fleet.giveSyncInfo(mac, syncInfoFor(this.#sync()));
      const watch = this.#watch(begunAt);
      const { isTaken, mayObey = isTaken, text } = await sender.send(sent, { mac, address }, watch.signal);
      watch.end();
      const started = this.#startedSince(begunAt);
      if (started !== null && !mayObey) return await this.#byItself(id, text, started);
      if (!isTaken && started === null) {
        // The end of the server, or of who asked for it, broke the telling off: the phone may have heard it all the same.
        if (this.#parts.signal.aborted || this.#parts.isAbandoned()) return { isProven: false, text };
        return await this.#refused(id, text);
      }
      return await this.#proven(id, text, begunAt, begunAt + withinMs);
    } finally {
      release();
      fleet.giveSyncInfo(mac, null);
    }
  }

  /** Why it must not be told after all; null where nothing has changed. Nothing is waited for between the last look and the telling. */
  async #tooLate(address: string): Promise<string | null> {
    const { fleet, mac, isSafe, isAbandoned } = this.#parts;
    if (!(await fleet.witnesses.isItsAddress(mac, address))) return `${address} is not known to be its address now`;
    if (fleet.toRestart(mac)?.address !== address) return 'it has another address by now';
    if (isAbandoned()) return NOBODY_WAITS;
    const verdict = isSafe();
    if (verdict === null) return 'it is not on the list';
    return verdict.may ? null : verdict.why;
  }

  /** A number that it has from nobody: what it has is what its configuration says, most often 1. */
  #sync(): string {
    return String(100_000 + (Math.floor(this.#parts.clock.wall() / MINUTE_MS) % 900_000));
  }

  /** Nothing is said twice to a phone that has started, or may be taking something. */
  #watch(begunAt: SteadyMs): { readonly signal: AbortSignal; end(): void } {
    const { clock, signal, isSafe, isAbandoned } = this.#parts;
    const controller = new AbortController();
    const stop = () => controller.abort();
    signal.addEventListener('abort', stop);
    let cancel = () => {};
    const look = (): void => {
      cancel = clock.wakeAt(clock.now() + LOOK_EVERY_MS, () => {
        const verdict = isSafe();
        const isForbidden = verdict === null || (!verdict.may && verdict.later === undefined);
        if (this.#startedSince(begunAt) !== null || isForbidden || isAbandoned()) controller.abort();
        else look();
      });
    };
    look();
    return {
      signal: controller.signal,
      end() {
        cancel();
        signal.removeEventListener('abort', stop);
      },
    };
  }

  #startedSince(at: SteadyMs): { readonly at: SteadyMs; readonly words: string } | null {
    const { fleet, mac } = this.#parts;
    const started = [...fleet.standings()].find((one) => one.mac === mac)?.started ?? null;
    return started !== null && started.at > at ? started : null;
  }

  /** Waits until it is heard to start, or long enough. */
  async #proven(id: Rung['id'], text: string, begunAt: SteadyMs, until: SteadyMs): Promise<Ended> {
    const { clock, signal, fleet, mac } = this.#parts;
    for (;;) {
      const started = this.#startedSince(begunAt);
      if (started !== null) {
        const said = `${text}; ${started.words} ${spanText(started.at - begunAt)} later`;
        await fleet.decide(mac, { finding: RESTARTED, reason: rungReason(id, said) });
        return { isProven: true, text: said };
      }
      if (signal.aborted) return { isProven: false, text: `${text}; nobody waited any longer for its boot` };
      if (clock.now() >= until) break;
      await pause(clock, LOOK_EVERY_MS, signal);
    }
    return this.#refused(id, `${text}, and it has not begun a boot in ${spanText(until - begunAt)}`);
  }

  /** Nothing was said to it, or it refused what was: it is no merit of this way that it has started. */
  async #byItself(id: Rung['id'], text: string, { words }: { readonly words: string }): Promise<Ended> {
    const { fleet, mac } = this.#parts;
    const said = `it began a boot by itself: ${words} (${text})`;
    await fleet.decide(mac, { finding: RESTART_NOT_SENT, reason: rungReason(id, said) });
    return { isProven: false, isByItself: true, text: said };
  }

  async #refused(id: Rung['id'], text: string): Promise<Ended> {
    const { fleet, mac } = this.#parts;
    await fleet.decide(mac, { finding: RESTART_REFUSED, code: RESTART_FAILED, reason: rungReason(id, text) });
    return { isProven: false, text };
  }
}
