import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { contentKind, SNIFF_BYTES } from '../../core/firmware/content-kind.ts';
import { type FindingCode, finding } from '../../core/firmware/finding.ts';
import type { FirmwareFinding } from '../../core/firmware/package.ts';
import { parseSignedHeader, statedHeaderLength } from '../../core/firmware/signed-header.ts';
import { ArchiveFault, type ArchiveMember, baseName, folderName, type MemberVisitor } from './archive-member.ts';
import { type ByteStream, discard, gunzipped, peek, skip, writeStream } from './byte-stream.ts';
import type { ImportLimits } from './import-limits.ts';
import { LARGEST_LOAD_FILE } from './read-facts.ts';
import { readTar } from './read-tar.ts';
import { readZip } from './read-zip.ts';

/** Load files that lay in one folder of one source, unpacked side by side into a folder of the staging area. */
export interface UnpackedGroup {
  /** Where they come from, for people: `bundle.zip > inner.tar > sip`. */
  readonly source: string;
  /** The file or folder on disk that the operator named, or that was found below it. */
  readonly origin: string;
  readonly folder: string;
  /** `name` is what the file is called from now on, `was` what it was called in the source. */
  readonly files: { readonly name: string; readonly path: string; readonly was: string }[];
}

/** Something of a source that is not taken, and why. */
export interface Refusal {
  readonly source: string;
  readonly files: readonly string[];
  readonly finding: FirmwareFinding;
}

export interface UnpackOptions {
  /** An empty folder that belongs to this import alone. */
  readonly staging: string;
  readonly limits: ImportLimits;
  readonly signal?: AbortSignal;
  readonly onProgress?: (source: string, unpackedBytes: number) => void;
}

/** Where in the sources a stream is: what people call it, and how many archives lie around it. */
export interface Place {
  readonly source: string;
  readonly origin: string;
  readonly depth: number;
}

/** Names under which archives of firmware are passed on. */
export const ARCHIVE_NAME = /\.(zip|tar|tgz|gz|cop|sgn|sha512)$/i;
const SAFE_NAME = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}\.(loads|sbn|sb2|bin)$/i;
/** As many names as a refusal lists (invented). */
const NAMES_LISTED = 50;

/**
 * Takes streams apart by content: ZIP, tar, gzip, signed COP files, and all of these inside each other. Only load files are
 * written, under names of a safe alphabet, into the staging folder; no path of an archive is ever used.
 */
export class Unpacker {
  readonly groups: UnpackedGroup[] = [];
  readonly refusals: Refusal[] = [];
  readonly #options: UnpackOptions;
  readonly #byKey = new Map<string, UnpackedGroup>();
  #members = 0;
  #bytes = 0;
  #counter = 0;
  #kept = 0;

  constructor(options: UnpackOptions) {
    this.#options = options;
  }

  /** Load files written so far. */
  get kept(): number {
    return this.#kept;
  }

  refuse(source: string, files: readonly string[], code: FindingCode, message: string): void {
    this.refusals.push({ source, files, finding: finding(code, files[0] ?? null, null, message) });
  }

