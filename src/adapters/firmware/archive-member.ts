import { type FindingCode, finding } from '../../core/firmware/finding.ts';
import type { FirmwareFinding } from '../../core/firmware/package.ts';
import type { ByteStream } from './byte-stream.ts';

/** One regular file of an archive; its path is text for people and never used for writing. */
export interface ArchiveMember {
  readonly path: string;
  readonly content: ByteStream;
}

/** What is done with the members of an archive, one after the other. */
export interface MemberVisitor {
  /** A regular file; what is left unread of it is passed over. */
  file(member: ArchiveMember): Promise<void>;
  /** A member that is refused: a link, a device, a path that leads out of the archive. */
  refused(path: string, code: FindingCode, message: string): void;
}

/** Something in an archive that makes all of it unusable; carries the finding for the operator. */
export class ArchiveFault extends Error {
  readonly finding: FirmwareFinding;

  constructor(code: FindingCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'ArchiveFault';
    this.finding = finding(code, null, null, message);
  }
}

/** Why a member's path is refused; null when it stays inside its archive. Both kinds of slash occur. */
export function pathFault(path: string): string | null {
  if (/^([/\\]|[A-Za-z]:)/.test(path)) return `${path} is an absolute path`;
  if (path.split(/[/\\]/).includes('..')) return `${path} leads out of the archive`;
  return null;
}

/** The last part of a member's path. */
export function baseName(path: string): string {
  return path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
}

/** The path of the folder a member lies in; empty at the top. */
export function folderName(path: string): string {
  return path
    .slice(0, Math.max(0, Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\'))))
    .replace(/^(\.[/\\])+/, '')
    .replace(/^\.$/, '');
}
