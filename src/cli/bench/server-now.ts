import { resolve } from 'node:path';
import type { WallMs } from '../../core/moment.ts';
import type { PowerPlan } from '../../core/power/power-plan.ts';
import { shellWord } from '../../core/text/shell-word.ts';
import type { CommandContext } from '../command.ts';
import { firmwareFolders } from '../settings/values.ts';

export interface ServerNow {
  /** Since when it hears phones; null where this user may not know. */
  readonly listensSince: WallMs | null;
  /** Whether it hears those on the list only, beside another server. */
  readonly isBeside: boolean;
  /** The folders whose packages it serves, absolute; null where it did not say. */
  readonly firmware: readonly string[] | null;
  /** The lease files that it reads, absolute. */
  readonly leases: readonly string[];
  /** Why phones are not led to it at present; null while they are. */
  readonly away: string | null;
  /** The number of its process where that stands still; null while it works. */
  readonly stopped: number | null;
  /** What it means to do with the power of phones, by MAC. */
  readonly power: Readonly<Record<string, PowerPlan>>;
}

/** The server of a record, as often as it is asked for. */
export interface ServerLook {
  /** Null when none runs. */
  readonly now: () => ServerNow | null;
  /** The words after `loadstep` that start one again. */
  readonly startAgain: () => string;
}

/** What this user may not know of a server. */
const UNKNOWN: ServerNow = {
  ...{ listensSince: null, isBeside: false, firmware: null, leases: [], away: null, stopped: null, power: {} },
};

/** Looks what server runs on a record. */
export async function serverLook(path: string): Promise<ServerLook> {
  const { lastBeside, serverOf } = await import('../../adapters/sqlite/server-lock.ts');
  return {
    now() {
      try {
        const server = serverOf(path);
        if (server === null) return null;
        const { startedAt = null, isBeside = false, firmware = null, leases = [], away = null, power = {} } = server;
        const stopped = server.isStopped === true ? server.pid : null;
        return { listensSince: startedAt, isBeside, firmware, leases, away, stopped, power };
      } catch {
        return UNKNOWN;
      }
    },
    startAgain: () => lastBeside(path) ?? 'serve',
  };
}

/** The words that lead an import into the folder of these settings, also where it was named in a file that nobody else reads. */
export function importFlags({ settings, io }: Pick<CommandContext, 'settings' | 'io'>): readonly string[] {
  if (!settings.has('firmware')) return [];
  const typed = settings.typed(['firmware']);
  const [first = ''] = firmwareFolders(settings, io.env);
  return typed.length > 0 ? typed.slice(0, 2) : ['--firmware', shellWord(resolve(first))];
}

/** The words that lead an import into the folder which the server reads; none where this command would fill that one anyway. */
export function flagsInto(
  firmware: readonly string[] | null,
  own: Pick<CommandContext, 'settings' | 'io'>,
): readonly string[] {
  const [first] = firmware ?? [];
  if (first === undefined) return [];
  const [mine = ''] = firmwareFolders(own.settings, own.io.env);
  const isTyped = own.settings.typed(['firmware']).length > 0;
  return !isTyped && firmware?.includes(resolve(mine)) ? [] : ['--firmware', shellWord(first)];
}
