import type { Answer } from '../../core/answer/answer.ts';
import type { FirmwareIndex } from '../../core/firmware/package.ts';
import type { MacAddress } from '../../core/names/mac-address.ts';
import type { PhoneSession } from '../phone/phone-session.ts';

/** What tells whether a phone would still be given what it was given. */
export interface TextsDesk {
  readonly current: (mac: MacAddress) => PhoneSession | undefined;
  readonly index: () => FirmwareIndex;
}

/** A text that names a load to one phone and is on its way, and whether it still stands. */
export interface OpenText {
  /** Aborted as soon as an order has made it untrue. */
  readonly withdrawn: AbortSignal;
  /** It has arrived, or will not. */
  end(): void;
}

/** Why a text is not sent any more, as the record tells it. */
export const CHANGED_MEANWHILE = 'what the phone is to be given has changed since it asked';

/** Whether the store holds what it held: it is read anew with each reload, mostly to the same end. */
function holdsTheSame(now: FirmwareIndex['packages'], before: FirmwareIndex['packages']): boolean {
  return now === before || JSON.stringify(now) === JSON.stringify(before);
}

/**
 * Texts that name a load to a phone on the list, while they are on their way: an answer that was lost is sent again for half a minute, and an order
 * in between may have made it one that the phone must not get. There are no more of them than transfers.
 */
export class OpenTexts {
  readonly #desk: TextsDesk;
  readonly #open = new Set<{ readonly stands: () => boolean; readonly controller: AbortController }>();

  constructor(desk: TextsDesk) {
    this.#desk = desk;
  }

  /**
   * Whether what such an answer depends on is as it was when it was decided; null for one that is never taken back. A phone that was given its
   * manifest is at its load: it obeys an order at its next boot, and gets what it asks for until then.
   */
  depends(session: PhoneSession, answer: Answer): (() => boolean) | null {
    if (answer.kind !== 'trigger' && answer.kind !== 'own-file' && answer.kind !== 'probe') return null;
    const { current, index } = this.#desk;
    const { enrolment } = session;
    const { packages } = index();
    return () =>
      current(enrolment.mac) === session && session.enrolment === enrolment && holdsTheSame(index().packages, packages);
  }

  /** It is sent from now on. */
  begin(stands: () => boolean): OpenText {
    const one = { stands, controller: new AbortController() };
    this.#open.add(one);
    return { withdrawn: one.controller.signal, end: () => void this.#open.delete(one) };
  }

  /** Takes back what an order or the store has made untrue. A pause does not: whoever was shown its load keeps its place. */
  review(): void {
    for (const one of this.#open) {
      if (one.stands()) continue;
      this.#open.delete(one);
      one.controller.abort();
    }
  }
}
