import { readdir, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, sep } from 'node:path';
import { contentKind, foreignArchive, SNIFF_BYTES } from '../../core/firmware/content-kind.ts';
import { parseSignedHeader } from '../../core/firmware/signed-header.ts';
import { ArchiveFault } from './archive-member.ts';
import { fileStream, peek } from './byte-stream.ts';
import { ARCHIVE_NAME, type Place, type Unpacker } from './unpacker.ts';
import { STAGING_PREFIX } from './walk-tree.ts';

/**
 * Takes one file or folder of the operator into an unpacker: load files, archives of every kind, folders to their depth.
 * Links are followed inside the folder only. What cannot be used becomes a refusal, never a rejection.
 */
export async function takeSource(path: string, unpacker: Unpacker): Promise<void> {
  const before = unpacker.kept + unpacker.refusals.length;
  let isFolder: boolean;
  let real: string;
  try {
    real = await realpath(path);
    const found = await stat(real);
    isFolder = found.isDirectory();
    if (!isFolder && !found.isFile()) {
      unpacker.refuse(path, [], 'link-refused', `${path} is neither a file nor a folder`);
      return;
    }
  } catch (cause) {
    const isMissing = (cause as NodeJS.ErrnoException).code === 'ENOENT';
    const message = isMissing ? `there is no ${path}` : `${path} cannot be read`;
    unpacker.refuse(path, [], isMissing ? 'not-found' : 'unreadable', message);
    return;
  }
  if (isFolder) await takeFolder(path, real, unpacker);
  else await takeFile(path, real, dirname(path), unpacker, true);
  if (unpacker.kept + unpacker.refusals.length === before) {
    unpacker.refuse(path, [], 'no-firmware', `${path} holds no firmware for these phones`);
  }
}

async function takeFolder(label: string, root: string, unpacker: Unpacker): Promise<void> {
  const seen = new Set<string>();
  const visit = async (shown: string, folder: string): Promise<void> => {
    if (seen.has(folder)) return;
    seen.add(folder);
    let entries: Awaited<ReturnType<typeof list>>;
    try {
      entries = await list(folder);
    } catch {
      unpacker.refuse(shown, [], 'unreadable', `the folder ${shown} cannot be listed`);
      return;
    }
    for (const entry of entries) {
      if (entry.name.startsWith(STAGING_PREFIX)) continue;
      const target = await resolved(root, join(folder, entry.name), entry);
      if (target === null) continue;
      if (target.isFolder) await visit(join(shown, entry.name), target.path);
      else await takeFile(join(shown, entry.name), target.path, shown, unpacker, false);
    }
  };
  await visit(label, root);
}

async function list(folder: string) {
  const entries = await readdir(folder, { withFileTypes: true });
  return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
}

async function resolved(
  root: string,
  path: string,
  entry: { isDirectory(): boolean; isFile(): boolean; isSymbolicLink(): boolean },
): Promise<{ path: string; isFolder: boolean } | null> {
  if (entry.isDirectory() || entry.isFile()) return { path, isFolder: entry.isDirectory() };
  if (!entry.isSymbolicLink()) return null;
  const target = await realpath(path).catch(() => '');
  const found = target.startsWith(root + sep) ? await stat(target).catch(() => null) : null;
  if (found === null || !(found.isDirectory() || found.isFile())) return null;
  return { path: target, isFolder: found.isDirectory() };
}

/** A file on disk. One that the operator named, or that is called an archive, must be something. */
async function takeFile(
  label: string,
  path: string,
  folder: string,
  unpacker: Unpacker,
  isNamed: boolean,
): Promise<void> {
  const place: Place = { source: label, origin: label, depth: 0 };
  try {
    const head = await headOf(path);
    if (contentKind(head) === 'zip') {
      await unpacker.zip(path, place);
      return;
    }
    const bytes = fileStream(path);
    try {
      const isTaken = await unpacker.stream(basename(label), bytes, place, { source: folder, origin: label, depth: 0 });
      if (!isTaken && (isNamed || ARCHIVE_NAME.test(label) || isForeignArchive(head)))
        refuseStrange(label, head, unpacker);
    } finally {
      await bytes.return(undefined);
    }
  } catch (cause) {
    if (cause instanceof ArchiveFault) {
      unpacker.drop(label);
      unpacker.refusals.push({ source: label, files: [], finding: cause.finding });
    } else if ((cause as NodeJS.ErrnoException).code === 'EACCES') {
      unpacker.refuse(label, [], 'unreadable', `${label} cannot be read`);
    } else throw cause;
  }
}

/** An archive that is not read here is told of in a folder, too: firmware may be in it. A program there is most often something else. */
function isForeignArchive(head: Uint8Array): boolean {
  return foreignArchive(head) !== null && !(head[0] === 0x4d && head[1] === 0x5a);
}

function refuseStrange(label: string, head: Uint8Array, unpacker: Unpacker): void {
  const kind = contentKind(head);
  if (kind === 'web-page') {
    unpacker.refuse(label, [], 'web-page', `${label} is a web page, not an archive: the download failed`);
  } else if (kind === 'empty') unpacker.refuse(label, [], 'empty-file', `${label} is empty`);
  else if (kind === 'signed') refuseSigned(label, head, unpacker);
  else if (foreignArchive(head) !== null) {
    unpacker.refuse(label, [], 'unsupported-archive', `${label} is ${foreignArchive(head)}: loadstep does not read it`);
  } else unpacker.refuse(label, [], 'unknown-kind', `${label} is neither firmware nor an archive that loadstep reads`);
}

/** A signed file that is no load file and holds no archive: a COP file whose header no longer fits, or something else. */
function refuseSigned(label: string, head: Uint8Array, unpacker: Unpacker): void {
  const parsed = parseSignedHeader(head, Number.MAX_SAFE_INTEGER);
  if (!parsed.ok) unpacker.refuse(label, [], parsed.error.code, `${label}: ${parsed.error.message}`);
  else unpacker.refuse(label, [], 'unknown-kind', `${label} is signed and holds neither firmware nor an archive`);
}

async function headOf(path: string): Promise<Uint8Array> {
  const bytes = fileStream(path);
  try {
    return (await peek(bytes, SNIFF_BYTES)).head.subarray(0, SNIFF_BYTES);
  } finally {
    await bytes.return(undefined);
  }
}
