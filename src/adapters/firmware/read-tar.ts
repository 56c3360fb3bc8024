import { Buffer } from 'node:buffer';
import { once } from 'node:events';
import { Parser, type ReadEntry } from 'tar';
import { ArchiveFault, type MemberVisitor, pathFault } from './archive-member.ts';
import type { ByteStream } from './byte-stream.ts';

const PLAIN: ReadonlySet<string> = new Set(['File', 'OldFile', 'ContiguousFile']);
const PASSED_OVER: ReadonlySet<string> = new Set(['Directory', 'GNUDumpDir']);
const BLOCK = 512;
/** Warnings of the parser after which nothing that follows can be trusted. */
const FATAL: ReadonlySet<string> = new Set(['TAR_BAD_ARCHIVE', 'TAR_ABORT', 'TAR_ENTRY_INVALID']);

/** Visits the members of a tar stream as they come; v7, ustar, pax and GNU dialects. */
export async function readTar(stream: ByteStream, visitor: MemberVisitor): Promise<void> {
  let failure: unknown = null;
  const fail = (cause: unknown) => {
    failure ??= cause;
  };
  let current: ReadEntry | null = null;
  let visiting: Promise<void> = Promise.resolve();
  const parser = new Parser({
    maxMetaEntrySize: 1024 * 1024,
    onwarn: (code, message) => {
      if (FATAL.has(code)) fail(new ArchiveFault('archive-damaged', `the tar archive is damaged: ${String(message)}`));
    },
    onReadEntry: (entry) => {
      current = entry;
      visiting = visiting
        .then(() => (failure === null ? visitEntry(entry, visitor) : undefined))
        .catch(fail)
        // Entries are always resumed at last, so the parser always drains, whatever becomes of a visitor.
        .finally(() => entry.resume());
    },
  });
  let isOver = false;
  let bytes = 0;
  parser.on('eof', () => {
    isOver = true;
  });
  parser.on('error', fail);
  try {
    for await (const chunk of stream) {
      if (failure !== null) break;
      bytes += chunk.length;
      // What follows the end of the archive is read all the same: a gzip around it ends in a checksum.
      if (!isOver && !parser.write(asBuffer(chunk))) await once(parser, 'drain');
    }
    // Some writers leave out the end mark; none writes a part of a block.
    if (!isOver && bytes % BLOCK !== 0) fail(new ArchiveFault('archive-damaged', 'the tar archive is cut off'));
    if (failure === null) {
      const ended = once(parser, 'end');
      parser.end();
      await ended;
    }
  } catch (cause) {
    fail(cause);
  }
  if (failure !== null) abandon(current, failure);
  await visiting;
  if (failure !== null) throw failure;
}

/** The parser reads text with methods that only a Buffer has. */
function asBuffer(chunk: Uint8Array): Buffer {
  return Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
}

/** A visitor that waits for bytes which will never come is told why. */
function abandon(entry: ReadEntry | null, cause: unknown): void {
  if (entry === null || entry.emittedEnd) return;
  entry.on('error', () => undefined);
  entry.destroy(cause instanceof Error ? cause : new Error(String(cause)));
}

async function visitEntry(entry: ReadEntry, visitor: MemberVisitor): Promise<void> {
  const { path } = entry;
  if (PASSED_OVER.has(entry.type)) return;
  if (!PLAIN.has(entry.type)) {
    visitor.refused(path, 'link-refused', `${path} is a link or a device`);
    return;
  }
  const fault = pathFault(path);
  if (fault === null) await visitor.file({ path, content: entry as unknown as ByteStream });
  else visitor.refused(path, 'unsafe-path', fault);
}
