import { chmod, chown, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ASKED_FOLDER } from '../../core/beside/phone-folder.ts';
import { mapWithOurs, mapWithoutOurs, OURS_AWAY } from '../../core/beside/tftpd-map.ts';
import { AppError } from '../../core/errors.ts';
import type { PortRedirect } from '../../ports/port-redirect.ts';
import { whenGone } from '../when-gone.ts';
import { checkFuse } from './fuse-mount.ts';
import { type RunningTftpd, runningTftpd, TFTPD } from './tftpd-hpa.ts';

/**
 * Waits until loadstep is gone, by whatever, and takes its lines out of the map. That it may be killed, too, costs the phones their server and
 * nothing else: their folders are gone.
 */
const GONE = `umount -l "$2" 2> /dev/null; sed -i -e "$3" "$1"
[ "$(cat /proc/$4/comm 2> /dev/null)" = ${TFTPD} ] && kill -HUP "$4"`;

/** Lines in the map file of tftpd-hpa, which lead the addresses of phones into folders that are asked; `shown` is told whose they are. */
export function mapFile(root: string, shown: (addresses: readonly string[]) => void): PortRedirect {
  let tftpd: RunningTftpd | null = null;
  let callOff: (() => void) | null = null;
  const folder = join(root, ASKED_FOLDER);
  /** What the lines led here when phones were shown last, and whom they were shown to. */
  let laid: { readonly pid: number; readonly addresses: readonly string[] } | null = null;

  const write = async (change: (text: string) => string, onMissing?: (pid: number, text: string) => void) => {
    const found = await runningTftpd(root);
    const isOther = found.pid !== tftpd?.pid;
    tftpd = found;
    const before = await readFile(found.map, 'latin1').catch((error: unknown) => {
      throw refused(found.map, error);
    });
    const after = change(before);
    onMissing?.(found.pid, before);
    if (after !== before) await exchange(found.map, after);
    // It reads the map when it starts and when it is told to.
    if (after !== before || isOther) process.kill(found.pid, 'SIGHUP');
    if (callOff !== null && !isOther) return;
    callOff?.();
    callOff = whenGone(GONE, found.map, folder, OURS_AWAY, String(found.pid));
  };

  return {
    where: `the map file of tftpd-hpa for ${root}`,
    async check() {
      checkFuse(folder);
      await runningTftpd(root);
    },
    async direct({ addresses }, onMissing) {
      shown(addresses);
      const last = laid;
      await write(
        (text) => mapWithOurs(text, addresses, ASKED_FOLDER),
        (pid, text) => {
          // Somebody took the lines out, or started the server again: nobody knows what it has read.
          const isThere = last === null || mapWithOurs(text, last.addresses, ASKED_FOLDER) === text;
          if (!isThere || (last !== null && last.pid !== pid)) onMissing?.();
          laid = { pid, addresses };
        },
      );
    },
    async end() {
      shown([]);
      await write(mapWithoutOurs).catch(() => {});
      callOff?.();
    },
  };
}

/** Whoever reads it sees the one or the other. */
async function exchange(path: string, text: string): Promise<void> {
  const beside = `${path}.loadstep`;
  try {
    const { mode, uid, gid } = await stat(path);
    await writeFile(beside, text, 'latin1');
    await chmod(beside, mode);
    await chown(beside, uid, gid);
    await rename(beside, path);
  } catch (error) {
    throw refused(path, error);
  }
}

function refused(path: string, cause: unknown): AppError {
  return new AppError(
    'E_REDIRECT_REFUSED',
    `the map file ${path} cannot be changed (${(cause as Error).message}); let loadstep read and write it and its folder`,
    { cause },
  );
}
