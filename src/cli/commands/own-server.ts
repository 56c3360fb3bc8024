import { systemClock } from '../../adapters/system-clock.ts';
import { PowerGivenBack } from '../../app/bench/dark-ports.ts';
import type { SwitchShelf } from '../../ports/switches.ts';
import { type RunningServer, type ServerParts, startServer } from '../../server/start-server.ts';
import { switchesIn } from '../../server/switch-parts.ts';
import type { CommandContext } from '../command.ts';
import { accountsKeyPath, databasePath, dataPlaneOf, firmwareFolders } from '../settings/values.ts';

/** What differs between the commands that open a server for as long as they run. */
export type OwnServerParts = Pick<
  ServerParts,
  'firmware' | 'matrix' | 'log' | 'listen' | 'onEvent' | 'onFailure' | 'onStranger'
> & { readonly store: ServerParts['store'] & SwitchShelf };

/** The server of a command that works for the phones on the list alone, with the leases and the tree that its flags name. */
export function startOwnServer(
  { settings, io }: Pick<CommandContext, 'settings' | 'io'>,
  parts: OwnServerParts,
): Promise<RunningServer> {
  const { store, log } = parts;
  // Its own: a record of another run of the machine moves it ahead, which is no time that anybody waited.
  const clock = systemClock();
  const keyFile = accountsKeyPath(settings, io.env);
  return startServer({
    ...parts,
    clock,
    // Whoever reads this record next brings to its end what a killed server has left dark.
    attach: () => {
      const { parts: asked } = switchesIn({ shelf: store, keyFile, traps: null, clock, log });
      const back = new PowerGivenBack({ ...asked, switches: asked.all, clock, log });
      back.start();
      const stop = () => back.stop();
      return { note() {}, rest: stop, stop };
    },
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
