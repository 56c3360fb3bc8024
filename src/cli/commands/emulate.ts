import type { CommandGroup } from '../command.ts';
import { DEMO } from './demo.ts';

/** `loadstep emulate …`: phones and firmware that are not there. */
export const EMULATE: CommandGroup = {
  name: 'emulate',
  summary: 'rehearse with emulated phones and synthetic firmware',
  commands: [DEMO],
};
