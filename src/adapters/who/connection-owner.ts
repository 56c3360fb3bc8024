import { readFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { endianness } from 'node:os';
import { maybePerson, ownerIn } from '../../core/who/socket-table.ts';

/**
 * Why a connection of this machine is not taken for a person's: the program at its other end runs as a user that is none, as proxies do. Null
 * where it may be a person's, and where the system does not tell whose it is (anywhere but on Linux). What was found of a connection holds
 * for all that is asked through it.
 */
export function serviceBehind(): (socket: Socket) => string | null {
  const known = new WeakMap<Socket, { readonly why: string | null }>();
  return (socket) => {
    const found = known.get(socket);
    if (found !== undefined) return found.why;
    const why = whyOf(socket);
    known.set(socket, { why });
    return why;
  };
}

function whyOf({ remoteAddress, remotePort, localAddress, localPort }: Socket): string | null {
  const own = { address: remoteAddress ?? '', port: remotePort ?? 0 };
  const connection = { own, other: { address: localAddress ?? '', port: localPort ?? 0 } };
  let isToldAtAll = false;
  for (const file of ['/proc/net/tcp', '/proc/net/tcp6']) {
    const table = tableIn(file);
    if (table === null) continue;
    isToldAtAll = true;
    const uid = ownerIn(table, connection, endianness() === 'LE');
    if (uid !== null) return maybePerson(uid, process.getuid?.() ?? 0) ? null : `user ${uid}, a service`;
  }
  return isToldAtAll ? 'a program that is gone' : null;
}

function tableIn(file: string): string | null {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return null;
  }
}
