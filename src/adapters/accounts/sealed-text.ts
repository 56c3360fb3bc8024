import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { AccountsKey } from './key-file.ts';

// AES-256-GCM (NIST SP 800-38D) with a random nonce for each sealing: far from the 2^32 of them that one key may have.
const CIPHER = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Encrypts a text. It opens beside the same `boundTo` only: what was sealed for one cannot be put in another one's place. */
export function sealText(text: string, boundTo: string, key: AccountsKey): Buffer {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(CIPHER, key.bytes, nonce, { authTagLength: TAG_BYTES }).setAAD(Buffer.from(boundTo));
  return Buffer.concat([nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
}

/** The text; null where the key is another one, or what is bound to it, or the bytes are not as they were sealed. */
export function unsealText(sealed: Uint8Array, boundTo: string, key: AccountsKey): string | null {
  if (sealed.length < NONCE_BYTES + TAG_BYTES) return null;
  try {
    const opener = createDecipheriv(CIPHER, key.bytes, sealed.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES });
    opener.setAAD(Buffer.from(boundTo)).setAuthTag(sealed.subarray(-TAG_BYTES));
    const text = Buffer.concat([opener.update(sealed.subarray(NONCE_BYTES, -TAG_BYTES)), opener.final()]);
    return text.toString('utf8');
  } catch {
    return null;
  }
}
