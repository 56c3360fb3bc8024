import type { Hold } from '../../../machines/phone-context.ts';
import { familiesAskingJar, speaksAgainst } from '../../core/identify/jar-group.ts';
import { has } from '../../core/identify/trace.ts';
import type { AskedName } from '../../core/names/asked-name.ts';
import { familyOfLoad } from '../../core/names/load-name.ts';
import type { MacAddress } from '../../core/names/mac-address.ts';
import { type OtherPhone, otherPhoneOf } from '../../core/names/other-phones.ts';
import type { AddressDoubt } from './address-doubt.ts';
import { looksLikeOthers, otherModel, otherPhone } from './holds.ts';
import type { SessionState } from './session-state.ts';

/** Whether a phone on the list is of a kind that is not converted, or not for its target, by what it asks or by what its DHCP server heard. */
export class OtherKind {
  readonly #state: SessionState;
  readonly #doubt: AddressDoubt;
  #vendor: OtherPhone | null = null;

  constructor(state: SessionState, doubt: AddressDoubt) {
    this.#state = state;
    this.#doubt = doubt;
  }

  /** The DHCP server heard that this is such a phone. */
  note(other: OtherPhone): void {
    this.#vendor = other;
  }

  /** Such a phone is held at once, before anything is planned for it. */
  hold(mac: MacAddress, asked: AskedName, at: number): void {
    const named = otherPhoneOf(asked.name);
    const other = named?.other.isPhone === true ? named.other : this.#vendor;
    if (other === null) {
      this.#holdByJar(mac, asked, at);
      this.#holdByTerm(mac, asked, at);
      return;
    }
    const why = other === this.#vendor ? 'its DHCP vendor class names it' : `it asks for ${asked.name}`;
    this.#refuse(otherPhone(mac, other.phones, why), at);
  }

  /**
   * Its own file names a load outright, so it has to come before that: two rounds earlier its locale jar may show that the target is for
   * other models. Whatever proves or states the family goes before that.
   */
  #holdByJar(mac: MacAddress, asked: AskedName, at: number): void {
    const { context, evidence, model, aids } = this.#state;
    const { target } = context;
    const family = familyOfLoad(target);
    if (asked.kind !== 'locale' || family === null || model !== null || !speaksAgainst(asked.name, family)) return;
    const isProven = evidence.software.length > 0 && evidence.software.every((one) => one.family === family);
    // A jar has no name: it is this phone's where that has named itself in the same boot.
    const isItsOwn = has(evidence.trace, 'sep-xml') && this.#doubt.hasSpoken(asked, evidence.trace);
    if (isProven || !isItsOwn) return;
    const likely = familiesAskingJar(asked.name) ?? [];
    const models = aids.matrix.families.filter((one) => likely.includes(one.family)).flatMap((one) => one.models);
    this.#refuse(
      looksLikeOthers(
        mac,
        asked.name,
        models.map(({ model: id }) => id),
        target,
      ),
      at,
    );
  }

  /** A boot loader asks by the number of its own model: the list that names another one of the family is wrong (java-phones 4.3). */
  #holdByTerm(mac: MacAddress, asked: AskedName, at: number): void {
    const { context, evidence, aids } = this.#state;
    const listed = evidence.vendorModel ?? evidence.stated.model;
    if (asked.kind !== 'term-default' || listed === null || !this.#doubt.hasSpoken(asked, evidence.trace)) return;
    const family = aids.matrix.families.find(({ models }) => models.some(({ model }) => model === listed));
    const asking = family?.models.filter(({ term }) => term === asked.term) ?? [];
    if (asking.length === 0 || asking.some(({ model }) => model === listed)) return;
    const models = asking.map(({ model }) => model);
    this.#refuse(otherModel(mac, context.target, asked.name, models, listed), at);
  }

  #refuse(hold: Hold, at: number): void {
    const { state } = this.#state.phone;
    if (state === 'identifying') this.#state.apply({ type: 'plan.refused', at, hold });
    else if (state === 'offered') this.#state.apply({ type: 'hop.refused', at, hold, isFinal: true });
  }
}
