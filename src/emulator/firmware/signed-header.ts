import { createHash } from 'node:crypto';

/** What a synthetic signature stands for: the old or new key of the Java phones, the one key of 79x0, or a bad one. */
export type SyntheticKey = 'old' | 'new' | 'legacy' | 'bad';

const KEY_LETTER: Readonly<Record<SyntheticKey, number>> = { old: 0x4f, new: 0x4e, legacy: 0x53, bad: 0x58 };
const SIGNATURE_BYTES = 256;
const DIGEST_CHARS = 64;

// Placeholders of the same length as those of real files (firmware-files 1.2), with a signer nobody can mistake.
const SUBJECT = 'CN=testSigner;OU=someOrgUnit;O=someOrg';
const ISSUER = 'CN=someCA;OU=someOrgUnit;O=someOrg';
const SERIAL = Buffer.from('1234567890abcdef', 'hex');

function record(tag: number, value: Uint8Array): Buffer {
  const head = Buffer.alloc(3);
  head.writeUInt8(tag, 0);
  head.writeUInt16BE(value.length, 1);
  return Buffer.concat([head, value]);
}

function text(value: string): Buffer {
  return Buffer.from(`${value}\0`, 'latin1');
}

/** A file as the phone gets it: header with the file's own name and a signature of 256 bytes, then the payload. */
export function signedFile(name: string, payload: Uint8Array, signature: Uint8Array): Buffer {
  const signer = record(
    0x03,
    Buffer.concat([record(0x04, text(SUBJECT)), record(0x05, SERIAL), record(0x06, text(ISSUER))]),
  );
  const algorithm = record(0x09, Buffer.concat([record(0x0a, Buffer.from([0])), record(0x0b, Buffer.from([2]))]));
  const info = record(0x07, Buffer.concat([record(0x08, Buffer.from([1])), algorithm]));
  const rest = Buffer.concat([signer, info, record(0x0c, signature), record(0x0e, text(name))]);
  const start = Buffer.concat([record(0x01, Buffer.from([1, 1])), record(0x02, Buffer.from([0, 0]))]);
  const bare = start.length + rest.length;
  const length = Math.ceil(bare / 4) * 4;
  start.writeUInt16BE(length, 8);
  return Buffer.concat([start, rest, Buffer.alloc(length - bare, 0x0d), payload]);
}

/**
 * The signature of a synthetic file: the key's letter repeated, then a digest of name and payload in hex, so that an
 * emulated phone notices an altered file. Text on purpose: no magic number can turn up in it by chance.
 */
export function syntheticSignature(key: SyntheticKey, name: string, payload: Uint8Array): Buffer {
  const digest = createHash('sha256').update(name, 'latin1').update('\0').update(payload).digest('hex');
  return Buffer.concat([Buffer.alloc(SIGNATURE_BYTES - DIGEST_CHARS, KEY_LETTER[key]), Buffer.from(digest, 'latin1')]);
}

/** A synthetic file signed with one of the synthetic keys. */
export function syntheticFile(name: string, payload: Uint8Array, key: SyntheticKey): Buffer {
  return signedFile(name, payload, syntheticSignature(key, name, payload));
}

/** Which synthetic key a signature claims, and the digest it carries; null for a signature that is not of this kind. */
export function readSyntheticSignature(signature: Uint8Array): { key: SyntheticKey; digest: string } | null {
  if (signature.length !== SIGNATURE_BYTES) return null;
  const letter = signature[0];
  for (let i = 1; i < SIGNATURE_BYTES - DIGEST_CHARS; i++) if (signature[i] !== letter) return null;
  const key = (Object.keys(KEY_LETTER) as SyntheticKey[]).find((known) => KEY_LETTER[known] === letter);
  if (key === undefined) return null;
  return { key, digest: Buffer.from(signature.subarray(SIGNATURE_BYTES - DIGEST_CHARS)).toString('latin1') };
}
