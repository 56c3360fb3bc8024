import type { AskedName } from '../../core/names/asked-name.ts';
import type { MacAddress } from '../../core/names/mac-address.ts';
import { type OtherPhone, otherPhoneOf } from '../../core/names/other-phones.ts';
import { otherPhone } from './holds.ts';
import type { SessionState } from './session-state.ts';

/** Whether a phone on the list is of a kind that is not converted, by what it asks or by what its DHCP server heard. */
export class OtherKind {
  readonly #state: SessionState;
  #vendor: OtherPhone | null = null;

  constructor(state: SessionState) {
    this.#state = state;
  }

  /** The DHCP server heard that this is such a phone. */
  note(other: OtherPhone): void {
    this.#vendor = other;
  }

  /** Such a phone is held at once, before anything is planned for it. */
  hold(mac: MacAddress, asked: AskedName, at: number): void {
    const named = otherPhoneOf(asked.name);
    const other = named?.other.isPhone === true ? named.other : this.#vendor;
    if (other === null) return;
    const why = other === this.#vendor ? 'its DHCP vendor class names it' : `it asks for ${asked.name}`;
    const hold = otherPhone(mac, other.phones, why);
    const { state } = this.#state.phone;
    if (state === 'identifying') this.#state.apply({ type: 'plan.refused', at, hold });
    else if (state === 'offered') this.#state.apply({ type: 'hop.refused', at, hold, isFinal: true });
  }
}
