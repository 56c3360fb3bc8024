import { BoundedMap } from '../../core/bounded-map.ts';
import type { Evidence } from '../../core/identify/evidence.ts';
import type { AskedName } from '../../core/names/asked-name.ts';
import { familyOfLoad } from '../../core/names/load-name.ts';
import type { MacAddress } from '../../core/names/mac-address.ts';
import { modelOfVendorClass } from '../../core/who/vendor-class.ts';
import type { EnrolmentWish } from '../../ports/store.ts';
import type { TftpRequest } from '../../ports/tftp.ts';
import type { FleetOptions } from '../fleet-options.ts';
import type { PhoneSession } from '../phone/phone-session.ts';
import { type Asker, isByNamesOnly } from './asker.ts';
import type { Certainty } from './certainty.ts';
import { provenFamily, type Strangers } from './strangers.ts';
import type { WhoAsks } from './who-asks.ts';

/** Phones that may be on the list for others to enrol themselves: their MACs are whatever somebody wrote (invented). */
const MOST_BY_THEMSELVES = 2_000;

/** Phones of which it is remembered that the record does not have them as let go (invented). */
const MOST_UNRELEASED = 4_096;

interface NewcomersDesk {
  /** What the operator wants by now. */
  readonly wishes: () => Pick<FleetOptions, 'clock' | 'store' | 'enroll' | 'targets' | 'mostByThemselves' | 'batch'>;
  /** The phones on the list. */
  readonly sessions: () => ReadonlyMap<MacAddress, PhoneSession>;
  readonly enrol: (wish: EnrolmentWish, evidence: Evidence) => PhoneSession;
}

/** With `--enroll all`: puts phones on the list that nobody enrolled. */
export class Newcomers {
  readonly #desk: NewcomersDesk;
  readonly #strangers: Strangers;
  readonly #certainty: Certainty;
  /** Phones that are not on the list and that nobody let go, as the record says. */
  readonly #unreleased = new BoundedMap<MacAddress, true>(MOST_UNRELEASED);

  constructor(desk: NewcomersDesk, strangers: Strangers, certainty: Certainty) {
    this.#desk = desk;
    this.#strangers = strangers;
    this.#certainty = certainty;
  }

  /** What the record says of a phone is looked up anew. */
  listChanged(mac: MacAddress): void {
    this.#unreleased.delete(mac);
  }

  isReleased(mac: MacAddress): boolean {
    return this.#desk.wishes().store.phone(mac)?.enrolment?.status === 'released';
  }

  /** A session for a phone whose family its questions have just proven, when that family has a target, and it is certain that they are its own. */
  enrol(
    mac: MacAddress,
    asked: AskedName,
    asker: Asker,
    { peerAddress: address, at }: TftpRequest,
    who: WhoAsks,
  ): PhoneSession | undefined {
    const { clock, enroll, targets, batch, mostByThemselves } = this.#desk.wishes();
    if (enroll !== 'all' || (!this.#unreleased.has(mac) && this.isReleased(mac))) return undefined;
    this.#unreleased.set(mac, true);
    if (!this.#certainty.mayEnrol({ asker, asked, address, at }, targets, who)) return undefined;
    const model = modelOfVendorClass(who.vendorClass(address, mac) ?? '');
    const names = [...asker.earlier.map((one) => one.asked), asked];
    const evidence = this.#strangers.learn(mac, names, at, { model, isByNames: isByNamesOnly(asker.tie) });
    if (this.#strangers.isOther(mac, asked)) return undefined;
    const family = provenFamily(evidence);
    const target = targets.find((one) => familyOfLoad(one) === family);
    if (family === null || target === undefined) return undefined;
    if (this.#desk.sessions().size >= (mostByThemselves ?? MOST_BY_THEMSELVES)) return undefined;
    if (this.isReleased(mac)) return undefined;
    this.#strangers.forget(mac);
    const wish = { mac, target, from: null, model: null, label: null, enrolledAt: clock.wall() };
    return this.#desk.enrol(batch === undefined ? wish : { ...wish, batch }, evidence);
  }
}
