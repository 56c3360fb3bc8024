import { entriesOfName } from '../explain/name-index.ts';
import { isAppBin } from '../identify/behaviour.ts';
import type { AskedName } from '../names/asked-name.ts';
import type { Replay } from './replay.ts';

/** Codes that say of a name itself that this phone should not have been told it: a file of that name would not help. */
const WRONG_NAME = new Set([
  'P_APP_SBN_ASKED',
  'P_INVALID_DEFAULT_LOAD_NAME',
  'P_LOADER_NAMED_AS_LOAD',
  'P_LOADER_TOO_EARLY',
  'P_LOAD_NAME_BLANK',
  'P_NAME_CUT_OFF',
  'P_OS79XX_TRAILING_BLANK',
]);

/** Whether a more exact code tells why this file was refused, so that nobody should look for it in an archive. `other`: how it is spelt elsewhere; `behaviours`: those of the same round. */
export function isToldExactly(
  { name, raw }: Pick<AskedName, 'name' | 'raw'>,
  other: string | null,
  behaviours: Replay['behaviours'],
): boolean {
  if (other !== null && other !== name) return true;
  if (isAppBin(name) && behaviours.some(({ code }) => code === 'P_APP_BIN_ASKED')) return true;
  return [name, raw].some((one) => entriesOfName(one, () => null).some(({ code }) => WRONG_NAME.has(code)));
}
