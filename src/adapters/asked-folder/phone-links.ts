import { lstat, readdir, readlink, symlink, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { ASKED_FOLDER, phoneFolder, phoneOfFolder } from '../../core/beside/phone-folder.ts';
import { AppError } from '../../core/errors.ts';
import type { MacAddress } from '../../core/names/mac-address.ts';
import type { PortRedirect } from '../../ports/port-redirect.ts';
import { checkFuse } from './fuse-mount.ts';
import { checkDnsmasq } from './running-dnsmasq.ts';

/** Links in the tree of dnsmasq, one for each phone, which lead into the folder that is asked; `shown` is told whose they are. */
export function phoneLinks(root: string, shown: (macs: readonly MacAddress[]) => void): PortRedirect {
  const linkOf = (folder: string) => join(ASKED_FOLDER, folder);
  /** Links that were there when phones were shown last. */
  let laid: ReadonlySet<string> = new Set();
  return {
    where: `folders of single phones in ${root}`,
    async check() {
      checkFuse(join(root, ASKED_FOLDER));
      await checkDnsmasq();
    },
    async direct({ macs }, onMissing) {
      shown(macs);
      const wanted = new Set(macs.map(phoneFolder));
      await removeLinks(root, (folder) => !wanted.has(folder));
      for (const folder of wanted) if (laid.has(folder) && !(await leads(root, folder, linkOf(folder)))) onMissing?.();
      laid = wanted;
      const taken: string[] = [];
      for (const folder of wanted) if (!(await hasLink(root, folder, linkOf(folder)))) taken.push(folder);
      if (taken.length > 0) throw refused(root, taken);
    },
    async end() {
      shown([]);
      await removeLinks(root, () => true).catch(() => {});
    },
  };
}

async function hasLink(root: string, folder: string, to: string): Promise<boolean> {
  const path = join(root, folder);
  try {
    await symlink(to, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw unwritable(root, error);
    return leads(root, folder, to);
  }
}

async function leads(root: string, folder: string, to: string): Promise<boolean> {
  return (await readlink(join(root, folder)).catch(() => null)) === to;
}

/** Only what leads into the folder that is asked is ours. */
async function removeLinks(root: string, isDue: (folder: string) => boolean): Promise<void> {
  for (const folder of await readdir(root)) {
    if (phoneOfFolder(folder) === null || !isDue(folder)) continue;
    const path = join(root, folder);
    if (!(await lstat(path)).isSymbolicLink() || (await readlink(path)) !== join(ASKED_FOLDER, folder)) continue;
    await unlink(path);
  }
}

function refused(root: string, taken: readonly string[]): AppError {
  return new AppError(
    'E_REDIRECT_REFUSED',
    `${join(root, taken[0] ?? '')} is there already and is not of loadstep, so that this phone goes on with it; move it away while the phone is converted`,
  );
}

function unwritable(root: string, cause: unknown): AppError {
  return new AppError(
    'E_REDIRECT_REFUSED',
    `no links can be made in ${root} (${(cause as Error).message}); let loadstep write there`,
    { cause },
  );
}
