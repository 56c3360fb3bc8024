import { Buffer } from 'node:buffer';
import { promisify } from 'node:util';
import { crc32, gunzip, inflateRaw } from 'node:zlib';
import { type Entry, fromBufferPromise } from 'yauzl';
import type { InnerArchive } from '../../core/firmware/inspect-file.ts';

/** Far more than any archive inside a phone's firmware unpacks to (invented); beyond it the check is left out. */
const LARGEST_UNPACKED = 128 * 1024 * 1024;
const MOST_ENTRIES = 50_000;

const gunzipAsync = promisify(gunzip);
const inflateAsync = promisify(inflateRaw);

/** What is wrong with a compressed archive inside a file, in words; null when every checksum in it holds. */
export async function innerFault(bytes: Uint8Array, inner: InnerArchive): Promise<string | null> {
  const part = Buffer.from(bytes.buffer, bytes.byteOffset + inner.offset, inner.sizeBytes);
  try {
    if (inner.kind === 'gzip') await gunzipAsync(part, { maxOutputLength: LARGEST_UNPACKED });
    else await checkZip(part);
    return null;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') return null;
    return `${inner.member} inside is damaged: ${reason(cause)}`;
  }
}

function reason(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}

async function checkZip(part: Buffer): Promise<void> {
  const zip = await fromBufferPromise(part, { lazyEntries: true, decodeStrings: false });
  let unpacked = 0;
  let entries = 0;
  for await (const entry of zip.eachEntry()) {
    unpacked += entry.uncompressedSize;
    entries++;
    if (unpacked > LARGEST_UNPACKED || entries > MOST_ENTRIES) return;
    if (entry.isEncrypted()) continue;
    const { fileDataStart } = await zip.readLocalFileHeaderPromise(entry, { minimal: true });
    const content = await entryBytes(part.subarray(fileDataStart, fileDataStart + entry.compressedSize), entry);
    if (content !== null && crc32(content) !== entry.crc32) {
      throw new Error(`the checksum of ${entryName(entry)} does not hold`);
    }
  }
}

async function entryBytes(packed: Buffer, entry: Entry): Promise<Buffer | null> {
  if (packed.length !== entry.compressedSize) throw new Error(`${entryName(entry)} is cut off`);
  if (entry.compressionMethod === 0) return packed;
  if (entry.compressionMethod !== 8) return null;
  const content = await inflateAsync(packed, { maxOutputLength: entry.uncompressedSize + 1 });
  if (content.length !== entry.uncompressedSize) throw new Error(`${entryName(entry)} has another size than stated`);
  return content;
}

function entryName(entry: Entry): string {
  return String(entry.fileName).replace(/[^\x20-\x7e]/g, '?');
}
