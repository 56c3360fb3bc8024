import { systemClock } from '../../adapters/system-clock.ts';
import { type RunningServer, type ServerParts, startServer } from '../../server/start-server.ts';
import type { CommandContext } from '../command.ts';
import { databasePath, dataPlaneOf, firmwareFolders } from '../settings/values.ts';

/** What differs between the commands that open a server for as long as they run. */
export type OwnServerParts = Pick<
  ServerParts,
  'store' | 'firmware' | 'matrix' | 'log' | 'listen' | 'onEvent' | 'onFailure' | 'onStranger'
>;

/** The server of a command that works for the phones on the list alone, with the leases and the tree that its flags name. */
export function startOwnServer(
  { settings, io }: Pick<CommandContext, 'settings' | 'io'>,
  parts: OwnServerParts,
): Promise<RunningServer> {
  return startServer({
    ...parts,
    // Its own: a record of another run of the machine moves it ahead, which is no time that anybody waited.
    clock: systemClock(),
    databasePath: databasePath(settings, io.env),
    firmwareFolders: firmwareFolders(settings, io.env),
    enroll: 'listed',
    targets: [],
    leases: settings.texts('leases'),
    root: settings.text('root'),
    isSinglePort: settings.isOn('single-port'),
    dataPlane: dataPlaneOf(settings),
  });
}
