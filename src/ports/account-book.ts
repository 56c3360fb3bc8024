import type { Account, AccountLine } from '../core/account/account.ts';
import type { MacAddress } from '../core/names/mac-address.ts';

/** What the phones are at the PBX. A password leaves it for the phone's configuration and for the PBX, and for nothing else. */
export interface AccountBook {
  /**
   * The account of a phone as it is kept now; null where there is none. Throws AppError `E_ACCOUNTS_KEY_LOST` or
   * `E_ACCOUNTS_KEY_UNREADABLE` where its passwords cannot be read.
   */
  of(mac: MacAddress): Account | null;
  /** Every account, in the order of their MACs; throws as `of` does. */
  all(): readonly Account[];
}

/** An account as the record keeps it: all of it can be read but the passwords. */
export interface SealedAccount extends Omit<Account, 'lines'> {
  readonly lines: readonly Omit<AccountLine, 'password'>[];
  /** The passwords, encrypted. */
  readonly sealed: Uint8Array;
  /** Tells which key opens them. */
  readonly keyId: string;
}

/** Where the accounts lie. */
export interface AccountShelf {
  /** Every account, in the order of their MACs. */
  sealedAccounts(): readonly SealedAccount[];
  sealedAccount(mac: MacAddress): SealedAccount | null;
  /** Keeps accounts in the place of those that the phones had; all or none, and durable on return. */
  keepAccounts(accounts: readonly SealedAccount[]): void;
  /** Forgets accounts for good, durable on return; how many there were of them. */
  forgetAccounts(macs: readonly MacAddress[]): number;
}
