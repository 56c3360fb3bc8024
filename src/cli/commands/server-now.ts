import type { WallMs } from '../../core/moment.ts';

export interface ServerNow {
  /** Since when it hears phones; null where this user may not know. */
  readonly listensSince: WallMs | null;
  /** Whether it hears those on the list only, beside another server. */
  readonly isBeside: boolean;
}

/** Tells what server runs on a record; null when none does. */
export async function serverNow(path: string): Promise<() => ServerNow | null> {
  const { serverOf } = await import('../../adapters/sqlite/server-lock.ts');
  return () => {
    try {
      const server = serverOf(path);
      return server === null ? null : { listensSince: server.startedAt ?? null, isBeside: server.isBeside === true };
    } catch {
      return { listensSince: null, isBeside: false };
    }
  };
}
