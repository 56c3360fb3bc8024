import { SHARED_TRIGGERS } from '../../core/answer/answer.ts';
import type { AskedName } from '../../core/names/asked-name.ts';
import type { StaticRoot } from '../../ports/static-root.ts';
import type { TftpAnswer, TftpRequest } from '../../ports/tftp.ts';

/** The answer that tells a phone to go on with its next name. */
export const NOT_FOUND: TftpAnswer = { kind: 'error', code: 1, message: 'File not found' };

/**
 * What everybody gets who is not being converted: the operator's own tree, or "file not found". `OS79XX.TXT` and
 * `XMLDefault.cnf.xml` are left out even there: one shared copy flashes every phone that reads it.
 */
export async function fromStaticRoot(
  root: StaticRoot | null,
  asked: AskedName,
  { mode }: Pick<TftpRequest, 'mode'>,
): Promise<TftpAnswer> {
  if (root === null || SHARED_TRIGGERS.has(asked.kind)) return NOT_FOUND;
  const content = await root.read(asked.name);
  if (content === null) return NOT_FOUND;
  return mode === 'netascii' && content.length > MOST_TEXT_BYTES ? NO_TEXT : { kind: 'content', content };
}

/** To write a larger file as text would hold up everybody else; none is text (invented). */
const MOST_TEXT_BYTES = 32 * 1024 * 1024;
const NO_TEXT: TftpAnswer = { kind: 'error', code: 0, message: 'Too large for netascii: ask for it in octet mode' };
