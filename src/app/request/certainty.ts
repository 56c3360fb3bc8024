import type { SteadyMs } from '../../core/moment.ts';
import type { AskedName } from '../../core/names/asked-name.ts';
import type { LoadName } from '../../core/names/load-name.ts';
import type { MacAddress } from '../../core/names/mac-address.ts';
import { isSameLoad } from '../../core/names/same-load.ts';
import type { Store } from '../../ports/store.ts';
import type { PhoneSession } from '../phone/phone-session.ts';
import { type Asker, isByNamesOnly } from './asker.ts';
import type { WhoAsks } from './who-asks.ts';

/** A question, where it came from, and who is said to have asked it. */
interface Question {
  readonly asker: Asker;
  readonly asked: AskedName;
  readonly address: string;
  readonly at: SteadyMs;
}

/** What is looked at to tell who may be behind an address. */
interface CertaintyDesk {
  readonly sessions: () => ReadonlyMap<MacAddress, PhoneSession>;
  readonly store: () => Pick<Store, 'enrolmentsChangedSince'>;
}

/**
 * Whether it is certain that nobody asks of whom the operator has said something else. A phone that never said its name may be any that was not
 * heard at another address within a day.
 */
export class Certainty {
  readonly #desk: CertaintyDesk;
  readonly #released = new Set<MacAddress>();
  #sequence = 0;

  constructor(desk: CertaintyDesk) {
    this.#desk = desk;
  }

  /** Whether certainly no phone on the list asks, so that it may be given a load which is for all others. */
  isUnlisted({ asker, asked, address, at }: Question, who: WhoAsks | null): boolean {
    const { mac, tie, isPhone, others } = asker;
    const listed = this.#desk.sessions();
    if (listed.size === 0) return true;
    if (mac === null || who === null || tie === 'old-name') return false;
    if (tie === 'named' || (tie === 'told' && isPhone)) return true;
    if (others.length > 0) return false;
    // No phone asks for these before it has said its name or read what names them, and nobody was given that here without a name.
    if (tie === 'recent-name' && (asked.kind === 'manifest' || asked.kind === 'image')) return true;
    return [...listed.keys()].every((one) => who.isElsewhere(one, address, at));
  }

  /** Whether this question may enrol the phone that is said to have asked it, for one of these loads. */
  mayEnrol({ asker, asked, address, at }: Question, targets: readonly LoadName[], who: WhoAsks | null): boolean {
    if (asker.mac === null || who === null) return false;
    if (isByNamesOnly(asker.tie)) return asked.kind !== 'term-default';
    return asker.isPhone || !this.#isAnyBehind(address, at, targets, who);
  }

  /** Whether a phone that is to have another load, or was let go, may be behind this address. */
  #isAnyBehind(address: string, at: SteadyMs, targets: readonly LoadName[], who: WhoAsks): boolean {
    const { sequence, enrolments } = this.#desk.store().enrolmentsChangedSince(this.#sequence);
    this.#sequence = sequence;
    for (const { mac, status } of enrolments) {
      if (status === 'released') this.#released.add(mac);
      else this.#released.delete(mac);
    }
    const mayBeThere = (mac: MacAddress) => !who.isElsewhere(mac, address, at);
    for (const [mac, { enrolment }] of this.#desk.sessions()) {
      if (!targets.some((one) => isSameLoad(one, enrolment.target)) && mayBeThere(mac)) return true;
    }
    return [...this.#released].some(mayBeThere);
  }
}
