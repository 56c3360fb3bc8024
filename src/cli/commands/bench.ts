import type { CommandGroup } from '../command.ts';
import { SERVER_HELP, SERVER_KEYS } from '../there/server-place.ts';

/** `loadstep bench …`: where the phones of the bench are. */
export const BENCH: CommandGroup = {
  name: 'bench',
  summary: 'show which phone hangs at which port of which switch',
  commands: [
    {
      name: 'layout',
      summary: 'print the map of the bench: a line a port',
      description:
        'Prints at which port each phone hangs, as the switches of "loadstep switch add" told the server last, which asks them every minute; with what the phone says of itself there, and with where it stands. ' +
        'A phone that has link and asks nothing is named. Last come the phones on the list that were seen at no port.',
      settings: SERVER_KEYS,
      settingHelp: SERVER_HELP,
      examples: [
        'loadstep bench layout',
        'loadstep bench layout --json',
        'loadstep bench layout --server http://192.168.1.5:6980',
      ],
      run: async (context) => (await import('./bench-layout.ts')).showLayout(context),
    },
  ],
};
