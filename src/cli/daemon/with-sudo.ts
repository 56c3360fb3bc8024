import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { shellWord } from '../../core/text/shell-word.ts';
import type { CliIo } from '../io.ts';
import type { SudoTold } from '../output/serve-start.ts';

/** Whether the record that is used is another one's than the one's who typed `sudo`; null where it is not, or nobody did. */
export function withSudo(env: CliIo['env'], record: string, firmware: readonly string[]): SudoTold | null {
  const { SUDO_USER: user = '', SUDO_UID: uid = '' } = env;
  if (user === '' || uid === '' || uid === '0' || ownerOf(record) === Number(uid)) return null;
  return { user, record, firmware, own: ownFlags(user) };
}

function ownerOf(path: string): number | null {
  return statSync(path, { throwIfNoEntry: false })?.uid ?? null;
}

/** What is used where nothing is said. */
function ownFlags(user: string): string | null {
  const home = homeOf(user);
  if (home === null) return null;
  const db = join(home, '.local/state/loadstep/loadstep.db');
  const firmware = join(home, '.local/share/loadstep/firmware');
  if (!existsSync(db) && !existsSync(firmware)) return null;
  return `--db ${shellWord(db)} --firmware ${shellWord(firmware)}`;
}

/** Null where the list of users of this machine does not tell. */
function homeOf(user: string): string | null {
  try {
    const users = readFileSync('/etc/passwd', 'utf8').split('\n');
    return users.map((line) => line.split(':')).find(([name]) => name === user)?.[5] || null;
  } catch {
    return null;
  }
}
