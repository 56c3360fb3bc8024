import { SHARED_TRIGGERS } from '../../core/answer/answer.ts';
import type { AskedName } from '../../core/names/asked-name.ts';
import type { StaticRoot } from '../../ports/static-root.ts';
import type { TftpAnswer } from '../../ports/tftp.ts';

/** The answer that tells a phone to go on with its next name. */
export const NOT_FOUND: TftpAnswer = { kind: 'error', code: 1, message: 'File not found' };

/**
 * What everybody gets who is not being converted: the operator's own tree, or "file not found". `OS79XX.TXT` and
 * `XMLDefault.cnf.xml` are left out even there: one shared copy flashes every phone that reads it.
 */
export async function fromStaticRoot(root: StaticRoot | null, asked: AskedName): Promise<TftpAnswer> {
  if (root === null || SHARED_TRIGGERS.has(asked.kind)) return NOT_FOUND;
  const content = await root.read(asked.name);
  return content === null ? NOT_FOUND : { kind: 'content', content };
}
