import { OCTET_ONLY } from '../../core/answer/answer.ts';
import {
  type LoadInFile,
  loadInFile,
  loadInLargeFile,
  loadInName,
  withheldReason,
} from '../../core/answer/load-in-file.ts';
import type { InTree } from '../../core/answer/own-file.ts';
import type { AskedName } from '../../core/names/asked-name.ts';
import type { LargeFile, StaticRoot } from '../../ports/static-root.ts';
import type { FileOnDisk, TftpAnswer, TftpRequest } from '../../ports/tftp.ts';

/** The answer that tells a phone to go on with its next name. */
export const NOT_FOUND: TftpAnswer = { kind: 'error', code: 1, message: 'File not found' };

/** To write a larger file as text would hold up everybody else; none is text (invented). */
const MOST_TEXT_BYTES = 32 * 1024 * 1024;
const NO_FIRMWARE: TftpAnswer = { kind: 'error', code: 0, message: OCTET_ONLY };
const NO_TEXT: TftpAnswer = { kind: 'error', code: 0, message: 'Too large for netascii: ask for it in octet mode' };

/** What the tree holds under the name of a landed phone's configuration; null where it has none. */
export async function ownFileIn(root: StaticRoot | null, asked: AskedName): Promise<InTree> {
  if (root === null) return null;
  const content = await root.read(asked.name);
  if (content instanceof Uint8Array) return content;
  return content !== null || (await root.has(asked.name)) ? 'unreadable' : null;
}

/** What the operator's own tree gives for one name. */
export type FromRoot =
  | { readonly kind: 'content'; readonly content: Uint8Array | FileOnDisk; readonly load: LoadInFile | null }
  /** The tree has it, and it is not given. */
  | { readonly kind: 'withheld'; readonly reason: string; readonly answer: TftpAnswer };

/**
 * Reads one file of the operator's tree; null where it has none. What names or is a load leaves it only for phones of which
 * `mayHaveLoads` is true, and `OS79XX.TXT` and `XMLDefault.cnf.xml` never: one shared copy flashes every phone that reads it.
 */
export async function fromStaticRoot(
  root: StaticRoot | null,
  asked: AskedName,
  { mode }: Pick<TftpRequest, 'mode'>,
  mayHaveLoads: boolean,
): Promise<FromRoot | null> {
  if (root === null) return null;
  const named = loadInName(asked);
  if (named !== null && (!mayHaveLoads || named === 'shared-trigger')) {
    const reason = withheldReason(named);
    return (await root.has(asked.name)) ? { kind: 'withheld', reason, answer: NOT_FOUND } : null;
  }
  return judged(await root.read(asked.name), asked, mode, mayHaveLoads);
}

/** The same where it is known without a look at the disk; undefined where it is not. */
export function knownInStaticRoot(
  root: StaticRoot | null,
  asked: AskedName,
  { mode }: Pick<TftpRequest, 'mode'>,
  mayHaveLoads: boolean,
): FromRoot | null | undefined {
  const content = root === null ? null : root.known?.(asked.name);
  // A name that is withheld whatever lies under it is told of by who looks for it.
  const isNamed = content !== null && loadInName(asked) !== null;
  return content === undefined || isNamed ? undefined : judged(content, asked, mode, mayHaveLoads);
}

function judged(
  content: Uint8Array | LargeFile | null,
  asked: AskedName,
  mode: TftpRequest['mode'],
  mayHaveLoads: boolean,
): FromRoot | null {
  if (content === null) return null;
  const isHeld = content instanceof Uint8Array;
  const load = isHeld ? loadInFile(asked, content) : loadInLargeFile(asked, content.head);
  if (load !== null && !mayHaveLoads) return { kind: 'withheld', reason: withheldReason(load), answer: NOT_FOUND };
  if (mode === 'netascii' && load === 'is-load') {
    return { kind: 'withheld', reason: 'it is firmware, and was asked for in netascii', answer: NO_FIRMWARE };
  }
  if (mode === 'netascii' && (!isHeld || content.length > MOST_TEXT_BYTES)) {
    return { kind: 'withheld', reason: 'it is too large for netascii', answer: NO_TEXT };
  }
  return { kind: 'content', content, load };
}
