import type { Account } from '../../core/account/account.ts';
import { AppError } from '../../core/errors.ts';
import type { MacAddress } from '../../core/names/mac-address.ts';
import { countText } from '../../core/text/amounts.ts';
import type { AccountBook, AccountShelf, SealedAccount } from '../../ports/account-book.ts';
import { type AccountsKey, keyAt, readKey } from './key-file.ts';
import { seal, unseal } from './seal.ts';

/** The accounts in a record, whose passwords open with the key in a file outside it. The file is read with the first account that is asked for. */
export class SealedBook implements AccountBook {
  readonly #shelf: AccountShelf;
  readonly #keyFile: string;
  #key: AccountsKey | null = null;

  constructor(shelf: AccountShelf, keyFile: string) {
    this.#shelf = shelf;
    this.#keyFile = keyFile;
  }

  of(mac: MacAddress): Account | null {
    const sealed = this.#shelf.sealedAccount(mac);
    return sealed === null ? null : this.#opened(sealed);
  }

  all(): readonly Account[] {
    return this.#shelf.sealedAccounts().map((sealed) => this.#opened(sealed));
  }

  /**
   * Keeps accounts in the place of those that the phones had, all or none. The key is made where there is no account yet; where there
   * are some and the key is lost, nothing is kept. Throws AppError `E_ACCOUNTS_KEY_LOST` or `E_ACCOUNTS_KEY_UNREADABLE`.
   */
  keep(accounts: readonly Account[]): void {
    const there = this.#shelf.sealedAccounts();
    if (there.length === 0) this.#key = keyAt(this.#keyFile);
    const key = this.#readKey();
    const strange = there.filter(({ keyId }) => keyId !== key.id);
    if (strange.length > 0) throw this.#lost(strange.length, 'is another key than the one');
    this.#shelf.keepAccounts(accounts.map((account) => seal(account, key)));
  }

  /** Why the passwords cannot be read now; null when they can, or when there are none. */
  fault(): AppError | null {
    try {
      this.all();
      return null;
    } catch (error) {
      if (error instanceof AppError && /^E_ACCOUNTS_KEY/.test(error.code)) return error;
      throw error;
    }
  }

  /** The path of the key file where others than its owner may read it; null where they may not. */
  openKey(): string | null {
    return this.#key?.isOpen === true ? this.#keyFile : null;
  }

  #opened(sealed: SealedAccount): Account {
    const key = this.#readKey();
    const account = unseal(sealed, key);
    if (account !== null) return account;
    if (sealed.keyId !== key.id) throw this.#lost(this.#count(), 'is another key than the one');
    throw new AppError(
      'E_ACCOUNTS_KEY_LOST',
      `the password of ${sealed.mac} in the record is damaged: type "loadstep accounts forget --mac ${sealed.mac}", and give its account again`,
    );
  }

  #readKey(): AccountsKey {
    this.#key ??= readKey(this.#keyFile);
    if (this.#key === null) throw this.#lost(this.#count(), 'is not there, the one');
    return this.#key;
  }

  #count(): number {
    return this.#shelf.sealedAccounts().length;
  }

  #lost(accounts: number, what: string): AppError {
    return new AppError(
      'E_ACCOUNTS_KEY_LOST',
      `the key file ${this.#keyFile} ${what} that opens the passwords of ${countText(accounts, 'account')}: put it back or name it with --accounts-key, ` +
        'or type "loadstep accounts forget --all" and give the accounts again; nothing else is lost',
    );
  }
}
