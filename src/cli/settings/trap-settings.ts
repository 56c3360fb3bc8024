import { type ListenAddress, parseListen } from '../../server/listen-address.ts';
import type { Settings } from './layers.ts';

const TRAP_PORT = 162;

/** Where switches are heard that say that a link changed; null where they are not. */
export function readSwitchTraps(settings: Settings, { address }: ListenAddress): ListenAddress | null {
  return settings.read('switch-traps', (text) =>
    parseListen(text, { address, port: TRAP_PORT }, `such as ${TRAP_PORT} or 192.168.1.5:${TRAP_PORT}`),
  );
}
