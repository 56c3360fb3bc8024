import type { WallMs } from '../../core/moment.ts';

/** Tells since when a server hears phones, null where this user may not know; null as a whole when none runs. */
export async function serverNow(path: string): Promise<() => { readonly listensSince: WallMs | null } | null> {
  const { serverOf } = await import('../../adapters/sqlite/server-lock.ts');
  return () => {
    try {
      const server = serverOf(path);
      return server === null ? null : { listensSince: server.startedAt ?? null };
    } catch {
      return { listensSince: null };
    }
  };
}
