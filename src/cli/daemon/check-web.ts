import type { ServerInfo } from '../../adapters/sqlite/server-lock.ts';
import { AppError } from '../../core/errors.ts';
import type { WebAccess } from '../../ports/web-access.ts';
import { addressText, isLoopback } from '../../server/listen-address.ts';
import type { Settings } from '../settings/layers.ts';
import { webOf } from '../settings/serve-settings.ts';
import type { Attempt } from './check-programs.ts';

/** What is looked at beside the settings. */
interface WebSurroundings {
  /** Who may ask from other machines; null where the record cannot tell. */
  readonly accesses: readonly WebAccess[] | null;
  /** The server that works on the record. */
  readonly server: ServerInfo | null;
}

/** Tries what `--web` needs, each by itself, and tells where it would be asked; null without `--web`. */
export async function checkWeb(
  settings: Settings,
  { accesses, server }: WebSurroundings,
  attempt: Attempt,
  warnings: string[],
): Promise<string | null> {
  const web = await attempt(() => webOf(settings));
  if (web === null) return null;
  const { listen, tls } = web;
  const { IN_THE_CLEAR, readPair, refuseUnguarded, tryWebListen } = await import('../../web/web-place.ts');
  await attempt(() => (accesses === null ? undefined : refuseUnguarded(web, accesses)));
  if (tls !== null) await attempt(() => void readPair(tls));
  else if (!isLoopback(listen) && accesses !== null && accesses.length > 0) warnings.push(`${IN_THE_CLEAR}.`);
  const url = `${tls === null ? 'http' : 'https'}://${addressText(listen.address, listen.port)}/`;
  return attempt(async () => {
    try {
      await tryWebListen(listen);
      return `${url}: free`;
    } catch (error) {
      // The server of this record has its page there already, as a check before a restart finds it.
      if (!(error instanceof AppError && error.code === 'E_PORT_IN_USE') || server === null) throw error;
      return `${url}: taken, by the server of this database or by another program`;
    }
  });
}
