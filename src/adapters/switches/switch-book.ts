import { AppError } from '../../core/errors.ts';
import type { SealedSwitch, SwitchAccess, SwitchEntry, SwitchSecret, SwitchShelf } from '../../ports/switches.ts';
import { type AccountsKey, keyAt, readKey } from '../accounts/key-file.ts';
import { sealText, unsealText } from '../accounts/sealed-text.ts';

/** The switches in a record. What opens them is encrypted with the key that opens the passwords of accounts, which is in a file outside it. */
export class SwitchBook {
  readonly #shelf: SwitchShelf;
  readonly #keyFile: string;
  #key: AccountsKey | null = null;

  constructor(shelf: SwitchShelf, keyFile: string) {
    this.#shelf = shelf;
    this.#keyFile = keyFile;
  }

  /** Every switch, with what opens it. Throws AppError `E_SWITCH_KEY_LOST` or `E_ACCOUNTS_KEY_UNREADABLE`. */
  all(): readonly SwitchAccess[] {
    return this.#shelf.sealedSwitches().map((one) => this.#opened(one));
  }

  /** The switch of that name; throws AppError `E_BAD_USAGE` where there is none, and as `all` does. */
  of(name: string): SwitchAccess {
    const sealed = this.#shelf.sealedSwitches();
    const found = sealed.find((one) => one.name === name);
    if (found !== undefined) return this.#opened(found);
    const known = sealed.map((one) => one.name);
    const there =
      known.length === 0 ? 'there is none yet; "loadstep switch add" adds one' : `there are ${known.join(', ')}`;
    throw new AppError('E_BAD_USAGE', `no switch is called "${name}"; ${there}`);
  }

  /** Keeps a switch in the place of the one of its name. A key is made where there is none yet. */
  keep({ secret, ...entry }: SwitchAccess): void {
    if (entry.version === 'lldpd') {
      this.#shelf.keepSwitch({ ...entry, sealed: new Uint8Array(), keyId: '' });
      return;
    }
    this.#key ??= keyAt(this.#keyFile);
    const sealed = sealText(JSON.stringify(secret), boundTo(entry), this.#key);
    this.#shelf.keepSwitch({ ...entry, sealed, keyId: this.#key.id });
  }

  /** The path of the key file where others than its owner may read it; null where they may not. */
  openKey(): string | null {
    return this.#key?.isOpen === true ? this.#keyFile : null;
  }

  #opened({ sealed, keyId, ...entry }: SealedSwitch): SwitchAccess {
    if (entry.version === 'lldpd') return { ...entry, secret: NO_SECRET };
    this.#key ??= readKey(this.#keyFile);
    const text = this.#key === null || keyId !== this.#key.id ? null : unsealText(sealed, boundTo(entry), this.#key);
    if (text !== null) return { ...entry, secret: JSON.parse(text) as SwitchSecret };
    throw new AppError(
      'E_SWITCH_KEY_LOST',
      `the key file ${this.#keyFile} is not the one that opens what the switch ${entry.name} is asked with: put it back, or name it with --accounts-key, ` +
        `or add the switch once more with "loadstep switch add"`,
    );
  }
}

/** lldpd on this machine is asked with nothing. */
export const NO_SECRET: SwitchSecret = { community: null, authKey: null, privKey: null };

/** Where a secret is sent is part of it: whoever can write the record must not have it sent somewhere else. */
function boundTo({ name, address, port, version, user }: SwitchEntry): string {
  return JSON.stringify(['loadstep switch 1', name, address, port, version, user]);
}
