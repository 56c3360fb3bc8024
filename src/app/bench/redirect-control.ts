import type { AppError } from '../../core/errors.ts';
import type { SteadyMs } from '../../core/moment.ts';
import type { MacAddress } from '../../core/names/mac-address.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import { type PortRedirect, REDIRECT_LIFE_MS } from '../../ports/port-redirect.ts';
import type { LiveEvent } from '../record/live-event.ts';
import type { PowerFleet } from './power-fleet.ts';

/** Twice before a redirect runs out, so that one attempt may fail. */
const RENEW_MS = REDIRECT_LIFE_MS / 3;
/** Between a change and what follows from it: changes of many phones at once are one (invented). */
const TOGETHER_MS = 100;
/** Between two looks at the leases: a phone asks about a second after it got its address (invented). */
const LOOK_MS = 500;
const CHANGES: ReadonlySet<string> = new Set(['phone.enrolled', 'phone.released', 'phone.state', 'phone.landed']);

export interface RedirectOptions {
  readonly redirect: PortRedirect;
  readonly clock: Clock;
  readonly log: Log;
  /** Finds the addresses of those of these phones that are behind a router; null where nobody can tell. */
  readonly remoteAddresses: ((macs: readonly MacAddress[]) => Promise<readonly string[]>) | null;
  /** Told why phones are led here no more, and null when they are again. */
  readonly onAway?: (why: string | null) => void;
  /** Told once of what will not mend itself: nothing is tried any more. */
  readonly onFailure?: (error: AppError) => void;
}

/** Whom the redirect was last said to be for. */
interface Told {
  readonly macs: string;
  readonly addresses: string;
}

/** Keeps the questions of the phones that are to be converted coming here, and leaves all others with the server that they ask. */
export class RedirectControl {
  readonly #options: RedirectOptions;
  #fleet: Pick<PowerFleet, 'standings'> | null = null;
  #wakesAt: SteadyMs = Number.POSITIVE_INFINITY;
  #cancel = () => {};
  #running: Promise<void> = Promise.resolve();
  #told: Told | null = null;
  #renewAt: SteadyMs = 0;
  #isFailing = false;
  #isStopped = false;
  #hasEnded = false;
  /** Whether nobody can say that phones are led here; it is so at first. */
  #isAway = true;
  #hereSince: SteadyMs = 0;
  #holdsUntil: SteadyMs = Number.POSITIVE_INFINITY;

  constructor(options: RedirectOptions) {
    this.#options = options;
  }

  /** Directs the phones of the fleet, which answers by then; rejects with AppError `E_REDIRECT_REFUSED` where that cannot be done. */
  async begin(fleet: Pick<PowerFleet, 'standings'>): Promise<void> {
    this.#fleet = fleet;
    this.#options.redirect.onGone?.(() => {
      this.#isAway = true;
      this.#renewAt = 0;
      this.#wake(0);
    });
    await this.#direct();
    this.#wake(this.#pause());
  }

  note({ event }: LiveEvent): void {
    if (CHANGES.has(event)) this.#wake(TOGETHER_MS);
  }

  /** Until when the other server may have answered phones that are to be led here. */
  answeredElsewhere(): SteadyMs {
    const now = this.#options.clock.now();
    return this.#isAway || now >= this.#holdsUntil ? now : this.#hereSince;
  }

  /** Leaves all phones with the other server. */
  async stop(): Promise<void> {
    if (this.#fleet === null || this.#hasEnded) return;
    this.#isStopped = true;
    this.#hasEnded = true;
    this.#cancel();
    await this.#running;
    await this.#options.redirect.end();
  }

  #wake(inMs: number): void {
    const { clock } = this.#options;
    const at = clock.now() + inMs;
    if (this.#fleet === null || this.#isStopped || at >= this.#wakesAt) return;
    this.#cancel();
    this.#wakesAt = at;
    this.#cancel = clock.wakeAt(at, () => this.#run());
  }

  /** One attempt at a time, and always another after it. */
  #run(): void {
    // Changes that come while this one is on its way count from its end.
    this.#wakesAt = Number.NEGATIVE_INFINITY;
    this.#running = this.#attempt().finally(() => {
      this.#wakesAt = Number.POSITIVE_INFINITY;
      this.#wake(this.#isDirty() ? TOGETHER_MS : this.#pause());
    });
  }

  async #attempt(): Promise<void> {
    const { redirect, log, onAway, onFailure } = this.#options;
    try {
      await this.#direct();
      if (this.#isFailing) {
        log.info({ event: 'redirect.restored', where: redirect.where });
        onAway?.(null);
      }
      this.#isFailing = false;
    } catch (thrown) {
      const error = thrown as AppError;
      const isLost = error.code === 'E_FOLDER_LOST';
      if (!this.#isFailing) {
        log.error({ event: 'redirect.failed', reason: error.message, ...(isLost ? {} : { goesOn: GOES_ON }) });
        onAway?.(error.message);
      }
      this.#isFailing = true;
      if (!isLost) return;
      this.#isStopped = true;
      onFailure?.(error);
    }
  }

  async #direct(): Promise<void> {
    const { redirect, log, clock, remoteAddresses } = this.#options;
    const macs = this.#phones();
    const addresses = (await remoteAddresses?.(macs)) ?? [];
    const [told, was] = [{ macs: macs.join(' '), addresses: addresses.join(' ') }, this.#told];
    const isSame = told.macs === was?.macs && told.addresses === was.addresses;
    if (isSame && !this.#isFailing && clock.now() < this.#renewAt) return;
    // What has run out is laid anew, too.
    const begins = clock.now();
    if (begins >= this.#holdsUntil) this.#isAway = true;
    await redirect.direct({ macs, addresses }, () => {
      this.#isAway = true;
    });
    const now = clock.now();
    if (this.#isAway || now >= this.#holdsUntil) this.#hereSince = now;
    this.#isAway = false;
    this.#holdsUntil = begins + REDIRECT_LIFE_MS;
    this.#renewAt = now + RENEW_MS;
    this.#told = told;
    if (isSame) return;
    log.info({ event: 'redirect.phones', phones: macs.length, behindRouter: addresses.length, where: redirect.where });
  }

  #pause(): number {
    return this.#options.remoteAddresses === null || this.#isFailing ? RENEW_MS : LOOK_MS;
  }

  #isDirty(): boolean {
    return !this.#isFailing && this.#phones().join(' ') !== this.#told?.macs;
  }

  /** A phone that was released while it may be writing flash is still of the fleet, and one that has landed needs us no more. */
  #phones(): readonly MacAddress[] {
    const standings = [...(this.#fleet?.standings() ?? [])];
    return standings
      .filter(({ state }) => state !== 'landed' && state !== 'cancelled')
      .map(({ mac }) => mac)
      .sort();
  }
}

const GOES_ON = 'until that works again, phones ask the other server';
