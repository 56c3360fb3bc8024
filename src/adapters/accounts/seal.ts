import type { Account } from '../../core/account/account.ts';
import type { SealedAccount } from '../../ports/account-book.ts';
import type { AccountsKey } from './key-file.ts';
import { sealText, unsealText } from './sealed-text.ts';

/** Encrypts the passwords of an account. They open for this phone and these lines only. */
export function seal(account: Account, key: AccountsKey): SealedAccount {
  const { mac, label } = account;
  const lines = account.lines.map(({ password: _, ...line }) => line);
  const secret = JSON.stringify(account.lines.map(({ password }) => password));
  return { mac, label, lines, sealed: sealText(secret, boundTo({ mac, lines }), key), keyId: key.id };
}

/** The account with its passwords; null where the key is another one, or the row is not as it was sealed. */
export function unseal({ mac, label, lines, sealed, keyId }: SealedAccount, key: AccountsKey): Account | null {
  const text = keyId === key.id ? unsealText(sealed, boundTo({ mac, lines }), key) : null;
  if (text === null) return null;
  const passwords = JSON.parse(text) as readonly string[];
  return { mac, label, lines: lines.map((line, at) => ({ ...line, password: passwords[at] ?? '' })) };
}

function boundTo({ mac, lines }: Pick<SealedAccount, 'mac' | 'lines'>): string {
  const parts = lines.map(({ line, extension, name, authName }) => [line, extension, name, authName]);
  return JSON.stringify(['loadstep account 1', mac, parts]);
}
