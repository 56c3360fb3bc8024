import { readSyntheticSignature, syntheticSignature } from './firmware/signed-header.ts';
import type { SigningKey } from './phone-options.ts';

/** What the phone sees in a signed file. */
export interface SignedFile {
  /** The file's own name, inside the header. */
  readonly name: string;
  readonly payload: Buffer;
  /** The key it is signed with; `unknown` for a file whose signature is not one of the synthetic kinds. */
  readonly key: SigningKey | 'legacy' | 'unknown';
  /** False where the signature does not fit the content. A signature of unknown kind is taken for good. */
  readonly isIntact: boolean;
}

const TAG_HEADER_LENGTH = 0x02;
const TAG_SIGNATURE = 0x0c;
const TAG_PADDING = 0x0d;
const TAG_NAME = 0x0e;

/** Reads a signed file (firmware-files 1); null for anything else. */
export function readSignedFile(file: Buffer): SignedFile | null {
  if (file.length < 16 || file.readUInt8(0) !== 1 || file.readUInt16BE(1) !== 2) return null;
  let end = file.length;
  let name: string | null = null;
  let signature: Buffer | null = null;
  for (let at = 0; at < end; ) {
    const tag = file.readUInt8(at);
    if (tag === TAG_PADDING) {
      at += 1;
      continue;
    }
    if (at + 3 > end) return null;
    const length = file.readUInt16BE(at + 1);
    const value = file.subarray(at + 3, at + 3 + length);
    if (value.length !== length) return null;
    if (tag === TAG_HEADER_LENGTH && length === 2) end = Math.min(file.length, value.readUInt16BE(0));
    if (tag === TAG_SIGNATURE) signature = value;
    if (tag === TAG_NAME) name = value.toString('latin1').replace(/\0$/, '');
    at += 3 + length;
  }
  if (name === null || signature === null || end === file.length) return null;
  const payload = file.subarray(end);
  const synthetic = readSyntheticSignature(signature);
  if (synthetic === null) return { name, payload, key: 'unknown', isIntact: true };
  if (synthetic.key === 'bad') return { name, payload, key: 'unknown', isIntact: false };
  const isIntact = syntheticSignature(synthetic.key, name, payload).equals(signature);
  return { name, payload, key: synthetic.key, isIntact };
}
