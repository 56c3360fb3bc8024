import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { contentKind } from '../../core/firmware/content-kind.ts';
import { finding } from '../../core/firmware/finding.ts';
import { type FileFacts, inspectFile } from '../../core/firmware/inspect-file.ts';

/** Several times the largest file of a known load, 4.6 MB (invented); larger files are not read. */
export const LARGEST_LOAD_FILE = 32 * 1024 * 1024;

/** Hexadecimal SHA-1, the hash in which firmware is published. */
export function sha1(bytes: Uint8Array): string {
  return createHash('sha1').update(bytes).digest('hex');
}

/** Reads one load file whole and tells everything about it; what cannot be read is a finding, never a rejection. */
export async function readFacts(name: string, path: string, sizeBytes: number): Promise<FileFacts> {
  if (sizeBytes > LARGEST_LOAD_FILE) {
    const message = `${name} has ${sizeBytes} bytes, more than a phone can hold`;
    return bareFacts(name, sizeBytes, finding('too-big', name, null, message));
  }
  let bytes: Uint8Array;
  try {
    bytes = await readWhole(path);
  } catch (cause) {
    const reason = (cause as NodeJS.ErrnoException).code ?? String(cause);
    return bareFacts(name, sizeBytes, finding('unreadable', name, null, `${name} cannot be read (${reason})`));
  }
  return factsOf(name, bytes);
}

/** Everything that bytes under a name tell, hashes and inner checksums included. */
export async function factsOf(name: string, bytes: Uint8Array): Promise<FileFacts> {
  const { facts, inner } = inspectFile(name, bytes);
  const findings = [...facts.findings];
  for (const archive of inner) {
    // What unpacks is loaded for a file that has something to unpack: verdicts are remembered, so most commands meet none.
    const { innerFault } = await import('./inner-check.ts');
    const fault = await innerFault(bytes, archive);
    if (fault !== null) findings.push(finding('inner-crc', name, archive.offset, fault));
  }
  const payload = facts.header === null ? bytes : bytes.subarray(facts.header.length);
  return { ...facts, findings, sha1: sha1(bytes), payloadSha1: sha1(payload) };
}

/** Reads a regular file whole; never waits for a FIFO or a device. */
export async function readWhole(
  path: string,
  memory: (size: number) => Uint8Array = (size) => new Uint8Array(size),
): Promise<Uint8Array> {
  const handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const { size } = await handle.stat();
    if (size > LARGEST_LOAD_FILE) throw new Error('the file is too large');
    const bytes = memory(size);
    let at = 0;
    while (at < size) {
      const { bytesRead } = await handle.read(bytes, at, size - at, at);
      if (bytesRead === 0) break;
      at += bytesRead;
    }
    return at === size ? bytes : bytes.subarray(0, at);
  } finally {
    await handle.close();
  }
}

function bareFacts(name: string, sizeBytes: number, found: FileFacts['findings'][number]): FileFacts {
  const content = contentKind(new Uint8Array(0));
  return {
    name,
    sizeBytes,
    content,
    header: null,
    manifest: null,
    image: null,
    sha1: null,
    payloadSha1: null,
    findings: [found],
  };
}