  /** Takes in a ZIP that lies on disk. */
  async zip(path: string, place: Place): Promise<void> {
    await readZip(path, this.#visitor(place));
  }

  /**
   * Takes in one stream by its content; false when it is neither an archive nor a load file. A load file joins the group of
   * `folder`; what an archive holds joins groups of `archive`. Throws `ArchiveFault` when an archive is unusable.
   */
  async stream(name: string, content: ByteStream, archive: Place, folder: Place): Promise<boolean> {
    this.#options.signal?.throwIfAborted();
    const { head, all } = await peek(this.#counted(content, archive.source), SNIFF_BYTES);
    const kind = contentKind(head);
    if (kind === 'zip') return this.#spooledZip(all, archive);
    if (kind === 'gzip') return this.#gzip(name, all, archive, folder);
    if (kind === 'tar') {
      this.#checkDepth(archive);
      await readTar(all, this.#visitor(archive));
      return true;
    }
    if (kind === 'signed') return this.#signed(name, head, all, archive, folder);
    if (SAFE_NAME.test(name)) await this.#keep(name, name, all, folder);
    else await discard(all);
    return SAFE_NAME.test(name);
  }

  /** Groups of an archive that turned out to be damaged are not used: some of its files may be missing. */
  drop(source: string): void {
    for (const group of this.groups.splice(0)) {
      const isOfIt = group.source === source || group.source.startsWith(`${source} > `);
      if (isOfIt) this.#byKey.delete(group.source);
      else this.groups.push(group);
    }
  }

  /** A signed load file, or a COP file: the header is taken off by the length it states. */
  async #signed(name: string, head: Uint8Array, all: ByteStream, archive: Place, folder: Place): Promise<boolean> {
    const length = statedHeaderLength(head) ?? 0;
    const { head: more, all: whole } = await peek(all, length + SNIFF_BYTES);
    const inside = contentKind(more.subarray(length));
    if (inside === 'gzip' || inside === 'tar' || inside === 'zip') {
      this.#checkDepth(archive);
      return this.stream(name.replace(ARCHIVE_NAME, ''), skip(whole, length), deeper(archive), deeper(folder));
    }
    const parsed = parseSignedHeader(more, Number.MAX_SAFE_INTEGER);
    // A load file keeps the name it was made with: unpackers and people change names and their case.
    const made = parsed.ok && SAFE_NAME.test(parsed.value.name) ? parsed.value.name : name;
    if (SAFE_NAME.test(made)) await this.#keep(made, name, whole, folder);
    else await discard(whole);
    return SAFE_NAME.test(made);
  }

  async #gzip(name: string, all: ByteStream, archive: Place, folder: Place): Promise<boolean> {
    this.#checkDepth(archive);
    try {
      return await this.stream(name.replace(/\.gz$/i, ''), gunzipped(all), deeper(archive), deeper(folder));
    } catch (cause) {
      if (!String((cause as NodeJS.ErrnoException).code).startsWith('Z_')) throw cause;
      const message = `the gzip stream is damaged or cut off: ${(cause as Error).message}`;
      throw new ArchiveFault('archive-damaged', message, { cause });
    }
  }

  /** A ZIP inside another archive has its directory at its end, so it is first written down. */
  async #spooledZip(all: ByteStream, place: Place): Promise<boolean> {
    this.#checkDepth(place);
    const path = join(this.#options.staging, `spool-${this.#counter++}`);
    const { innerArchiveBytes } = this.#options.limits;
    try {
      await writeStream(path, all, (bytes) => {
        if (bytes <= innerArchiveBytes) return;
        throw new ArchiveFault('too-big', 'an archive inside the archive is larger than any firmware');
      });
      await readZip(path, this.#visitor(place));
    } finally {
      await rm(path, { force: true });
    }
    return true;
  }

  #visitor(place: Place): MemberVisitor {
    const refused = new Map<FindingCode, string[]>();
    return {
      file: (member) => {
        this.#countMember();
        return this.#member(member, place);
      },
      refused: (path, code, message) => {
        this.#countMember();
        const names = refused.get(code);
        if (names === undefined) {
          const listed = [path];
          refused.set(code, listed);
          this.refusals.push({ source: place.source, files: listed, finding: finding(code, path, null, message) });
        } else if (names.length < NAMES_LISTED) names.push(path);
      },
    };
  }

  #countMember(): void {
    this.#members++;
    if (this.#members <= this.#options.limits.members) return;
    throw new ArchiveFault('too-many', `the archives hold more than ${this.#options.limits.members} files`);
  }

  async #member(member: ArchiveMember, place: Place): Promise<void> {
    const inside = folderName(member.path);
    const folder = { ...place, source: inside === '' ? place.source : `${place.source} > ${inside}` };
    const archive = { ...place, source: `${place.source} > ${member.path}`, depth: place.depth + 1 };
    try {
      await this.stream(baseName(member.path), member.content, archive, folder);
    } catch (cause) {
      // An archive inside this one may be damaged by itself; anything else is damage of this one.
      if (!(cause instanceof ArchiveFault) || !ARCHIVE_NAME.test(member.path)) throw cause;
      this.drop(archive.source);
      this.refusals.push({ source: archive.source, files: [], finding: cause.finding });
    }
  }

  async #keep(name: string, was: string, content: ByteStream, place: Place): Promise<void> {
    const group = await this.#group(place);
    const path = join(group.folder, `${group.files.length}~${name}`);
    try {
      await writeStream(path, content, (bytes) => {
        if (bytes > LARGEST_LOAD_FILE) throw new TooBig();
      });
    } catch (cause) {
      await rm(path, { force: true });
      if (!(cause instanceof TooBig)) throw cause;
      this.refuse(place.source, [name], 'too-big', `${name} is larger than a phone can hold`);
      return;
    }
    this.#kept++;
    group.files.push({ name, path, was });
  }

  async #group(place: Place): Promise<UnpackedGroup> {
    const found = this.#byKey.get(place.source);
    if (found !== undefined) return found;
    const folder = join(this.#options.staging, `group-${this.#counter++}`);
    await mkdir(folder);
    const group: UnpackedGroup = { source: place.source, origin: place.origin, folder, files: [] };
    this.#byKey.set(place.source, group);
    this.groups.push(group);
    return group;
  }

  #checkDepth(place: Place): void {
    if (place.depth < this.#options.limits.depth) return;
    throw new ArchiveFault('too-deep', `archives lie inside archives more than ${this.#options.limits.depth} deep`);
  }

  async *#counted(content: ByteStream, source: string): AsyncGenerator<Uint8Array> {
    for await (const chunk of content) {
      this.#bytes += chunk.length;
      if (this.#bytes > this.#options.limits.unpackedBytes) {
        throw new ArchiveFault('too-big', 'the archives unpack to more than any collection of firmware');
      }
      this.#options.signal?.throwIfAborted();
      this.#options.onProgress?.(source, this.#bytes);
      yield chunk;
    }
  }
}

class TooBig extends Error {}

function deeper(place: Place): Place {
  return { ...place, depth: place.depth + 1 };
}
