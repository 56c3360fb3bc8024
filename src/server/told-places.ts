import { resolve } from 'node:path';
import type { ServerInfo } from '../adapters/sqlite/server-lock.ts';

/** Where a server reads what others may add to. */
export function placesOf({
  firmwareFolders,
  leases,
}: {
  readonly firmwareFolders?: readonly string[];
  readonly leases: readonly string[];
}): Pick<ServerInfo, 'firmware' | 'leases'> {
  const absolute = (paths: readonly string[]) => paths.map((path) => resolve(path));
  return {
    ...(firmwareFolders === undefined ? {} : { firmware: absolute(firmwareFolders) }),
    leases: absolute(leases),
  };
}
