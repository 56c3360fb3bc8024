import type { MacAddress } from '../core/names/mac-address.ts';
import type { Statement } from '../core/witness/statement.ts';

/** Takes what phones say of themselves. */
export interface WitnessDesk {
  /**
   * Whether this address is that of this phone, and the phone is on the list: nothing is answered, asked or believed otherwise.
   */
  isItsAddress(mac: MacAddress, address: string): Promise<boolean>;
  /** A phone said something; true where that was its own address. It is recorded when the promise resolves. */
  hear(statement: Statement): Promise<boolean>;
  /** Idle phones whose page may tell what they run, each with the address where it is. They are told once. */
  toAsk(): readonly { readonly mac: MacAddress; readonly address: string }[];
}
