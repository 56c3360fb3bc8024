import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { Account } from '../../core/account/account.ts';
import type { SealedAccount } from '../../ports/account-book.ts';
import type { AccountsKey } from './key-file.ts';

// AES-256-GCM (NIST SP 800-38D) with a random nonce for each sealing: far from the 2^32 of them that one key may have.
const CIPHER = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Encrypts the passwords of an account. They open for this phone and these lines only: a row cannot be put in another one's place. */
export function seal(account: Account, key: AccountsKey): SealedAccount {
  const { mac, label } = account;
  const lines = account.lines.map(({ password: _, ...line }) => line);
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(CIPHER, key.bytes, nonce, { authTagLength: TAG_BYTES }).setAAD(boundTo({ mac, lines }));
  const secret = JSON.stringify(account.lines.map(({ password }) => password));
  const sealed = Buffer.concat([nonce, cipher.update(secret, 'utf8'), cipher.final(), cipher.getAuthTag()]);
  return { mac, label, lines, sealed, keyId: key.id };
}

/** The account with its passwords; null where the key is another one, or the row is not as it was sealed. */
export function unseal({ mac, label, lines, sealed, keyId }: SealedAccount, key: AccountsKey): Account | null {
  if (keyId !== key.id || sealed.length < NONCE_BYTES + TAG_BYTES) return null;
  try {
    const opener = createDecipheriv(CIPHER, key.bytes, sealed.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES });
    opener.setAAD(boundTo({ mac, lines })).setAuthTag(sealed.subarray(-TAG_BYTES));
    const text = Buffer.concat([opener.update(sealed.subarray(NONCE_BYTES, -TAG_BYTES)), opener.final()]);
    const passwords = JSON.parse(text.toString('utf8')) as readonly string[];
    return { mac, label, lines: lines.map((line, at) => ({ ...line, password: passwords[at] ?? '' })) };
  } catch {
    return null;
  }
}

function boundTo({ mac, lines }: Pick<SealedAccount, 'mac' | 'lines'>): Buffer {
  const parts = lines.map(({ line, extension, name, authName }) => [line, extension, name, authName]);
  return Buffer.from(JSON.stringify(['loadstep account 1', mac, parts]));
}
