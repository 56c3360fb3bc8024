import { Buffer } from 'node:buffer';
import type { Readable } from 'node:stream';
import { crc32 } from 'node:zlib';
import { type Entry, openPromise, type ZipFile } from 'yauzl';
import { ArchiveFault, type MemberVisitor, pathFault } from './archive-member.ts';

const UNIX = 3;
const TYPE_MASK = 0o170000;
const REGULAR = 0o100000;
const FOLDER = 0o040000;

/** Visits the members of a ZIP file in the order of its directory, checking each CRC that is read to its end. */
export async function readZip(path: string, visitor: MemberVisitor): Promise<void> {
  let zip: ZipFile;
  try {
    // Names are decoded here: one bad name must not hide the rest of the archive.
    zip = await openPromise(path, { lazyEntries: true, autoClose: false, decodeStrings: false });
  } catch (cause) {
    const message = 'the ZIP is cut off, or bytes follow it: its directory is not at its end';
    throw new ArchiveFault('archive-damaged', message, { cause });
  }
  try {
    for await (const entry of zip.eachEntry()) await visitEntry(zip, entry, visitor);
  } catch (cause) {
    if (!isZipError(cause)) throw cause;
    throw new ArchiveFault('archive-damaged', `the ZIP is damaged: ${words(cause)}`, { cause });
  } finally {
    zip.close();
  }
}

async function visitEntry(zip: ZipFile, entry: Entry, visitor: MemberVisitor): Promise<void> {
  const path = entryPath(entry);
  const type = entry.versionMadeBy >> 8 === UNIX ? (entry.externalFileAttributes >>> 16) & TYPE_MASK : 0;
  if (/[/\\]$/.test(path) || type === FOLDER) return;
  if (type !== 0 && type !== REGULAR) {
    visitor.refused(path, 'link-refused', `${path} is a link or a device`);
    return;
  }
  const fault = pathFault(path);
  if (fault !== null) visitor.refused(path, 'unsafe-path', fault);
  else if (entry.isEncrypted()) visitor.refused(path, 'encrypted', `${path} is encrypted`);
  else if (!entry.canDecodeFileData()) {
    visitor.refused(
      path,
      'unsupported-archive',
      `${path} is packed with a method (${entry.compressionMethod}) that is not deflate`,
    );
  } else {
    const content = checked(zip, entry, path);
    try {
      await visitor.file({ path, content });
    } finally {
      await content.return(undefined);
    }
  }
}

async function* checked(zip: ZipFile, entry: Entry, path: string): AsyncGenerator<Uint8Array> {
  let stream: Readable;
  let sum = 0;
  try {
    stream = await zip.openReadStreamPromise(entry);
    for await (const chunk of stream) {
      sum = crc32(chunk as Uint8Array, sum);
      yield chunk as Uint8Array;
    }
  } catch (cause) {
    if (cause instanceof ArchiveFault || !isZipError(cause)) throw cause;
    throw new ArchiveFault('archive-damaged', `${path} in the ZIP is damaged: ${words(cause)}`, { cause });
  }
  if (sum !== entry.crc32)
    throw new ArchiveFault('archive-damaged', `${path} in the ZIP is damaged: its CRC-32 does not hold`);
}

/** Old ZIPs are in code page 437, new ones in UTF-8; load files are ASCII in either. */
function entryPath(entry: Entry): string {
  return Buffer.from(entry.fileNameRaw).toString('utf8');
}

/** Errors of zlib and of yauzl, against those of the disk that is written to. */
function isZipError(cause: unknown): boolean {
  const code: unknown = (cause as NodeJS.ErrnoException | null)?.code;
  return (
    cause instanceof Error &&
    !(cause instanceof ArchiveFault) &&
    (code === undefined || String(code).startsWith('Z_')) &&
    cause.name === 'Error'
  );
}

function words(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
